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

/// The types and files that `ARCHITECTURE.md` names exist.
@Test func theArchitectureNamesTypesThatThereAre() throws {
  let root = SharedData.projectRoot
  let guide = try String(contentsOf: root.appendingPathComponent("ARCHITECTURE.md"), encoding: .utf8)
  let named = Set(guide.matches(of: /`([A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)`/).map { String($0.1) })
  #expect(named.count > 100)
  func words(of file: URL) throws -> [String] {
    let bytes = [UInt8](try Data(contentsOf: file))
    let parts = bytes.split { byte in
      let letter = byte | 0x20
      return !(0x61...0x7A ~= letter || 0x30...0x39 ~= byte)
    }
    return parts.filter { 0x41...0x5A ~= $0[$0.startIndex] }.map { String(decoding: $0, as: UTF8.self) }
  }
  var known = Set(try words(of: root.appendingPathComponent("Package.swift")))
  for folder in ["Sources", "Tests"].map(root.appendingPathComponent) {
    let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
    for case let file as URL in files {
      known.insert(file.lastPathComponent)
      guard ["swift", "c", "h", "inc"].contains(file.pathExtension) else { continue }
      known.insert(file.deletingPathExtension().lastPathComponent)
      known.formUnion(try words(of: file))
    }
  }
  #expect(named.subtracting(known).isEmpty, "\(named.subtracting(known).sorted())")
}
