import DiscernIO
import DiscernSystem

/// A training run as JSON Lines.
struct TrainingLog {
  let file: LogFile

  func write(_ value: some Encodable) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      file.write(Array(try encoder.encode(value)) + [0x0A])
    } catch {
      file.end(.unwritable(path: "--json-log", reason: "it contains a number that is not finite"))
    }
  }
}
