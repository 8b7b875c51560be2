import Foundation
import TestSupport
import Testing

/// `discern classify` as others use it: in pipes, on files, on any input.
@Suite struct ClassifyCommandTests {
  /// A folder with a small `model` in it.
  private func withModel(_ body: (String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let rows = (1...20).map { "pos\tgood food, nice room \($0)\nneg\tbad food, awful film \($0)\n" }
      try rows.joined().write(toFile: folder + "/train.tsv", atomically: true, encoding: .utf8)
      let run = try CommandRun(
        "train", "--train", "train.tsv", "--output", "model", "--epochs", "1", "--hidden", "8",
        "--embedding-dim", "8", "--threads", "1", "-q", folder: folder)
      try #require(run.status == 0, "\(run.errors)")
      try body(folder)
    }
  }

  private func classify(_ bytes: [UInt8], _ flags: String..., in folder: String) throws -> CommandRun {
    try CommandRun(arguments: ["classify", "model"] + flags, bytes: bytes, folder: folder)
  }

  private func classify(_ text: String, _ flags: String..., in folder: String) throws -> CommandRun {
    try CommandRun(arguments: ["classify", "model"] + flags, bytes: Array(text.utf8), folder: folder)
  }

  private func object(_ line: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }

  @Test(.timeLimit(.minutes(5)))
  func everyLineIsAnsweredWhileThePipeStaysOpen() throws {
    try withModel { folder in
      for (flags, lines, answered) in [
        ([], ["good\n", "x\n", "\n", "\u{EF}\n", "PK\u{3}\u{4} good\n", "good film\r\n"], 1),
        (["--input-format", "jsonl"], ["{\"text\":\"good\"}\n", "{\"text\":\"bad\"}\n"], 1),
        (["--input-format", "csv", "--no-header", "--text-column", "2"], ["1,good\n", "2,\"bad\"\n"], 1),
        (["--input-format", "csv", "--text-column", "text"], ["id,text\n", "1,good\n", "2,bad\n"], 0),
        (["--input-format", "tsv", "--text-column", "text"], ["id\ttext\n", "1\tgood\n", "2\tbad\n"], 0),
      ] as [([String], [String], Int)] {
        let run = try LiveRun(["classify", "model"] + flags, folder: folder)
        defer { run.end() }
        for (index, line) in lines.enumerated() {
          run.write(Array(line.utf8))
          if index + answered > 0 { #expect(run.nextLine() != nil, "\(flags): \(line)") }
        }
      }
    }
  }

  @Test func oneLineOutForEachLineIn() throws {
    try withModel { folder in
      let hard: [[UInt8]] = [
        Array("good".utf8), [0x62, 0, 0x63], [0xFF, 0xFE, 0x20, 0x67], [], [0xC3], Array("bad room".utf8),
        Array(repeating: 0x61, count: 3000),
      ]
      let input = Array(hard.joined(separator: [0x0A]))
      let run = try classify(input, "--max-line-bytes", "2K", in: folder)
      #expect(run.status == 65)
      #expect(run.lines.count == 7)
      #expect([1, 2, 4, 6].allSatisfy { run.lines[$0] == "\t\terror" })
      #expect(run.lines[3].hasSuffix("\tempty"))
      #expect(run.errors.contains("NUL byte at standard input:2"))
      #expect(
        run.errors.contains("2 lines not classified: text not UTF-8 at standard input:3, standard input:5"))
      #expect(run.errors.contains("standard input:7") && run.errors.contains("--max-line-bytes"))
      let skipped = try classify(input, "--max-line-bytes", "2K", "--on-error", "skip", in: folder)
      #expect(skipped.status == 0 && skipped.output == run.output)
      let json = try classify(input, "--max-line-bytes", "2K", "--format", "jsonl", "--text", in: folder)
        .lines
      let errors = try json.map { try object($0) }
      #expect(errors.map { $0["line"] as? Int } == Array(1...7))
      #expect(errors[1]["error"] as? String == "the row contains a NUL byte; is this a text file in UTF-8?")
      #expect(errors[1]["evidence"] as? String == "error" && errors[1]["label"] as? String == "")
      #expect(errors[0]["text"] as? String == "good" && errors[1]["text"] == nil)
    }
  }

  @Test func aFileThatIsOneTextIsNamed() throws {
    try withModel { folder in
      let texts = folder + "/texts"
      try FileManager.default.createDirectory(atPath: texts + "/pos", withIntermediateDirectories: true)
      try "good food".write(toFile: texts + "/pos/a.txt", atomically: true, encoding: .utf8)
      let run = try classify("", "texts", "--format", "jsonl", in: folder)
      #expect(try run.lines.map { try object($0)["file"] as? String } == ["texts/pos/a.txt"])
      // The columns that are read are reported, but no guess at labels, which are not needed.
      try "who,text\nann,good food\n".write(toFile: folder + "/a.csv", atomically: true, encoding: .utf8)
      let table = try classify("", "a.csv", in: folder)
      #expect(table.errors.contains("text in text") && !table.errors.contains("label in"))
      #expect(try object(classify("good\n", "--format", "jsonl", in: folder).lines[0])["file"] == nil)
    }
  }

  @Test func firstLinesThatLookLikeSomethingElseAreLines() throws {
    try withModel { folder in
      let heads: [[UInt8]] = [
        [0xFF, 0xFE], [0xFE, 0xFF], [0x1F, 0x8B, 8], [0xFD, 0x37, 0x7A, 0x58, 0x5A],
        [0x28, 0xB5, 0x2F, 0xFD],
        Array("PK\u{3}\u{4}".utf8), Array("BZh91AY".utf8), [0xEF, 0xBB, 0xBF], Array("{".utf8),
        Array("__label__x".utf8), Array("text,label".utf8), Array("a\tb".utf8),
      ]
      for head in heads {
        let run = try classify(head + Array(" good\nfilm\n".utf8), in: folder)
        #expect(run.lines.count == 2, "\(head)")
        #expect(run.lines[1].split(separator: "\t").count >= 2)
      }
      let packed = try classify(heads[2] + Array(" good\n".utf8), in: folder)
      #expect(packed.errors.contains("gzip") && packed.errors.contains("zcat"))
    }
  }

  @Test func bytesOfOtherLayoutsThatAreBrokenAreAnswered() throws {
    try withModel { folder in
      let json = try classify(
        "{\"text\":\"good\"}\n\n[1]\n{\"text\":\"bad\"}\n{\"text\":1}\nx\n", "--input-format", "jsonl",
        in: folder)
      #expect(json.status == 65 && json.lines.count == 6)
      #expect(json.lines.filter { $0 == "\t\terror" }.count == 3 && json.lines[1].hasSuffix("\tempty"))
      let table = try classify(
        "id,text\n1,good\n\n2\n3,bad\n", "--input-format", "csv", "--format", "tsv", "--on-error", "skip",
        in: folder)
      #expect(table.status == 0)
      #expect(table.lines.map { $0.split(separator: "\t").last } == ["normal", "empty", "error", "normal"])
    }
  }

  @Test func nothingInIsNothingOut() throws {
    try withModel { folder in
      for format in ["text", "tsv", "csv", "jsonl"] {
        let run = try classify("", "--format", format, in: folder)
        #expect(run.status == 0 && run.output.isEmpty && run.errors.isEmpty, "\(run.errors)")
      }
      try "".write(toFile: folder + "/empty.txt", atomically: true, encoding: .utf8)
      try "good\nbad\n".write(toFile: folder + "/full.txt", atomically: true, encoding: .utf8)
      let alone = try classify("", "full.txt", in: folder)
      let both = try classify("", "empty.txt", "full.txt", in: folder)
      #expect(both.status == 0 && both.output == alone.output && both.lines.count == 2)
      #expect(try classify("", "empty.txt", in: folder).status == 0)
    }
  }

  @Test func filesAreRecognisedAndSaidSo() throws {
    try withModel { folder in
      try "id,subject\n1,\"good, nice\"\n2,\"bad\nfilm\"\n".write(
        toFile: folder + "/tickets.csv", atomically: true, encoding: .utf8)
      let run = try classify("", "tickets.csv", "--format", "csv", "--text-column", "subject", in: folder)
      #expect(run.status == 0 && run.lines.count == 3 && run.lines[0] == "label,probability,evidence")
      #expect(run.errors.contains("tickets.csv: read as csv, the first row names the columns, text in s"))
      #expect(try classify("", "tickets.csv", "--text-column", "2", "-q", in: folder).errors.isEmpty)
      let latin = [0x67, 0x6F, 0x6F, 0x64, 0x20, 0xFC, 0x0A] as [UInt8]
      try Data(latin).write(to: URL(fileURLWithPath: folder + "/latin.txt"))
      let broken = try classify("", "latin.txt", in: folder)
      #expect(broken.status == 65 && broken.lines == ["\t\terror"])
      #expect(broken.errors.contains("--encoding windows-1252"))
      #expect(try classify("", "latin.txt", "--encoding", "latin1", in: folder).lines.count == 1)
      #expect(try classify(latin, "--encoding", "latin1", in: folder).status == 0)
      let unknown = try classify("", "--encoding", "window-1252", in: folder)
      #expect(unknown.status == 64 && unknown.errors.contains("“windows-1252”"))
    }
  }

  /// Two rows would be taken for lines.
  @Test func aFewRowsOfTheModelsOwnTableAreATable() throws {
    try withTemporaryFolder { folder in
      let run = try ShellRun(
        """
        (echo 'id;words;kind'
        for i in $(seq 20); do echo "$i;good food $i;pos"; echo "$i;bad film $i;neg"; done) > t
        discern train --train t --text-column words --label-column kind --model ngrams --threads 1 -q \
          --output m > scores
        head -n 3 t > few; discern classify m few > answers; wc -l < answers
        printf 'id;words\n1;good\n' > other; discern classify m other > answers; wc -l < answers
        """, folder: folder)
      #expect(run.output.filter { $0 != " " } == "2\n2\n", "\(run.output) \(run.errors)")
      #expect(run.errors.contains("few: read as csv") && run.errors.contains("other: read as lines"))
    }
  }

  @Test func columnsAreCarriedAlong() throws {
    try withModel { folder in
      let table = "id,who,text\n7,\"a, \"\"b\"\"\",good\n8,c\n9,\"d\ne\",bad\n"
      let csv = try classify(
        table, "--input-format", "csv", "--format", "csv", "--keep", "who", "--keep", "1", in: folder)
      #expect(csv.status == 65)
      #expect(csv.lines[0] == "who,1,label,probability,evidence")
      #expect(csv.lines[1].hasPrefix("\"a, \"\"b\"\"\",7,") && csv.lines[2] == ",,,,error")
      #expect(csv.lines[3] == "\"d" && csv.lines[4].hasPrefix("e\",9,"))
      let text = try classify(table, "--input-format", "csv", "--keep", "who", in: folder)
      #expect(text.lines[0].hasSuffix("\tnormal\ta, \"b\"") && text.lines[2].hasSuffix("\tnormal\td\\ne"))
      let json = try classify(
        "{\"text\":\"good\",\"id\":12345678901234567890,\"x\":\"y\"}\n", "--input-format", "jsonl",
        "--format",
        "jsonl", "--keep", "id", "--keep", "x", "--keep", "z", in: folder)
      #expect(json.lines[0].contains("\"kept\":{\"id\":12345678901234567890,\"x\":\"y\",\"z\":null}"))
      #expect(json.errors.contains("no object has the key “z”") && !json.errors.contains("key “x”, which"))
      let broken = try classify(
        Array("id,text\n".utf8) + [0xE9] + Array(",good\n7,bad\n".utf8), "--input-format", "csv", "--keep",
        "id", in: folder)
      #expect(broken.status == 65 && broken.lines.count == 2 && broken.lines[0].contains("error"))
      #expect(broken.errors.contains("“id” is not valid UTF-8"), "\(broken.errors)")
      let unknown = try classify(table, "--input-format", "csv", "--keep", "whom", in: folder)
      #expect(unknown.status == 65 && unknown.errors.contains("did you mean “who”?"))
      let lines = try classify("good\n", "--keep", "who", in: folder)
      #expect(lines.status == 65 && lines.errors.contains("--keep"))
    }
  }

  @Test func unsureAnswersHaveNoLabel() throws {
    try withModel { folder in
      let sure = try classify("good\n", "--format", "tsv", "--min-probability", "0.1", in: folder)
      #expect(sure.lines[0].hasSuffix("\tnormal") && !sure.lines[0].hasPrefix("\t"))
      let unsure = try classify("good\n\n", "--format", "tsv", "--min-probability", "0.99", in: folder)
      #expect(unsure.lines[0].hasPrefix("\t0.") && unsure.lines[0].hasSuffix("\tuncertain"))
      #expect(unsure.lines[1].hasPrefix("\t0.") && unsure.lines[1].hasSuffix("\tempty"))
      let json = try classify("good\n", "--format", "jsonl", "--min-probability", "0.99", in: folder)
      #expect(try object(json.lines[0])["label"] as? String == "")
      #expect(try classify("", "--min-probability", "1.5", in: folder).status == 64)
      #expect(try classify("", "--max-line-bytes", "16Q", in: folder).status == 64)
    }
  }
}
