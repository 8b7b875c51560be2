import DiscernCorpus
import DiscernIO
import Foundation
import TestSupport
import Testing

@Suite struct DelimitedReaderTests {
  private let plain = CorpusOptions.with { $0.header = false }

  @Test(.enabled(if: SharedData.isPresent))
  func readsTheSpectrumOfCSV() throws {
    let folder = SharedData.path("suites/csv-spectrum")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/csvs")
    #expect(names.count >= 11)
    for name in names {
      let json = folder + "/json/" + name.replacingOccurrences(of: ".csv", with: ".json")
      let expected = try StrictJSON.parse([UInt8](try Data(contentsOf: URL(fileURLWithPath: json))))
      let rows = try #require(expected.array)
      let keys = try #require(rows.first?.object?.map(\.key))
      // Every pair of columns, so that every cell is compared.
      for key in keys {
        let other = key == keys[0] ? keys[1] : keys[0]
        let options = CorpusOptions.with {
          $0.textColumn = .name(key)
          $0.labelColumn = .name(other)
          $0.needsLabels = false
        }
        let read = try readAll([folder + "/csvs/" + name], options).rows
        #expect(read.map(\.text) == rows.compactMap { $0[key]?.string }, "\(name), column \(key)")
      }
    }
  }

  @Test func csvQuotesLinesAndByteOrderMark() throws {
    try withTemporaryFolder { folder in
      let content =
        "\u{FEFF}label,text\r\na,\"one, \"\"two\"\"\r\nthree\"\r\nb,plain "
        + "\"quote\"\r\n\r\n\"c,d\",\"\"\"\"\r\ne,"
      let path = try write(content, to: "a.csv", in: folder)
      let (rows, report) = try readAll([path], below: folder)
      #expect(
        rows == [
          Row("a", "one, \"two\"\r\nthree", "a.csv:2"), Row("b", "plain \"quote\"", "a.csv:4"),
          Row("c,d", "\"", "a.csv:6"), Row("e", "", "a.csv:7"),
        ])
      #expect(report.blankLines == 1)
      #expect(report.inputs.first?.hasHeader == true)
    }
  }

  @Test func csvNamesTheLineWhereAQuoteOpened() throws {
    try withTemporaryFolder { folder in
      let path = try write("label,text\na,\"x\ny\"\nb,\"never\nclosed\nc,d\n", to: "a.csv", in: folder)
      #expect(
        corpusError { _ = try readAll([path]) }
          == .badRow(RecordLocation(path: path, line: 4), .unclosedQuote(openedAtLine: 4)))
      let skipping = CorpusOptions.with { $0.onError = .skip }
      let (rows, report) = try readAll([path], skipping)
      #expect(rows.map(\.text) == ["x\ny", "d"])
      // The rest of the broken row's text is a separate row, with a field too few.
      #expect(report.skippedRows == 2)
      #expect(report.firstSkippedRows.first?.reason == "the quote opened in line 4 never closes")
      #expect(report.skippedByKind == ["quote that never closes": 1, "wrong number of fields": 1])
    }
  }

  @Test func csvRefusesTextAfterAClosingQuote() throws {
    try withTemporaryFolder { folder in
      let path = try write("label,text\na,\"x\" y\n", to: "a.csv", in: folder)
      #expect(
        corpusError { _ = try readAll([path]) }
          == .badRow(RecordLocation(path: path, line: 2), .contentAfterQuote(field: 2)))
    }
  }

  @Test func raggedRowsAreNamed() throws {
    try withTemporaryFolder { folder in
      let path = try write("a\tx y z\nb\tx\ty z\nc\n", to: "a.tsv", in: folder)
      #expect(
        corpusError { _ = try readAll([path], plain) }?.description
          == "\(path):2: the row has 3 fields, the first row has 2")
      let (rows, report) = try readAll([path], .with { $0.onError = .skip })
      #expect(rows.count == 1)
      #expect(report.skippedRows == 2)
    }
  }

  @Test func tsvFieldsAreLiteral() throws {
    try withTemporaryFolder { folder in
      let path = try write("a\t\"it is\r\nb\tsaid \"\"no\"\", \\t\r\n", to: "a.tsv", in: folder)
      #expect(try readAll([path], plain).rows.map(\.text) == ["\"it is", "said \"\"no\"\", \\t"])
    }
  }

  /// Cells of all kinds, written by the rules of RFC 4180, come back, wherever the reader's blocks end.
  @Test func csvRoundTripsRandomTables() throws {
    var random = SeededGenerator(seed: 7)
    let pieces = ["a", "é", "\"", ",", "\n", "\r\n", " ", "漢", "\t", String(repeating: "long", count: 9000)]
    for round in 0..<12 {
      var rows: [Row] = []
      var content = "text,label\n"
      for _ in 0..<60 {
        let text = (0..<Int.random(in: 0..<12, using: &random)).map { _ in
          pieces.randomElement(using: &random) ?? ""
        }.joined()
        rows.append(Row("l\(rows.count)", text))
        content += "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\",l\(rows.count - 1)"
        content += round % 2 == 0 ? "\n" : "\r\n"
      }
      try withTemporaryFolder { folder in
        let read = try readAll([try write(content, to: "t.csv", in: folder)]).rows
        #expect(read.map { Row($0.label, $0.text) } == rows)
      }
    }
  }

  @Test func aHugeLineIsOneRow() throws {
    try withTemporaryFolder { folder in
      var content = Array("neg\t".utf8)
      content += repeatElement(UInt8(ascii: "x"), count: 100_000_000)
      content += Array("\npos\ty\n".utf8)
      let path = try write(content, to: "a.tsv", in: folder)
      var lengths: [Int] = []
      var options = plain
      options.maximumLineBytes = 1 << 27
      options.textColumn = .number(2)
      options.labelColumn = .number(1)
      _ = try Corpus(paths: [path], options: options).read { lengths.append($0.text.count) }
      #expect(lengths == [100_000_000, 1])
      options.maximumLineBytes = CorpusOptions().maximumLineBytes
      options.onError = .skip
      let report = try Corpus(paths: [path], options: options).read { lengths.append($0.text.count) }
      #expect(lengths.count == 3 && report.skippedByKind == ["longer than the limit": 1])
    }
  }

  /// The content of a quoted field never becomes rows, however long it is.
  @Test func aHugeQuotedFieldIsOneRow() throws {
    try withTemporaryFolder { folder in
      let field = String(repeating: "a,neg\n\"\"b\"\",pos\r\n", count: 60_000)
      var options = plain
      options.maximumLineBytes = 1000
      options.onError = .skip
      options.textColumn = .number(1)
      options.labelColumn = .number(2)
      for (rows, count) in [
        ("one,neg\n\"\(field)\",pos\ntwo,pos\n", 2), ("\"\(field)\",pos\r\none,neg\ntwo,pos\n", 2),
      ] {
        let path = try write(rows, to: "a.csv", in: folder)
        let (read, report) = try readAll([path], options)
        #expect(read.map(\.text) == ["one", "two"] && report.rows == count)
        #expect(report.skippedByKind == ["longer than the limit": 1])
      }
      // The line before the table is skipped once, though the layout is looked for twice.
      let preamble = try write(
        "sep=;\n\"\(String(repeating: field, count: 4))\";pos\none;neg\ntwo;pos\n", to: "preamble.csv",
        in: folder)
      #expect(try readAll([preamble], options).rows.map(\.text) == ["one", "two"])
      let open = try write("one,neg\nx,\"\(field)", to: "open.csv", in: folder)
      #expect(
        corpusError { _ = try readAll([open], options) }
          == .badRow(RecordLocation(path: open, line: 2), .unclosedQuote(openedAtLine: 2)))
    }
  }

  /// The columns are chosen from whole rows, however long the first one is.
  @Test func longFirstRowsAreLookedAtWhole() throws {
    try withTemporaryFolder { folder in
      let long = String(repeating: "word, \n", count: 300_000)
      let csv = try write("\"\(long)\",pos\nshort text,neg\n", to: "a.csv", in: folder)
      #expect(try readAll([csv]).rows.map(\.label) == ["pos", "neg"])
      let text = String(repeating: "word ", count: 400_000)
      let tsv = try write("\(text)\tpos\nshort text\tneg\n", to: "a.tsv", in: folder)
      #expect(try readAll([tsv]).rows.map(\.label) == ["pos", "neg"])
      let json = try write("{\"review\":\"\(text)\",\"class\":\"pos\"}\n", to: "a.jsonl", in: folder)
      #expect(try readAll([json]).rows.map(\.label) == ["pos"])
    }
  }
}
