import DiscernIO
import Foundation
import TestSupport
import Testing

private func parse(_ text: String) throws(JSONError) -> JSONValue {
  try StrictJSON.parse(Array(text.utf8))
}

private func reason(_ text: String) -> JSONError.Reason? {
  do throws(JSONError) {
    _ = try parse(text)
    return nil
  } catch {
    return error.reason
  }
}

@Suite struct StrictJSONTests {
  @Test func buildsTheTree() throws {
    let value = try parse(#" {"a": [1, -0.5e2, true, null], "b\n\u00e9\ud83d\ude00": "", "c": {}} "#)
    #expect(
      value
        == .object([
          JSONMember(key: "a", value: .array([.number("1"), .number("-0.5e2"), .bool(true), .null])),
          JSONMember(key: "b\né😀", value: .string("")),
          JSONMember(key: "c", value: .object([])),
        ]))
    #expect(value["a"]?.array?[0].int == 1)
    #expect(value["a"]?.array?[1].double == -50)
    #expect(value["missing"] == nil)
  }

  @Test func numbersConvertOnlyWhenTheyFit() throws {
    #expect(try parse("9223372036854775807").int == .max)
    #expect(try parse("9223372036854775808").int == nil)
    #expect(try parse("1.0").int == nil)
    #expect(try parse("1e400").double == nil)
    #expect(try parse("-1.5e-3").double == -0.0015)
  }

  @Test func longStringsKeepEveryByte() throws {
    // Around every eight-byte boundary of the fast loop.
    for length in 0..<40 {
      for inserted in ["", "é", "\u{7F}", "漢", "\\\\", "\\\""] {
        let plain = String(repeating: "x", count: length)
        let unescaped = inserted.hasPrefix("\\") ? String(inserted.dropFirst()) : inserted
        #expect(try parse("\"\(plain)\(inserted)\(plain)\"") == .string(plain + unescaped + plain))
        #expect(reason("\"\(plain)\u{1}\(plain)\"") == .controlCharacter(1))
      }
    }
  }

  @Test func refusesWhatOtherParsersLetThrough() {
    #expect(reason("[1,]") == .trailingComma)
    #expect(reason(#"{"a":1,}"#) == .trailingComma)
    #expect(reason(#"{"a":1,"b":2,"a":1}"#) == .duplicateKey("a"))
    #expect(reason(#"[{"x":{"é":1,"\u00e9":2}}]"#) == .duplicateKey("é"))
    // Canonically equal is not equal: these are two keys.
    #expect(reason("{\"e\u{301}\":1,\"\u{e9}\":2}") == nil)
    #expect(reason("\u{FEFF}{}") == .byteOrderMark)
    #expect(reason(#""\ud800""#) == .loneSurrogate)
    #expect(reason(#""\udc00""#) == .loneSurrogate)
    #expect(reason(#""\ud800\u0041""#) == .loneSurrogate)
    #expect(reason("NaN") != nil)
    #expect(reason("-Infinity") != nil)
    #expect(reason("01") == .contentAfterValue)
    #expect(reason("1 2") == .contentAfterValue)
    #expect(reason("") == .unexpectedEnd(expected: "a value"))
  }

  @Test func namesThePlace() {
    do throws(JSONError) {
      _ = try parse("{\n  \"é\": truf}")
      Issue.record("accepted")
    } catch {
      #expect(error.line == 2)
      #expect(error.column == 11)
      #expect(error.offset == 13)
      #expect(error.description.contains("line 2, column 11"))
    }
  }

  @Test func duplicateKeysAreFoundInLargeObjects() {
    let members = (0..<100_000).map { "\"key\($0)\":\($0)" }
    #expect(reason("{" + members.joined(separator: ",") + "}") == nil)
    #expect(reason("{" + members.joined(separator: ",") + ",\"key77\":0}") == .duplicateKey("key77"))
  }

  @Test func manyElementsAndDeepNesting() throws {
    let flat = "[" + Array(repeating: "{\"a\":[0.5]}", count: 100_000).joined(separator: ",") + "]"
    #expect(try parse(flat).array?.count == 100_000)
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(reason(nested(512)) == nil)
    #expect(reason(nested(513)) == .nestedTooDeep(limit: 512))
    #expect(reason(String(repeating: "[", count: 100_000)) == .nestedTooDeep(limit: 512))
    #expect(reason(String(repeating: "{\"a\":", count: 100_000)) == .nestedTooDeep(limit: 512))
  }

  @Test func validatesUTF8() {
    // Overlong, surrogate, above U+10FFFF, cut short, stray continuation; then the edges that are valid.
    let broken: [[UInt8]] = [
      [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
      [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82], [0x80], [0xFF],
    ]
    for bytes in broken {
      #expect(throws: JSONError.self) { try StrictJSON.parse([0x22] + bytes + [0x22]) }
    }
    for scalar in [
      "\u{80}", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FFFF}", "\u{10000}", "\u{10FFFF}",
    ] {
      #expect(reason("\"\(scalar)\"") == nil)
    }
  }

  @Test(.enabled(if: SharedData.isPresent))
  func followsTheTestSuite() throws {
    let folder = SharedData.path("suites/JSONTestSuite/test_parsing")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }
    #expect(names.count > 300)
    for name in names.sorted() {
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
      // The suite treats repeated keys as valid; RFC 8259 leaves them open, and we refuse them by default.
      let duplicates = name.hasPrefix("y_object_duplicated_key")
      let error: JSONError?
      do throws(JSONError) {
        _ = try StrictJSON.parse(bytes, duplicateKeys: .allowed)
        error = nil
      } catch let caught {
        error = caught
      }
      if name.hasPrefix("y_") { #expect(error == nil, "\(name): \(String(describing: error))") }
      if name.hasPrefix("n_") { #expect(error != nil, "\(name)") }
      let accepted = (try? StrictJSON.parse(bytes)) != nil
      #expect(accepted == (error == nil && !duplicates), "\(name)")
    }
  }
}
