/// The name of a state, or of a finished run, in a checkpoint folder. Both share one sequence of numbers, so
/// that the highest shows how far training has come.
struct CheckpointName: Equatable {
  /// From 1: the higher, the later it was written.
  let number: Int
  /// The number of the finished run, from 1; nil for a state.
  var run: Int?

  private static let statePrefix = "checkpoint-"
  private static let runPrefix = "run-"
  /// No folder written by this type has a higher number, so the next number never overflows.
  private static let highest = 1_000_000_000_000

  init(number: Int, run: Int? = nil) {
    self.number = number
    self.run = run
  }

  /// Nil for all other names.
  init?(_ name: FileName) {
    guard let text = name.text else { return nil }
    var parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard let number = parts.popLast().flatMap({ Int($0) }), (1...Self.highest).contains(number) else {
      return nil
    }
    self.init(number: number, run: parts.count == 2 ? Int(parts[1]) : nil)
    guard self.text == text, (1...Self.highest).contains(run ?? 1) else { return nil }
  }

  /// `checkpoint-00000007`, or `run-1-00000007`.
  var text: String {
    let digits = "\(number)"
    return (run.map { Self.runPrefix + "\($0)-" } ?? Self.statePrefix)
      + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
  }
}
