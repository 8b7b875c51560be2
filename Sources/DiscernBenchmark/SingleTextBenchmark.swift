/// The latency of classifying one short text, from a string to a classification, in the ways that a program
/// can do it.
package struct SingleTextBenchmark: Codable, Sendable {
  /// Seconds at the median, with a session created for the text.
  package let newSession: Double
  /// With `classify(_:)`, which shares sessions.
  package let shared: Double
  /// With a session that the program keeps.
  package let keptSession: Double

  package init(newSession: () -> Void, shared: () -> Void, keptSession: () -> Void) {
    func median(_ work: () -> Void) -> Double {
      for _ in 0..<10 { work() }
      return Measurement.of(repeats: 300, work).median
    }
    self.newSession = median(newSession)
    self.shared = median(shared)
    self.keptSession = median(keptSession)
  }
}
