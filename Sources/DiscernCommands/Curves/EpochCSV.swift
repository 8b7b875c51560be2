import DiscernIO
import DiscernModels
import DiscernTraining

/// Comma-separated values with a line for each epoch, below a line of names, which are those of the JSON log.
final class EpochCSV: TrainingCurves {
  private let file: LogFile
  private var hasHeader: Bool

  init(_ file: LogFile) {
    self.file = file
    // When writing to a stream is resumed, the first part was written earlier.
    hasHeader = (file.position?.value ?? 0) > 0
  }

  var isStandardOutput: Bool { file.isStandardOutput }

  var failure: InputError? { file.failure }

  func resume(epoch: Int) { file.isMuted = false }

  func write(_ summary: EpochSummary, run: Int?, seed: UInt64) {
    func fields(_ figures: [EpochFigure]) -> [(String, String)] { figures.map { ($0.name, "\($0.value)") } }
    let place = [("run", "\((run ?? 0) + 1)"), ("seed", "\(seed)"), ("epoch", "\(summary.epoch)")]
    let fields =
      place + fields(EpochFigure.all(summary)) + [("isBest", "\(summary.isBest)")]
      + fields(EpochFigure.ofTasks(summary))
    if !hasHeader { file.write(Self.line(fields.map(\.0))) }
    hasHeader = true
    file.write(Self.line(fields.map(\.1)))
  }

  func write(_ distributions: [String: Distribution], epoch: Int, run: Int?) {}

  func close() { file.close() }

  private static func line(_ fields: [String]) -> [UInt8] {
    Array((fields.map(quoted).joined(separator: ",") + "\n").utf8)
  }

  /// Quoted as in RFC 4180.
  private static func quoted(_ field: String) -> String {
    field.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
      ? "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
      : field
  }
}
