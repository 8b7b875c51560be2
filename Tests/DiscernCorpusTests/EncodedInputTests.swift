import DiscernCorpus
import DiscernIO
import Foundation
import TestSupport
import Testing

@Suite struct EncodedInputTests {
  private func encoded(_ text: String, _ encoding: String.Encoding) throws -> [UInt8] {
    Array(try #require(text.data(using: encoding)))
  }

  private func reading(_ name: String?) -> CorpusOptions {
    .with { $0.encoding = name.flatMap { TextEncoding($0) } }
  }

  private let table = "label,text\nköln,schön und gut\nrom,äußerst „übel“\n"
  private let rows = [Row("köln", "schön und gut", "a.csv:2"), Row("rom", "äußerst „übel“", "a.csv:3")]

  @Test(arguments: [
    ("windows-1252", String.Encoding.windowsCP1252), ("utf-16le", .utf16LittleEndian),
    ("utf-16", .utf16BigEndian), ("utf-32be", .utf32BigEndian), ("utf-8", .utf8),
  ])
  func encodingsAreReadAsAsked(name: String, encoding: String.Encoding) throws {
    try withTemporaryFolder { folder in
      let path = try write(try encoded(table, encoding), to: "a.csv", in: folder)
      #expect(try readAll([path], reading(name), below: folder).rows == rows)
    }
  }

  @Test func aByteOrderMarkIsEnough() throws {
    try withTemporaryFolder { folder in
      let path = try write([0xFF, 0xFE] + encoded(table, .utf16LittleEndian), to: "a.csv", in: folder)
      let (read, report) = try readAll([path], below: folder)
      #expect(read == rows)
      #expect(report.inputs[0].notes == ["read as UTF-16"])
    }
  }

  @Test func otherEncodingsAreNamedWithTheMend() throws {
    try withTemporaryFolder { folder in
      let latin = try write(try encoded(table, .windowsCP1252), to: "a.csv", in: folder)
      let error = corpusError { _ = try readAll([latin], below: folder) }?.description ?? ""
      #expect(error.contains("a.csv:2: the ") && error.contains("--encoding windows-1252"), "\(error)")
      let wide = try write(try encoded(table, .utf16LittleEndian), to: "b.csv", in: folder)
      #expect(
        corpusError { _ = try readAll([wide]) } == .notUTF8(path: wide, likely: TextEncoding("UTF-16LE")))
      let texts = CorpusOptions.with {
        $0.needsLabels = false
        $0.format = .lines
      }
      let lines = corpusError { _ = try readAll([wide], texts) }?.description ?? ""
      #expect(lines.contains("b.csv:1: ") && lines.contains("--encoding UTF-16LE"), "\(lines)")
    }
  }

  @Test func bytesThatTheEncodingDoesNotKnowAreBadRows() throws {
    try withTemporaryFolder { folder in
      let path = try write(
        Array("a\t".utf8) + [0xC4, 0xE3, 0x0A] + Array("b\tx".utf8) + [0xFF, 0x0A], to: "t.tsv", in: folder)
      var options = reading("gb18030")
      let encoding = try #require(TextEncoding("gb18030"))
      options.header = false
      options.labelColumn = .number(1)
      #expect(
        corpusError { _ = try readAll([path], options) }
          == .badRow(RecordLocation(path: path, line: 2), .notInEncoding(encoding)))
      options.onError = .skip
      #expect(try readAll([path], options).rows.map(\.text) == ["你"])
    }
  }

  @Test func textsOfFoldersAreDecoded() throws {
    try withTemporaryFolder { folder in
      try write([0x73, 0x63, 0x68, 0xF6, 0x6E], to: "d/pos/1.txt", in: folder)
      try write([0xFC, 0x62, 0x65, 0x6C], to: "d/neg/1.txt", in: folder)
      let read = try readAll([folder + "/d"], reading("latin1")).rows.map { Row($0.label, $0.text) }
      #expect(read == [Row("neg", "übel"), Row("pos", "schön")])
      let error = corpusError { _ = try readAll([folder + "/d"]) }?.description ?? ""
      #expect(error.contains("d/neg/1.txt: the text is not valid UTF-8"))
      try write([0xFF, 0xFE, 0x6E, 0x00, 0x6F, 0x00], to: "e/neg/1.txt", in: folder)
      try write([0x67, 0x75, 0x74], to: "e/pos/1.txt", in: folder)
      #expect(try readAll([folder + "/e"]).rows.map(\.text) == ["no", "gut"])
    }
  }

  @Test func longRowsAreBadRows() throws {
    try withTemporaryFolder { folder in
      let long = String(repeating: "x", count: 3000)
      let options = CorpusOptions.with {
        $0.maximumLineBytes = 1000
        $0.onError = .skip
      }
      let contents = [
        ("a.tsv", "a\tx y\nb\t\(long)\nc\tz w\n"), ("a.csv", "a,x y\nb,\"\(long)\n\"\nc,z w\n"),
        (
          "a.jsonl",
          "{\"label\":\"a\",\"text\":\"x y\"}\n{\"label\":\"\(long)\"}\n{\"label\":\"c\",\"text\":\"z w\"}\n"
        ),
        ("a.txt", "__label__a x y\n__label__b \(long)\n__label__c z w\n"),
      ]
      for (name, content) in contents {
        let path = try write(content, to: name, in: folder)
        let (rows, report) = try readAll([path], options)
        #expect(rows.map(\.text) == ["x y", "z w"], "\(name)")
        #expect(report.skippedByKind["longer than the limit"] == 1, "\(name)")
        var stopping = options
        stopping.onError = .stop
        #expect(
          corpusError { _ = try readAll([path], stopping) }
            == .badRow(RecordLocation(path: path, line: 2), .tooLong(limit: 1000)))
      }
      try write(long, to: "d/neg/1.txt", in: folder)
      try write("gut", to: "d/pos/1.txt", in: folder)
      #expect(try readAll([folder + "/d"], options).report.skippedByKind == ["longer than the limit": 1])
    }
  }
}
