import Foundation
import TestSupport
import Testing

/// The built program explains texts.
@Suite struct ExplainCommandTests {
  private static let corpus = SharedData.projectRoot.appendingPathComponent("corpora/reviews/train.tsv").path
  private static let small = ["--epochs", "1", "--hidden", "8", "--embedding-dim", "8", "--threads", "1"]

  private func train(in folder: String, ngrams: Bool = false) throws {
    let run = try CommandRun(
      arguments: ["train", "--train", Self.corpus, "--output", "model"]
        + (ngrams ? ["--model", "ngrams"] : Self.small), folder: folder)
    try #require(run.status == 0, "\(run.errors)")
  }

  private func objects(_ text: String) throws -> [[String: Any]] {
    try text.split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  @Test func everyWayOut() throws {
    try withTemporaryFolder { folder in
      try train(in: folder)
      let input = "A lovely <b>film</b>.\n\n\u{FEFF}bad \u{1B}[31m!\n"
      let marks = try CommandRun("explain", "model", input: input, folder: folder)
      #expect(marks.status == 0, "\(marks.errors)")
      #expect(marks.lines.first == "[+0.31]: contribution to the label's logit")
      #expect(!marks.output.contains("\u{1B}") && marks.output.contains(#"\u{1B}"#))
      let shown = marks.output.replacing(#/\[[+-]\d+\.\d\d\]/#, with: "")
      #expect(shown.contains("\nA lovely <b>film</b>.\n") && shown != marks.output)
      #expect(marks.output.contains("without words") && marks.output.contains("gap "))

      let json = try CommandRun("explain", "model", "--json", input: input, folder: folder)
      let maps = try objects(json.output)
      #expect(json.status == 0 && maps.count == 3 && maps.map { $0["line"] as? Int } == [1, 2, 3])
      for map in maps {
        let base = try #require(map["base"] as? Double)
        let logit = try #require(map["logit"] as? Double)
        let words = try #require(map["words"] as? [[String: Any]])
        let sum = words.reduce(base) { $0 + ($1["score"] as? Double ?? .nan) }
        #expect(abs(sum - logit) < 0.011 * abs(logit - base) + 1e-3)
      }
      let words = try #require(maps[0]["words"] as? [[String: Any]])
      #expect(words.map { $0["text"] as? String } == ["A", "lovely", "film", "."])
      #expect(words.map { $0["bytes"] as? [Int] } == [[0, 1], [2, 8], [12, 16], [20, 21]])

      let page = try CommandRun("explain", "model", "--html", "p.html", input: input, folder: folder)
      #expect(page.status == 0 && page.output.isEmpty)
      let html = try String(contentsOfFile: folder + "/p.html", encoding: .utf8)
      #expect(html.hasPrefix("<!DOCTYPE html>") && html.hasSuffix("</html>\n"))
      #expect(html.contains(">lovely</span>") && html.contains("&lt;b&gt;"))
      // Same input, same bytes.
      _ = try CommandRun("explain", "model", "--html", "q.html", input: input, folder: folder)
      #expect(try String(contentsOfFile: folder + "/q.html", encoding: .utf8) == html)
    }
  }

  /// The legend explains the marks before sentences.
  @Test func marksOfSentencesAreExplained() throws {
    try withTemporaryFolder { folder in
      let made = try CommandRun(
        arguments: ["train", "--train", Self.corpus, "--output", "model", "--encoder", "hierarchical"]
          + ["--model", "recurrent"] + Self.small, folder: folder)
      #expect(made.status == 0, "\(made.errors)")
      let attention = "{12 %}: the next sentence's attention weight"
      for (method, legend) in [
        ("gradients", "{+0.31, 12 %}: the next sentence's contribution and attention weight"),
        ("occlusion", attention), ("attention", attention),
      ] {
        let run = try CommandRun(
          "explain", "model", "--method", method, input: "A fine film. It is bad.\n", folder: folder)
        #expect(run.status == 0 && run.lines.dropFirst().first == legend, "\(run.output) \(run.errors)")
        #expect(run.output.contains(#/\n\{.*%\} A/#), "\(run.output)")
      }
    }
  }

  @Test func occlusionIsWhatClassifyGives() throws {
    try withTemporaryFolder { folder in
      try train(in: folder, ngrams: true)
      let run = try CommandRun(
        "explain", "model", "--method", "occlusion", "--label", "pos", "--json", input: "a lovely film\n",
        folder: folder)
      let map = try #require(try objects(run.output).first)
      let score = try #require((map["words"] as? [[String: Any]])?[1]["score"] as? Double)
      let answers = try CommandRun(
        "classify", "model", "--format", "jsonl", "--details", input: "a lovely film\na  film\n",
        folder: folder)
      let logits = try objects(answers.output).map { try #require($0["logits"] as? [Double]) }
      // pos is the second label.
      #expect(Float(score) == Float(logits[0][1]) - Float(logits[1][1]))
      let attention = try CommandRun(
        "explain", "model", "--method", "attention", input: "a\n", folder: folder)
      #expect(
        attention.status == 64 && attention.errors.contains("--method attention: a model with only n-grams"))
      let label = try CommandRun("explain", "model", "--label", "posi", input: "a\n", folder: folder)
      #expect(label.status == 64 && label.errors.contains("--label posi: the model has no such label"))
    }
  }

  @Test func aSummaryAndItsMaps() throws {
    try withTemporaryFolder { folder in
      try train(in: folder, ngrams: true)
      let run = try CommandRun(
        "explain", "model", "--data", Self.corpus, "--summary", "--maps", "maps.jsonl", folder: folder)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.lines.contains { $0.hasPrefix("neg, ") } && run.lines.contains { $0.hasPrefix("pos, ") })
      let maps = try objects(String(contentsOfFile: folder + "/maps.jsonl", encoding: .utf8))
      let texts = try String(contentsOfFile: Self.corpus, encoding: .utf8).split(separator: "\n").count - 1
      // Each for the label that was given and for the next one.
      #expect(maps.count == 2 * texts)
      let lines = try objects(
        CommandRun("explain", "model", "--data", Self.corpus, "--summary", "--json", folder: folder).output)
      #expect(lines.map { $0["label"] as? String } == ["neg", "pos"])
      for line in lines {
        for key in ["for", "against"] {
          let entries = try #require(line[key] as? [[String: Any]])
          #expect(!entries.isEmpty && entries.allSatisfy { ($0["texts"] as? Int ?? 0) >= 5 })
        }
      }
    }
  }

  @Test(arguments: [
    (["--html", "p", "--json"], "--html and --json: give one of them"),
    (["--html", "p", "--summary"], "--html and --summary: give one of them"),
    (["--maps", "p"], "--maps needs --summary"),
    (["--method", "magic"], "--method"),
  ]) func contradictionsAreNamed(arguments: [String], message: String) throws {
    try withTemporaryFolder { folder in
      let run = try CommandRun(arguments: ["explain", "model"] + arguments, folder: folder)
      #expect(run.status == 64 && run.errors.contains(message), "\(run.errors)")
    }
  }

  @Test func badLinesAreCountedAndAnOutputStaysAsItWas() throws {
    try withTemporaryFolder { folder in
      try train(in: folder, ngrams: true)
      let run = try CommandRun(
        arguments: ["explain", "model", "--json"], bytes: Array("good\n".utf8) + [0xFF, 0x0A],
        folder: folder)
      #expect(run.status == 65 && run.lines.count == 2 && run.lines[1].contains("\"error\":"))
      #expect(run.errors.contains("1 line not explained"))
      try Data("old".utf8).write(to: URL(fileURLWithPath: folder + "/p.html"))
      let missing = try CommandRun(
        "explain", "model", "--html", "p.html", "--data", "absent.tsv", folder: folder)
      #expect(missing.status == 66)
      #expect(try String(contentsOfFile: folder + "/p.html", encoding: .utf8) == "old")
      let same = try CommandRun(
        "explain", "model", "--html", "model/manifest.json", input: "a\n", folder: folder)
      #expect(same.status != 0 && same.errors.contains("manifest.json"))
    }
  }
}
