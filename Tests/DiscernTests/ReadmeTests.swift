import Foundation
import TestSupport
import Testing

/// The examples are compiled with the package: the README shows their content. Its commands, and
/// those of the guides, are run by `GuideCommandsTests`.
@Test func theReadmeShowsTheExamples() throws {
  let root = SharedData.projectRoot
  let shown = try FencedBlock.all(in: root.appendingPathComponent("README.md"))
    .filter { $0.words.first == "swift" }
  let examples = try ["Transformer", "Classify", "Train", "Memory"].map { name in
    try String(contentsOf: root.appendingPathComponent("Examples/\(name)/main.swift"), encoding: .utf8)
  }
  #expect(shown.map(\.text) == examples)
}
