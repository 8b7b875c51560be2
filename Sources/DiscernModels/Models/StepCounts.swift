/// Steps of recurrent layers with skip gates: one for each token, layer and direction.
public struct StepCounts: Codable, Hashable, Sendable {
  /// Those that were taken.
  public internal(set) var taken: Int
  /// All of them.
  public internal(set) var all: Int

  package init(taken: Int = 0, all: Int = 0) {
    self.taken = taken
    self.all = all
  }

  /// The part that was taken, 0 to 1; 1 where there are none.
  public var share: Double { all == 0 ? 1 : Double(taken) / Double(all) }

  package static func += (a: inout StepCounts, b: StepCounts) {
    a.taken += b.taken
    a.all += b.all
  }
}
