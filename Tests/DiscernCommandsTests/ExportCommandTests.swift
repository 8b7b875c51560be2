import Foundation
import TestSupport
import Testing

/// Trains a small model on forty lines.
private func train(_ folder: String, _ more: String...) throws {
  let words = (["good", "fine", "lovely", "superb"], ["bad", "dull", "weak", "awful"])
  var lines = "text\tlabel\n"
  for number in 0..<40 {
    let own = number % 2 == 0 ? words.0 : words.1
    lines +=
      "a \(own[number / 2 % 4]) film and \(own[number / 8 % 4]) too\t\(number % 2 == 0 ? "pos" : "neg")\n"
  }
  try lines.write(toFile: folder + "/t.tsv", atomically: true, encoding: .utf8)
  let small = ["--epochs", "1", "--hidden", "4", "--embedding-dim", "4"]
  let run = try CommandRun(
    arguments: ["train", "--train", "t.tsv", "--output", "m", "--threads", "1", "-q"]
      + (more.contains("ngrams") ? [] : small) + more, folder: folder)
  #expect(run.status == 0, "\(run.errors)")
}

/// The output of `discern encode` for a line.
private struct Encoded: Decodable {
  let tokens: [Int]?
  let letters: [[Int]]?
  let ngrams: [Int]?
  let values: [Float]?
  let evidence: String
  let source: String?
  let line: Int
  let file: String?
  let error: String?
}

private func decode(_ run: CommandRun) throws -> [Encoded] {
  try run.lines.map { try JSONDecoder().decode(Encoded.self, from: Data($0.utf8)) }
}

@Test func anExportIsWholeAndAlwaysTheSame() throws {
  try withTemporaryFolder { folder in
    try train(folder)
    let first = try CommandRun("export", "onnx", "m", "--output", "x", folder: folder)
    #expect(
      first.status == 0 && first.output.isEmpty && first.errors.contains("x: written"), "\(first.errors)")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/x").sorted()
    #expect(
      names == [
        "README.md", "golden.jsonl", "labels.json", "manifest.json", "manifest.sha256", "model.onnx",
        "ngrams.safetensors", "ngrams.txt", "predict.py", "vocabulary.txt",
      ])
    func contents() throws -> [Data] {
      try names.map { try Data(contentsOf: URL(fileURLWithPath: "\(folder)/x/\($0)")) }
    }
    let before = try contents()
    // Again, replacing the first.
    let second = try CommandRun("export", "onnx", "m", "--output", "x", "-q", folder: folder)
    #expect(second.status == 0 && second.errors.isEmpty, "\(second.errors)")
    #expect(try contents() == before)
    let labels = try String(contentsOfFile: folder + "/x/labels.json", encoding: .utf8)
    #expect(labels == #"[{"labels":["neg","pos"],"task":""}]"# + "\n")
    let readme = try String(contentsOfFile: folder + "/x/README.md", encoding: .utf8)
    for name in ["tokens", "lengths", "ngrams", "values", "logits", "probabilities", "labels", "attention"] {
      #expect(readme.contains("| `\(name)` |"), "\(name)")
    }
    // The answers for golden texts equal the program's.
    let golden = try String(contentsOfFile: folder + "/x/golden.jsonl", encoding: .utf8)
      .split(separator: "\n").map { try JSONDecoder().decode(Golden.self, from: Data($0.utf8)) }
    #expect(golden.count == 18 && golden[0].text.isEmpty && golden[0].tokens == [1])
    let texts = golden.map(\.text).joined(separator: "\n") + "\n"
    let answers = try CommandRun("classify", "m", "--format", "csv", input: texts, folder: folder)
    #expect(
      answers.lines.dropFirst().map { $0.prefix { $0 != "," } } == golden.map { Substring($0.labels[0]) })
    let encoded = try decode(CommandRun("encode", "m", input: texts, folder: folder))
    #expect(encoded.map(\.tokens) == golden.map(\.tokens))
    #expect(encoded.map(\.values) == golden.map(\.values))
  }
}

private struct Golden: Decodable {
  let text: String
  let tokens: [Int]
  let values: [Float]
  let labels: [String]
}

@Test func anExportReplacesNothingElse() throws {
  try withTemporaryFolder { folder in
    try train(folder, "--model", "ngrams")
    let run = try CommandRun("export", "onnx", "m", "--output", "m", folder: folder)
    #expect(run.status == 74 && run.errors.contains("will not be overwritten"), "\(run.errors)")
    #expect(try CommandRun("classify", "m", input: "good\n", folder: folder).status == 0)
    let small = try CommandRun("export", "onnx", "m", "--output", "x", "--weights", "int8", folder: folder)
    #expect(small.status == 64 && small.errors.contains("--weights int8 has no effect"), "\(small.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder + "/x"))
    let missing = try CommandRun("export", "onnx", "none", "--output", "x", folder: folder)
    #expect(missing.status == 66, "\(missing.errors)")
    let ngrams = try CommandRun("export", "onnx", "m", "--output", "x", folder: folder)
    #expect(ngrams.status == 0, "\(ngrams.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder + "/x/vocabulary.txt"))
    // A folder that cannot be created is named, and the attempt leaves nothing.
    let refused = try CommandRun("export", "onnx", "m", "--output", "t.tsv/x", folder: folder)
    #expect(refused.status == 74 && refused.errors.contains("t.tsv"), "\(refused.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["m", "t.tsv", "x"])
  }
}

@Test func textsAreEncodedLineByLine() throws {
  try withTemporaryFolder { folder in
    try train(folder, "--subword-buckets", "50")
    let input = "a good film\n\n⁂ qqq zzz\nb\0d\nA GOOD film\n"
    let run = try CommandRun("encode", "m", input: input, folder: folder)
    #expect(run.status == 65 && run.errors.contains("1 line not encoded"), "\(run.errors)")
    let lines = try decode(run)
    #expect(lines.map(\.line) == [1, 2, 3, 4, 5])
    // The same model has the same digits, another one has different ones.
    #expect(Set(lines.map(\.source)).count == 2 && lines[3].source == nil && lines[0].source?.count == 8)
    let other = try decode(
      CommandRun(
        "encode", SharedData.projectRoot.appendingPathComponent("Tests/Fixtures/format-2/ordinary").path,
        input: "a\n", folder: folder))
    #expect(other[0].source?.count == 8 && other[0].source != lines[0].source)
    #expect(lines.map(\.evidence) == ["normal", "empty", "all-unknown", "error", "normal"])
    #expect(lines[0].tokens == lines[4].tokens && lines[0].letters == [])
    #expect(lines[0].values == lines[4].values && lines[0].ngrams?.count == lines[0].values?.count)
    // An empty text is one unknown word without letters.
    #expect(lines[1].tokens == [1] && lines[1].letters == [[]] && lines[1].ngrams == [])
    #expect(lines[2].tokens?.count == lines[2].letters?.count && lines[2].letters?.last?.isEmpty == false)
    #expect(lines[3].tokens == nil && lines[3].error?.contains("NUL") == true)
    let skipped = try CommandRun("encode", "m", "--on-error", "skip", input: input, folder: folder)
    #expect(skipped.status == 0 && skipped.lines == run.lines, "\(skipped.errors)")
    // Files are read as classify reads them: a table's text column.
    let table = try CommandRun("encode", "m", "t.tsv", "-q", folder: folder)
    #expect(table.lines.count == 40 && table.errors.isEmpty, "\(table.errors)")
    let ids = try CommandRun("classify", "m", "t.tsv", "--format", "jsonl", "--details", "-q", folder: folder)
    let expected = try ids.lines.map { try JSONDecoder().decode(Details.self, from: Data($0.utf8)).ids }
    #expect(try decode(table).map(\.tokens) == expected)
    let two = try decode(CommandRun("encode", "m", "t.tsv", "t.tsv", "-q", folder: folder))
    #expect(two.count == 80 && two.allSatisfy { $0.file == "t.tsv" })
    // An export has everything that encoding needs.
    #expect(try CommandRun("export", "onnx", "m", "-o", "x", "-q", folder: folder).status == 0)
    let again = try CommandRun("encode", "x", input: input, folder: folder)
    #expect(again.lines == run.lines && again.status == 65, "\(again.errors)")
    let tableAgain = try CommandRun("encode", "x", "t.tsv", "-q", folder: folder)
    #expect(tableAgain.lines == table.lines, "\(tableAgain.errors)")
    // Files that encoding does not read may be edited.
    for name in ["README.md", "predict.py", "golden.jsonl"] {
      try "mine".write(toFile: "\(folder)/x/\(name)", atomically: true, encoding: .utf8)
    }
    let edited = try CommandRun("encode", "x", input: input, folder: folder)
    #expect(edited.lines == run.lines && edited.status == 65, "\(edited.errors)")
    let words = folder + "/x/vocabulary.txt"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: words))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(fileURLWithPath: words))
    let damaged = try CommandRun("encode", "x", input: input, folder: folder)
    #expect(
      damaged.status == 65 && damaged.errors.contains("vocabulary.txt has SHA-256"), "\(damaged.errors)")
    // Nor is it a model.
    let model = try CommandRun("classify", "x", input: input, folder: folder)
    #expect(model.status == 65 && model.errors.contains("is an exported model"), "\(model.errors)")
  }
}

private struct Details: Decodable { let ids: [Int] }
