import Foundation
import TestSupport
import Testing

/// The tests that `Guides/Reliability.md` names exist.
@Test func theGuideOfPromisesNamesTestsThatThereAre() throws {
  let root = SharedData.projectRoot
  let guide = try String(contentsOf: root.appendingPathComponent("Guides/Reliability.md"), encoding: .utf8)
  let named = Set(guide.matches(of: /`([a-z]+[A-Z][A-Za-z]+)`/).map { String($0.1) })
  #expect(named.count > 50)
  var functions: Set<String> = []
  let tests = root.appendingPathComponent("Tests")
  let files = try #require(FileManager.default.enumerator(at: tests, includingPropertiesForKeys: nil))
  for case let file as URL in files where file.pathExtension == "swift" {
    let text = try String(contentsOf: file, encoding: .utf8)
    functions.formUnion(text.matches(of: /func ([A-Za-z]+)/).map { String($0.1) })
  }
  #expect(named.subtracting(functions).isEmpty, "\(named.subtracting(functions).sorted())")
}
