/// The time that a piece of work took, over several repeats.
package struct Measurement: Codable, Sendable, Hashable {
  /// Seconds of each repeat, ascending.
  package let seconds: [Double]

  package var median: Double {
    let middle = seconds.count / 2
    return seconds.count % 2 == 1 ? seconds[middle] : (seconds[middle - 1] + seconds[middle]) / 2
  }
  package var shortest: Double { seconds[0] }
  package var longest: Double { seconds[seconds.count - 1] }

  /// The time within which a share of the repeats finished.
  package func quantile(_ share: Double) -> Double {
    seconds[min(seconds.count - 1, Int(Double(seconds.count) * share))]
  }

  /// - Parameter seconds: at least one.
  package init(seconds: [Double]) {
    precondition(!seconds.isEmpty, "a measurement without a repeat")
    self.seconds = seconds.sorted()
  }

  /// Runs `work` several times. Warm up before: the first run counts like the others.
  static func of(repeats: Int, _ work: () -> Void) -> Measurement {
    Measurement(
      seconds: (0..<repeats).map { _ in
        let started = ContinuousClock.now
        work()
        return started.duration(to: .now) / .seconds(1)
      })
  }
}
