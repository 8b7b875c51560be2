/// The numbers of texts answered at each exit, and the steps saved.
public struct ExitCounts: Codable, Hashable, Sendable {
  /// The number of texts.
  public internal(set) var texts = 0
  /// Texts answered by the n-grams alone.
  public internal(set) var byNGrams = 0
  /// Texts answered by a network's first layer.
  public internal(set) var afterFirstLayer = 0
  /// The steps of layers, one for each token and layer, that all texts would have taken without exits.
  public internal(set) var steps = 0
  /// The steps that were not taken.
  public internal(set) var savedSteps = 0

  /// No texts yet.
  public init() {}

  /// The share of steps that were saved, 0 to 1.
  public var savedShare: Double { steps == 0 ? 0 : Double(savedSteps) / Double(steps) }
}
