import Foundation
import TestSupport
import Testing

private let small = ["--epochs", "1", "--hidden", "4", "--embedding-dim", "4", "--threads", "1", "--quiet"]

/// Short texts that n-grams distinguish at once and a small network does not.
private func writeTexts(to path: String, labels: [String] = ["x", "y"], count: Int = 48) throws {
  let words = ["good", "bad", "fine", "film", "book", "food"]
  let rows = (0..<count).map { index in
    let text = (0..<5).map { words[(index * 7 + $0 * $0 * 3 + index / 6) % 6] }.joined(separator: " ")
    return "\(labels[index % 2])\t\(text) \(index % 2 == 0 ? "first" : "second") number\(index)"
  }
  try (rows.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
}

private func train(_ arguments: [String], folder: String) throws {
  let run = try CommandRun(arguments: ["train"] + arguments, folder: folder)
  #expect(run.status == 0, "\(run.errors)")
}

private func object(_ text: String) throws -> [String: Any] {
  try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
}

@Test func modelsAreComparedOnTheSameTexts() throws {
  try withTemporaryFolder { folder in
    try writeTexts(to: folder + "/t.tsv")
    try train(["--train", "t.tsv", "--output", "a", "--model", "ngrams", "--quiet"], folder: folder)
    try train(["--train", "t.tsv", "--output", "b", "--model", "recurrent"] + small, folder: folder)
    let compare = ["compare", "a", "b", "--data", "t.tsv", "--quiet"]
    let run = try CommandRun(arguments: compare + ["--json", "--differences", "d.jsonl"], folder: folder)
    #expect(run.status == 0, "\(run.errors)")
    let json = try object(run.output)
    let task = try #require((json["tasks"] as? [[String: Any]])?.first)
    let figures = try #require(task["models"] as? [[String: [String: Any]]])
    for (name, own) in zip(["a", "b"], figures) {
      // The figures are those of evaluate.
      let report = try object(
        try CommandRun("evaluate", name, "--data", "t.tsv", "--json", "--quiet", folder: folder).output)
      let accuracy = try #require(own["accuracy"])
      #expect(accuracy["value"] as? Double == report["accuracy"] as? Double)
      let bounds = [accuracy["low"] as? Double, accuracy["high"] as? Double].compactMap { $0 }
      let value = try #require(accuracy["value"] as? Double)
      #expect(bounds.count == 2 && bounds[0] <= value && value <= bounds[1])
      #expect(own["logLoss"]?["value"] as? Double == report["logLoss"] as? Double)
    }
    let texts = try #require(json["differences"] as? [[String: Any]])
    let listed = try String(contentsOfFile: folder + "/d.jsonl", encoding: .utf8).split(separator: "\n")
      .map { try object(String($0)) }
    #expect(listed.count == texts.count && !texts.isEmpty)
    var (first, second) = (0, 0)
    for (text, line) in zip(texts, listed) {
      #expect(
        text["line"] as? Int == line["line"] as? Int && text["text"] as? String == line["text"] as? String)
      let right = try #require(text["models"] as? [[String: Any]]).map { $0["right"] as? Bool }
      if right == [true, false] { first += 1 }
      if right == [false, true] { second += 1 }
    }
    let against = try #require((task["againstFirst"] as? [[String: Any]])?.first)
    let test = try #require(against["mcnemar"] as? [String: Any])
    #expect(test["firstOnly"] as? Int == first && test["secondOnly"] as? Int == second)
    // The same again, with another number of threads.
    let again = try CommandRun(arguments: compare + ["--json", "--threads", "3"], folder: folder)
    #expect(again.output == run.output)
    let people = try CommandRun(arguments: compare, folder: folder)
    #expect(people.status == 0 && people.output.contains("McNemar, A and B"), "\(people.errors)")
    #expect(people.output.contains("model   ngrams  recurrent"), "\(people.output)")
  }
}

@Test func whatCannotBeComparedIsNamed() throws {
  try withTemporaryFolder { folder in
    try writeTexts(to: folder + "/t.tsv")
    try writeTexts(to: folder + "/z.tsv", labels: ["x", "z"])
    let ngrams = ["--model", "ngrams", "--quiet"]
    try train(["--train", "t.tsv", "--output", "a", "--json-log", "a.jsonl"] + ngrams, folder: folder)
    try train(["--train", "z.tsv", "--output", "z"] + ngrams, folder: folder)
    try train(["--train", "t.tsv", "--output", "m", "--multi-label", ","] + ngrams, folder: folder)
    try train(["--train", "t.tsv", "--output", "k", "--task", "kind=1"] + ngrams, folder: folder)
    let cases: [(arguments: [String], status: Int32, words: [String])] = [
      (["a", "z", "--data", "t.tsv"], 64, ["only a has “y”", "only z has “z”"]),
      (["a", "m", "--data", "t.tsv"], 64, ["a gives each text one label", "m any number"]),
      (["a", "k", "--data", "t.tsv"], 64, ["a has the tasks", "“kind”"]),
      (["a", "a.jsonl", "--data", "t.tsv"], 64, ["a.jsonl", "leave out --data"]),
      (["a", "t.tsv"], 65, ["t.tsv", "neither a model nor a training log"]),
      (["a", "none"], 66, ["none"]),
      (["a"], 64, ["at least two models"]),
      (["a", "a", "--differences", "d"], 64, ["--data"]),
      (["a", "a", "--data", "t.tsv", "--differences", "t.tsv"], 64, ["t.tsv"]),
    ]
    for (arguments, status, words) in cases {
      let run = try CommandRun(arguments: ["compare"] + arguments, folder: folder)
      #expect(run.status == status && run.output.isEmpty, "\(arguments) \(run.status) \(run.errors)")
      for word in words { #expect(run.errors.contains(word), "\(arguments): \(run.errors)") }
    }
    // A model equals itself, and a log describes the same training as its model.
    let same = try CommandRun("compare", "a", "a", "--data", "t.tsv", folder: folder)
    #expect(same.output.contains("all texts get the same labels"), "\(same.output)\(same.errors)")
    #expect(same.output.contains("the recipes do not differ"))
    let log = try CommandRun("compare", "a", "a.jsonl", "--json", folder: folder)
    let json = try object(log.output)
    #expect((json["recipeDifferences"] as? [Any])?.isEmpty == true, "\(log.output)")
    let models = try #require(json["models"] as? [[String: Any]])
    let scores = models.map { ($0["development"] as? [[String: Any]])?.first?["logLoss"] as? Double }
    #expect(scores[0] != nil && scores[0] == scores[1])
  }
}

@Test func intervalsOfAFewTextsAreSaidToMeanLittle() throws {
  let model = SharedData.projectRoot.appendingPathComponent("Tests/Fixtures/format-2/ordinary").path
  try withTemporaryFolder { folder in
    for (count, isFew) in [(2, true), (29, true), (30, false)] {
      let rows = (0..<count).map { "\($0 % 2 == 0 ? "good\ta fine" : "bad\ta poor") film\n" }
      try rows.joined().write(toFile: folder + "/t.tsv", atomically: true, encoding: .utf8)
      for command in [["compare", model, model], ["report", model, "--output", "r.html"]] {
        let run = try CommandRun(arguments: command + ["--data", "t.tsv", "-q"], folder: folder)
        #expect(
          run.status == 0 && run.errors.contains("too few for meaningful intervals") == isFew, "\(run.errors)"
        )
      }
    }
  }
}

/// Places keep their line, however long the path; a row of texts is no wider than the terminal.
@Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script")))
func differingTextsFitATerminal() throws {
  try withTemporaryFolder { folder in
    let data = "a-folder-of-texts/from-somewhere/held-out-texts.tsv"
    try FileManager.default.createDirectory(
      atPath: "\(folder)/a-folder-of-texts/from-somewhere", withIntermediateDirectories: true)
    try writeTexts(to: folder + "/t.tsv", labels: ["negative", "positive"])
    try writeTexts(to: folder + "/" + data, labels: ["negative", "positive"])
    try train(["--train", "t.tsv", "--output", "a", "--model", "ngrams", "--quiet"], folder: folder)
    try train(["--train", "t.tsv", "--output", "b", "--model", "recurrent"] + small, folder: folder)
    let compare = "discern compare a b --data \(data) --quiet"
    let run = try ShellRun("script -qec 'stty cols 80; \(compare)' /dev/null", folder: folder)
    let lines = run.output.split(separator: "\r\n")
    let start = try #require(lines.firstIndex { $0.hasPrefix("place ") }, "\(run.output)")
    for line in lines[(start + 1)...] {
      #expect(line.count <= 80 && line.contains(#/^….*texts\.tsv:[0-9]+ /#), "\(line)")
    }
    #expect(lines.count > start + 5)
  }
}

/// On a terminal of 80 columns, where `script` makes one.
@Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script")))
func tablesOfTrainingsFitATerminal() throws {
  let model = SharedData.projectRoot.appendingPathComponent("Tests/Fixtures/format-2/ordinary").path
  try withTemporaryFolder { folder in
    try FileManager.default.copyItem(atPath: model, toPath: folder + "/m")
    for command in ["runs .", "compare m m"] {
      let run = try ShellRun("script -qec 'stty cols 80; discern \(command)' /dev/null", folder: folder)
      let lines = run.output.split(separator: "\r\n")
      #expect(lines.count > 1 && lines.allSatisfy { $0.count <= 80 }, "\(run.output)")
      #expect(run.output.contains("columns left out for lack of space: n-grams"), "\(run.output)")
    }
  }
}

/// Three models and long labels: tables are divided, and labels stay whole where texts take several lines.
@Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script")))
func comparisonsFitATerminal() throws {
  try withTemporaryFolder { folder in
    let labels = [
      "balance_not_updated_after_bank_transfer", "balance_not_updated_after_cheque_or_cash_deposit",
    ]
    try writeTexts(to: folder + "/t.tsv", labels: labels)
    let names = ["a", "b", "a-model-with-a-name-that-is-very-long-indeed-and-takes-all-the-space-of-a-line"]
    try train(["--train", "t.tsv", "--output", names[0], "--model", "ngrams", "--quiet"], folder: folder)
    try train(["--train", "t.tsv", "--output", names[1], "--model", "recurrent"] + small, folder: folder)
    try train(
      ["--train", "t.tsv", "--output", names[2], "--model", "recurrent", "--seed", "2"] + small,
      folder: folder)
    for models in [names[..<2], names[...]] {
      let compare = "discern compare \(models.joined(separator: " ")) --data t.tsv --quiet"
      let run = try ShellRun("script -qec 'stty cols 80; \(compare)' /dev/null", folder: folder)
      let lines = run.output.split(separator: "\r\n", omittingEmptySubsequences: false)
      #expect(lines.count > 40 && lines.allSatisfy { $0.count <= 80 }, "\(run.output)")
      #expect(run.output.contains("  true  balance_not_updated_after_"), "\(run.output)")
      for label in labels { #expect(run.output.contains("  \(label) 0."), "\(run.output)") }
      if models.count == 3 {
        // The path is cut in the middle.
        #expect(run.output.contains("  a-mo") && run.output.contains("of-a-line "), "\(run.output)")
        // Each model's figures are there, in two tables, and so are the differences.
        #expect(lines.count { $0.hasPrefix("accuracy  ") } == 4, "\(run.output)")
      }
    }
  }
}
