import Foundation
import TestSupport
import Testing

/// An encoder made for each line took as long as classifying it. The existing ones write one value per run
/// or a training, or are made once for all lines; output by the line goes through `JSONText`.
@Test func noEncoderIsMadeForALine() throws {
  let folder = SharedData.projectRoot.appendingPathComponent("Sources/DiscernCommands")
  let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter {
    try $0.hasSuffix(".swift")
      && String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8).contains("JSONEncoder")
  }.map { ($0 as NSString).lastPathComponent }
  // Of a search a line is a training.
  let known: Set = [
    "Output.swift", "SearchJournal.swift", "TrainingLog.swift", "TrialCommand.swift",
  ]
  #expect(Set(files) == known)
  for command in ["ClassifyCommand", "TokenizeCommand"] {
    let path = try FileManager.default.subpathsOfDirectory(atPath: folder.path).first {
      $0.hasSuffix(command + ".swift")
    }
    let source = try String(contentsOf: folder.appendingPathComponent(#require(path)), encoding: .utf8)
    #expect(!source.contains(".json("))
  }
}
