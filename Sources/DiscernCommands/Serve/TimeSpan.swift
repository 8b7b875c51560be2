import ArgumentParser
import Discern

/// A length of time: `10s`, `500ms`, `2m` or `1h`.
struct TimeSpan: ExpressibleByArgument {
  let duration: Duration

  init(_ duration: Duration) { self.duration = duration }

  init?(argument: String) {
    if argument == "0" || argument == "0s" {
      duration = .zero
    } else if argument.hasSuffix("ms"), let number = Int(argument.dropLast(2)),
      (1..<1_000_000_000).contains(number)
    {
      duration = .milliseconds(number)
    } else if case .seconds(let seconds) = CheckpointInterval(argument), seconds < 1e7 {
      duration = .milliseconds(Int((seconds * 1000).rounded(.up)))
    } else {
      return nil
    }
  }

  var defaultValueDescription: String { "\(duration.components.seconds)s" }
}
