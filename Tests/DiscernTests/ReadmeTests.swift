import Foundation
import TestSupport
import Testing

/// The examples are compiled with the package: what the README shows is what they hold.
@Test func theReadmeShowsTheExamples() throws {
  let root = SharedData.projectRoot
  let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
  let shown = readme.split(separator: "```swift\n").dropFirst().compactMap {
    $0.split(separator: "```").first
  }
  let examples = try ["Transformer", "Classify", "Train", "Memory"].map { name in
    try String(contentsOf: root.appendingPathComponent("Examples/\(name)/main.swift"), encoding: .utf8)
  }
  #expect(shown.map(String.init) == examples)
}
