import DiscernIO
import Foundation
import TestSupport
import Testing

@Suite struct TextEncodingTests {
  /// `bytes` as UTF-8, read in blocks of `step`.
  private func decode(_ bytes: [UInt8], _ name: String?, step: Int = 7) throws -> [UInt8] {
    var rest = bytes[...]
    let decoded = DecodedBytes(encoding: try name.map { try #require(TextEncoding($0)) }, readsMark: true) {
      buffer throws(InputError) in
      let count = min(step, buffer.count, rest.count)
      buffer.copyBytes(from: rest.prefix(count))
      rest = rest.dropFirst(count)
      return count
    }
    var result: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 5)
    while true {
      let count = try room.withUnsafeMutableBytes { try decoded.read(into: $0) }
      if count == 0 { return result }
      result += room[..<count]
    }
  }

  // The bytes by Python's codecs.
  @Test(arguments: [
    ("windows-1252", [0x63, 0x61, 0x66, 0xE9, 0x20, 0x80] as [UInt8], "café €"),
    ("Latin1", [0xE9], "é"), ("gb18030", [0xC4, 0xE3, 0xBA, 0xC3, 0x94, 0x39, 0xFC, 0x36], "你好😀"),
    ("shift_jis", [0x93, 0xFA, 0x96, 0x7B], "日本"), ("EUC_KR", [0xC7, 0xD1], "한"),
    ("Big5", [0xA4, 0xA4], "中"), ("koi8-r", [0xC4, 0xC1], "да"), ("cp1251", [0xE4, 0xE0], "да"),
    ("utf-16le", [0x3D, 0xD8, 0x00, 0xDE, 0x0A, 0x00], "😀\n"), ("UTF-16", [0xFF, 0xFE, 0x61, 0x00], "a"),
    ("utf-32be", [0, 1, 0xF6, 0], "😀"), ("utf8", Array("né".utf8), "né"),
  ])
  func readsWhatPythonWrites(name: String, bytes: [UInt8], text: String) throws {
    for step in [1, 3, 100] {
      #expect(String(decoding: try decode(bytes, name, step: step), as: UTF8.self) == text)
    }
  }

  @Test func whatIsNotValidIsMarkedInItsPlace() throws {
    #expect(try decode([0x61, 0xFF, 0x0A, 0x62], "gb18030") == [0x61, 0xFF, 0x0A, 0x62])
    // A half character at the end, a surrogate without its other half, in the middle and at the end.
    #expect(try decode([0x61, 0xC4], "gb18030") == [0x61, 0xFF])
    #expect(try decode([0x3D, 0xD8, 0x61, 0x00], "utf-16le") == [0xFF, 0x61])
    #expect(try decode([0x61, 0x00, 0x3D, 0xD8], "utf-16le") == [0x61, 0xFF])
    #expect(try decode([0x61, 0x00, 0x61], "utf-16le") == [0x61, 0xFF])
  }

  @Test func longTextsSurviveTheBlocks() throws {
    let text = String(repeating: "日本語😀 a", count: 20_000)
    let bytes = text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    #expect(try decode(bytes, "utf-16be", step: 4093) == Array(text.utf8))
  }

  @Test func aMarkSaysTheEncoding() throws {
    #expect(try decode([0xFF, 0xFE, 0x61, 0x00], nil, step: 1) == Array("a".utf8))
    #expect(try decode([0xFF, 0xFE, 0x61, 0x00, 0x0A, 0x00], nil, step: 9) == Array("a\n".utf8))
    #expect(try decode([0xFE, 0xFF, 0x00, 0x61], nil) == Array("a".utf8))
    #expect(try decode([0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0], nil) == Array("a".utf8))
    // Two odd bytes before other bytes are not a byte order mark.
    let odd = [0xFF, 0xFE] + Array(" good\n".utf8)
    #expect(try decode(odd, nil) == odd)
    #expect(try decode([0xFF], nil) == [0xFF])
    #expect(try decode([], nil) == [])
  }

  @Test func namesAreKnownOrSuggested() {
    #expect(TextEncoding("Latin-1")?.name == TextEncoding("iso-8859-1")?.name)
    #expect(TextEncoding("UTF8")?.description == "UTF-8")
    #expect(TextEncoding("windows-125x") == nil && TextEncoding("") == nil && TextEncoding("é") == nil)
    #expect(TextEncoding.hint(for: "windows-125x").contains("“windows-125"))
    #expect(TextEncoding.hint(for: "shift-jiss").lowercased().contains("shift"))
    #expect(TextEncoding.hint(for: "xxxxxxxxxxxx").hasPrefix("Among"))
  }
}
