import DiscernBundle
import Foundation
import TestSupport
import Testing

private let empty = #"{"format":"discern-model","formatVersion":1,"files":{},"content":{}}"#

/// The error that a folder with this manifest (and the right digest of it) gives.
private func failure(_ manifest: String, as type: (any Codable.Type)? = nil) throws -> BundleError? {
  try failure(Array(manifest.utf8), as: type)
}

private func failure(_ manifest: [UInt8], as type: (any Codable.Type)? = nil) throws -> BundleError? {
  try withTemporaryFolder { folder in
    try writeFile(folder + "/manifest.json", manifest)
    let digest = try FileDigest.of(path: folder + "/manifest.json").sha256
    try writeFile(folder + "/manifest.sha256", Array("\(digest)  manifest.json\n".utf8))
    do throws(BundleError) {
      let read = try BundleManifest(folder: folder, format: .model)
      if let type { _ = try read.decode(type) }
      return nil
    } catch {
      return error.moved(from: folder)
    }
  }
}

extension BundleError {
  /// The same error with the folder's own name left out.
  fileprivate func moved(from folder: String) -> BundleError {
    switch self {
    case .malformedJSON(_, let line, let column, let reason):
      .malformedJSON(path: "m", line: line, column: column, reason: reason)
    case .malformedManifest(_, let key, let reason):
      .malformedManifest(path: "m", key: key, reason: reason)
    case .unknownKey(_, let key): .unknownKey(path: "m", key: key)
    case .unknownValue(_, let key, let value): .unknownValue(path: "m", key: key, value: value)
    case .requires(_, let name): .requires(path: "m", name: name)
    case .wrongFormat(_, let expected, let got):
      .wrongFormat(path: "m", expected: expected, got: got)
    case .newerFormat(_, let version, let supported):
      .newerFormat(path: "m", version: version, supported: supported)
    case .unsafeFileName(_, let name): .unsafeFileName(path: "m", name: name)
    default: self
    }
  }
}

private func replacing(_ old: String, _ new: String) -> String {
  #expect(empty.contains(old))
  return empty.replacingOccurrences(of: old, with: new)
}

@Test func theOutlineIsChecked() throws {
  #expect(try failure(empty) == nil)
  #expect(
    try failure(replacing("\"files\":{},", "\"files\":{},,"))
      == .malformedJSON(
        path: "m", line: 1, column: 56, reason: "found “,”, expected a key in quotes"))
  #expect(
    try failure(replacing("\"files\":{}", "\"files\":{},\"files\":{}"))
      == .malformedJSON(
        path: "m", line: 1, column: 56, reason: "the key “files” occurs twice in one object"))
  #expect(
    try failure("[]") == .malformedManifest(path: "m", key: "", reason: "is not an object"))
  #expect(
    try failure("{}")
      == .malformedManifest(path: "m", key: "format", reason: "is missing or not a string"))
  #expect(
    try failure(replacing("discern-model", "discern-checkpoint"))
      == .wrongFormat(path: "m", expected: "discern-model", got: "discern-checkpoint"))
  #expect(
    try failure(replacing("sion\":1", "sion\":3")) == .newerFormat(path: "m", version: 3, supported: 2))
  for version in ["0", "-1", "1.0", "\"1\"", "null", "99999999999999999999"] {
    #expect(
      try failure(replacing("sion\":1", "sion\":" + version))
        == .malformedManifest(
          path: "m", key: "formatVersion",
          reason: "is missing or not a positive whole number"))
  }
  #expect(
    try failure(replacing("{}}", "{},\"extra\":1}")) == .unknownKey(path: "m", key: "extra"))
  #expect(
    try failure(replacing("\"files\":{}", "\"files\":[]"))
      == .malformedManifest(path: "m", key: "files", reason: "is missing or not an object"))
  #expect(
    try failure(replacing("\"content\":{}", "\"content\":1"))
      == .malformedManifest(path: "m", key: "content", reason: "is missing or not an object"))
}

@Test func anEarlierVersionsErrorComesBeforeItsUnknownKeys() throws {
  let newer = #"{"format":"discern-model","formatVersion":7,"shiny":true}"#
  #expect(try failure(newer) == .newerFormat(path: "m", version: 7, supported: 2))
}

@Test func whatAReaderMustKnowIsNamed() throws {
  func requiring(_ value: String) throws -> BundleError? {
    try failure(replacing("\"files\"", "\"shiny\":1,\"requires\":\(value),\"files\""))
  }
  // It comes before the keys that may go with it.
  #expect(try requiring(#"["segments"]"#) == .requires(path: "m", name: "segments"))
  #expect(try requiring("[]") == .unknownKey(path: "m", key: "shiny"))
  for wrong in ["1", "{}", "null", "[1]"] {
    #expect(
      try requiring(wrong)
        == .malformedManifest(path: "m", key: "requires", reason: "is not a list of names"))
  }
}

@Test func onlyPlainFileNamesAreListed() throws {
  let digest = "{\"bytes\":1,\"sha256\":\"\(String(repeating: "0", count: 64))\"}"
  func name(_ name: String) throws -> BundleError? {
    try failure(replacing("\"files\":{}", "\"files\":{\"\(name)\":\(digest)}"))
  }
  #expect(try name("weights-1_a.safetensors") == nil)
  for bad in [
    "", ".", "..", ".hidden", "../x", "/etc/passwd", "a/b", "manifest.json", "manifest.sha256", "é",
  ] {
    #expect(try name(bad) == .unsafeFileName(path: "m", name: bad))
  }
  #expect(try name("a\\u0000b") == .unsafeFileName(path: "m", name: "a\0b"))
}

@Test func digestsAreWellFormed() throws {
  let zeros = String(repeating: "0", count: 64)
  let bad = BundleError.malformedManifest(
    path: "m", key: "files.a",
    reason: "is not a size (bytes) and 64 lower-case hexadecimal digits (sha256)")
  for digest in [
    "1", "{}", "{\"bytes\":1}", "{\"bytes\":-1,\"sha256\":\"\(zeros)\"}",
    "{\"bytes\":1.5,\"sha256\":\"\(zeros)\"}", "{\"bytes\":1,\"sha256\":\"\(zeros)0\"}",
    "{\"bytes\":1,\"sha256\":\"\(zeros.dropLast())A\"}",
  ] {
    #expect(try failure(replacing("\"files\":{}", "\"files\":{\"a\":\(digest)}")) == bad)
  }
  #expect(
    try failure(
      replacing("\"files\":{}", "\"files\":{\"a\":{\"bytes\":1,\"sha256\":\"\(zeros)\",\"md5\":\"\"}}"))
      == .unknownKey(path: "m", key: "files.a.md5"))
}

private struct Nested: Codable {
  struct Layer: Codable {
    var size: Int
    var rate: Double?
  }
  enum Size: Codable {
    case texts(Int)
    case tokens(Int)
  }
  enum Kind: String, Codable { case round }
  var layers: [Layer]
  var thresholds: [String: Double]
  var size: Size?
  var kind: Kind?
}

private func content(_ text: String) throws -> BundleError? {
  try failure(replacing("\"content\":{}", "\"content\":\(text)"), as: Nested.self)
}

@Test func contentIsDecodedStrictly() throws {
  #expect(try content(#"{"layers":[{"size":1},{"size":2,"rate":0.5}],"thresholds":{"a":1,"b":2}}"#) == nil)
  #expect(try content(#"{"layers":[{"size":1,"rate":null}],"thresholds":{}}"#) == nil)
  #expect(
    try content(#"{"layers":[]}"#)
      == .malformedManifest(path: "m", key: "content.thresholds", reason: "is missing"))
  #expect(
    try content(#"{"layers":[{"size":1},{"size":"2"}],"thresholds":{}}"#)
      == .malformedManifest(
        path: "m", key: "content.layers.1.size", reason: "is not a whole number"))
  // One wrong number among correct ones.
  #expect(
    try content(#"{"layers":[{"size":1,"rate":-0.5},{"size":1.5,"rate":1e-3}],"thresholds":{"\"1.5":2.5}}"#)
      == .malformedManifest(path: "m", key: "content.layers.1.size", reason: "is not a whole number"))
  for number in ["1e300", "18446744073709551616", "0.5"] {
    guard
      case .malformedManifest("m", "content.layers.0.size", let reason) = try content(
        #"{"layers":[{"size":\#(number)}],"thresholds":{}}"#)
    else {
      Issue.record("\(number) was taken")
      continue
    }
    #expect(reason == "is not a whole number", "\(reason)")
  }
  #expect(
    try content(#"{"layers":[],"thresholds":{},"more":1}"#)
      == .unknownKey(path: "m", key: "content.more"))
  #expect(
    try content(#"{"layers":[{"size":1},{"size":2,"ratte":0.5}],"thresholds":{}}"#)
      == .unknownKey(path: "m", key: "content.layers.1.ratte"))
  #expect(
    try content(#"{"layers":[],"thresholds":{},"size":{"paces":{"_0":1}}}"#)
      == .unknownKey(path: "m", key: "content.size.paces"))
  #expect(
    try content(#"{"layers":[],"thresholds":{},"kind":"square"}"#)
      == .unknownValue(path: "m", key: "content.kind", value: "square"))
  // Swift's dictionary treats these two as one key.
  #expect(
    try content(#"{"layers":[],"thresholds":{"\u00e9":1,"e\u0301":2}}"#) != nil)
}

@Test func numbersThatJSONLacksAreNotWritten() throws {
  try withTemporaryFolder { folder in
    for bad in [Double.nan, .infinity] {
      var content = SampleContent()
      content.temperature = bad
      do throws(BundleError) {
        let made = try AtomicFolder(destination: folder + "/m", format: .model)
        try made.writeManifest(content)
        Issue.record("\(bad) was written")
      } catch {
        guard case .notEncodable(_, "content.temperature", _) = error else {
          Issue.record("\(error)")
          continue
        }
      }
    }
    let left = try names(in: folder)
    #expect(left.isEmpty)
  }
}

@Test func anotherKindOfFolderIsNamedWithItsCommand() {
  #expect(
    BundleError.wrongFormat(path: "m", expected: "discern-model", got: "discern-forecaster").description
      == "m: is a forecaster, for discern forecast; give a classifier")
  #expect(
    BundleError.wrongFormat(path: "m", expected: "discern-model", got: "other").description
      == "m: expected the format “discern-model”, got “other”; name another folder")
}
