/// The numbers of texts answered at each exit, and the steps saved.
public struct ExitCounts: Codable, Hashable, Sendable {
  /// All of them.
  public internal(set) var texts = 0
  /// Those that n-grams alone answered.
  public internal(set) var byNGrams = 0
  /// Those that the first layer of a network answered.
  public internal(set) var afterFirstLayer = 0
  /// Steps of layers, one for each token and layer, that all texts would have taken without exits.
  public internal(set) var steps = 0
  /// Those that were not taken.
  public internal(set) var savedSteps = 0

  /// None yet.
  public init() {}

  /// The part of the steps that was saved, 0 to 1.
  public var savedShare: Double { steps == 0 ? 0 : Double(savedSteps) / Double(steps) }
}
