import Foundation
import TestSupport
import Testing

private let small = [
  "--epochs", "1", "--hidden", "4", "--embedding-dim", "4", "--threads", "1", "--batch-size", "8", "--quiet",
  "--model", "recurrent",
]

/// Texts of a few words, and labels that a small model cannot all get right.
private func writeTexts(to path: String) throws {
  let words = ["good", "bad", "fine", "film", "book", "food"]
  var rows = ["kind,tags,text"]
  for index in 0..<36 {
    let text = (0..<5).map { words[(index * 7 + $0 * $0 * 3) % 6] }.joined(separator: " ")
    rows.append("\(index % 2 == 0 ? "x" : "y"),\(["a|b", "a", ""][index % 3]),\"\(text)\t\\ \(index)\"")
  }
  try (rows.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
}

private func objects(_ path: String) throws -> [[String: Any]] {
  try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
    try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
  }
}

@Test func everyWrongTextIsListedSurestFirst() throws {
  try withTemporaryFolder { folder in
    try writeTexts(to: folder + "/t.csv")
    let columns = ["--text-column", "text", "--label-column", "kind"]
    let trained = try CommandRun(
      arguments: ["train", "--train", "t.csv", "--output", "m"] + columns + small, folder: folder)
    #expect(trained.status == 0, "\(trained.errors)")
    let evaluate = ["evaluate", "m", "--quiet", "--json"] + columns
    let plain = try CommandRun(arguments: evaluate + ["--data", "t.csv"], folder: folder)
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(plain.output.utf8)) as? [String: Any])
    let accuracy = try #require(report["accuracy"] as? Double)

    let run = try CommandRun(
      arguments: evaluate + ["--data", "t.csv", "--errors", "e.tsv"], folder: folder)
    #expect(run.status == 0 && run.output == plain.output, "\(run.errors)")
    let rows = try String(contentsOfFile: folder + "/e.tsv", encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(rows.first == ["file", "line", "true", "predicted", "probability", "text"])
    #expect(rows.count - 1 == Int((36 * (1 - accuracy)).rounded()) && rows.count > 1)
    let source = try String(contentsOfFile: folder + "/t.csv", encoding: .utf8).split(separator: "\n")
    var last = 1.0
    for row in rows.dropFirst() {
      try #require(row.count == 6)
      let line = try #require(Int(row[1]))
      #expect(row[0] == "t.csv" && row[2] != row[3] && source[line - 1].hasPrefix(row[2] + ","))
      // Tabs and backslashes are escaped.
      let text = row[5].replacing("\\t", with: "\t").replacing("\\\\", with: "\\")
      #expect(source[line - 1].hasSuffix(",\"\(text)\""), "\(row)")
      let probability = try #require(Double(row[4]))
      #expect(probability <= last && probability >= 0.5)
      last = probability
    }

    // The same from a stream that can be read only once, as JSON Lines.
    let input = try String(contentsOfFile: folder + "/t.csv", encoding: .utf8)
    let piped = try CommandRun(
      arguments: evaluate + ["--data", "-", "--input-format", "csv", "--errors", "e.jsonl"], input: input,
      folder: folder)
    #expect(piped.status == 0 && piped.output == plain.output, "\(piped.errors)")
    let lines = try objects(folder + "/e.jsonl")
    #expect(lines.count == rows.count - 1)
    for (line, row) in zip(lines, rows.dropFirst()) {
      #expect(line["file"] as? String == "-" && line["line"] as? Int == Int(row[1]))
      #expect(line["true"] as? String == row[2] && line["predicted"] as? String == row[3])
      #expect(line["task"] == nil)
    }

    for (path, code) in [("-", 64), ("e.csv", 64), ("t.csv", 64), ("no/e.tsv", 74), ("m", 74)] {
      let refused = try CommandRun(
        arguments: evaluate + ["--data", "t.csv", "--errors", path], folder: folder)
      #expect(refused.status != 0 && refused.output.isEmpty, "\(path) \(refused.errors)")
      if path != "t.csv" { #expect(refused.status == code, "\(path) \(refused.errors)") }
    }
    #expect(try String(contentsOfFile: folder + "/t.csv", encoding: .utf8) == input)
  }
}

@Test func wrongSetsOfLabelsAreListedByTask() throws {
  try withTemporaryFolder { folder in
    try writeTexts(to: folder + "/t.csv")
    let trained = try CommandRun(
      arguments: [
        "train", "--train", "t.csv", "--output", "m", "--task", "kind", "--task", "tags", "--multi-label",
        "tags=|",
      ] + small, folder: folder)
    #expect(trained.status == 0, "\(trained.errors)")
    let run = try CommandRun(
      "evaluate", "m", "--data", "t.csv", "--errors", "e.jsonl", "--quiet", folder: folder)
    #expect(run.status == 0, "\(run.errors)")
    let lines = try objects(folder + "/e.jsonl")
    let sets = lines.filter { $0["task"] as? String == "tags" }
    #expect(!sets.isEmpty && lines.contains { $0["task"] as? String == "kind" })
    for line in sets {
      let truth = try #require(line["true"] as? [String])
      let predicted = try #require(line["predicted"] as? [String])
      #expect(Set(truth) != Set(predicted))
      #expect((line["probabilities"] as? [Double])?.count == predicted.count)
    }
    let table = try CommandRun(
      "evaluate", "m", "--data", "t.csv", "--errors", "e.tsv", "--quiet", folder: folder)
    #expect(table.status == 0)
    let rows = try String(contentsOfFile: folder + "/e.tsv", encoding: .utf8).split(separator: "\n")
    #expect(rows.first == "file\tline\ttask\ttrue\tpredicted\tprobability\ttext")
    #expect(rows.count == lines.count + 1)
  }
}

@Test func theRecipeOfAModelIsShown() throws {
  try withTemporaryFolder { folder in
    try writeTexts(to: folder + "/t.csv")
    let choices = small + ["--batch-tokens", "300", "--truncation", "head+tail", "--dropout", "0.3"]
    let trained = try CommandRun(
      arguments: [
        "train", "--train", "t.csv", "--output", "m", "--label-column", "kind", "--text-column", "text",
      ]
        + choices.filter { $0 != "--batch-size" && $0 != "8" }, folder: folder)
    #expect(trained.status == 0, "\(trained.errors)")
    let shown = try CommandRun("recipe", "show", "m", folder: folder)
    #expect(shown.status == 0 && shown.errors.isEmpty, "\(shown.errors)")
    for line in [
      "hidden: 4", "batch-tokens: 300", "truncation: head+tail  # default: head",
      "# embedding-dropout: 0.3",
    ] { #expect(shown.lines.contains(line), "\(line)") }
    try shown.output.write(toFile: folder + "/r.yaml", atomically: true, encoding: .utf8)
    // Comments show the settings chosen for the texts.
    let made = shown.lines.filter { !$0.hasPrefix("#") }
    for arguments in [["r.yaml"], ["--recipe", "r.yaml"]] {
      let again = try CommandRun(arguments: ["recipe", "show"] + arguments, folder: folder)
      #expect(again.lines.filter { !$0.hasPrefix("#") } == made)
    }
    let other = try CommandRun("recipe", "show", "m", "--hidden", "9", folder: folder)
    #expect(other.lines.contains("hidden: 9"))

    try FileManager.default.createDirectory(atPath: folder + "/empty", withIntermediateDirectories: false)
    let here = try CommandRun("info", ".", folder: folder)
    #expect(here.status == 66 && here.errors.contains("is not a model"), "\(here.errors)")
    for (path, code) in [("absent", 66), ("empty", 66), ("m/weights.safetensors", 65)] {
      let run = try CommandRun("recipe", "show", path, folder: folder)
      #expect(run.status == code && run.errors.contains(path) && run.output.isEmpty, "\(run.errors)")
    }
  }
}
