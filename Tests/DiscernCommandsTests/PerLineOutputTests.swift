import Foundation
import TestSupport
import Testing

/// An encoder made for each line took as long as classifying it. Those that there are write one value a run,
/// or are made once for all lines; output by the line goes through `JSONText`.
@Test func noEncoderIsMadeForALine() throws {
  let folder = SharedData.projectRoot.appendingPathComponent("Sources/DiscernCommands")
  let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter {
    try $0.hasSuffix(".swift")
      && String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8).contains("JSONEncoder")
  }.map { ($0 as NSString).lastPathComponent }
  #expect(Set(files) == ["ErrorList.swift", "Output.swift", "TrainingLog.swift"])
  for command in ["ClassifyCommand", "TokenizeCommand"] {
    let path = try FileManager.default.subpathsOfDirectory(atPath: folder.path).first {
      $0.hasSuffix(command + ".swift")
    }
    let source = try String(contentsOf: folder.appendingPathComponent(#require(path)), encoding: .utf8)
    #expect(!source.contains(".json("))
  }
}
