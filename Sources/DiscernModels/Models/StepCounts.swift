/// Steps of recurrent layers with skip gates: one for each token, layer and direction.
public struct StepCounts: Codable, Hashable, Sendable {
  /// The steps that were taken.
  public internal(set) var taken: Int
  /// All steps, whether taken or skipped.
  public internal(set) var all: Int

  package init(taken: Int = 0, all: Int = 0) {
    self.taken = taken
    self.all = all
  }

  /// The share of steps that were taken, 0 to 1; 1 if there are none.
  public var share: Double { all == 0 ? 1 : Double(taken) / Double(all) }

  package static func += (a: inout StepCounts, b: StepCounts) {
    a.taken += b.taken
    a.all += b.all
  }
}
