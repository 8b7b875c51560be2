import Foundation
import TestSupport
import Testing

/// Cards of models that `discern train` and `discern quantize` saved.
@Suite struct CardCommandTests {
  /// The training options of a kind of model.
  struct Kind: Sendable, CustomTestStringConvertible {
    let name: String
    let arguments: [String]
    var testDescription: String { name }
  }

  static let kinds = [
    Kind(name: "network", arguments: ["--model", "recurrent", "--task", "sort", "--task", "words"]),
    Kind(name: "joined", arguments: []),
    Kind(name: "ngrams", arguments: ["--model", "ngrams"]),
    Kind(name: "multi-label", arguments: ["--multi-label", ",", "--label-column", "words"]),
    Kind(name: "ensemble", arguments: ["--model", "recurrent", "--ensemble", "2"]),
  ]

  /// Numbers as printed, which `JSONSerialization` does not read to the last bit.
  private indirect enum Tree: Decodable {
    case number(Double)
    case object([String: Tree])
    case other

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let members = try? container.decode([String: Tree].self) {
        self = .object(members)
      } else if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else {
        self = .other
      }
    }

    subscript(key: String) -> Tree? { if case .object(let members) = self { members[key] } else { nil } }
    var number: Double? { if case .number(let number) = self { number } else { nil } }
  }

  private func write(_ rows: Range<Int>, _ name: String, _ folder: String) throws {
    let lines = rows.map { number in
      let good = number % 3 == 0 ? "fine" : "poor"
      let words = ["a,b", "b", "a"][number % 3]
      let text = number % 5 == 0 ? "a film, number \(number)" : "a \(good) film, number \(number)"
      return "\(number % 3 == 0 ? "pos" : "neg")\t\(words)\t\(text)\n"
    }
    try ("sort\twords\ttext\n" + lines.joined())
      .write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
  }

  private func withTexts(_ body: (String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      try write(0..<60, "train.tsv", folder)
      try write(60..<90, "dev.tsv", folder)
      try write(90..<115, "test.tsv", folder)
      try body(folder)
    }
  }

  private func train(_ arguments: [String], _ folder: String) throws -> CommandRun {
    let task =
      arguments.contains("--task") || arguments.contains("--multi-label") ? [] : ["--label-column", "sort"]
    let network =
      arguments.contains("ngrams") ? [] : ["--hidden", "8", "--embedding-dim", "8", "--epochs", "2"]
    return try CommandRun(
      arguments: ["train", "--train", "train.tsv", "--output", "model", "--threads", "1", "--quiet"] + network
        + task + arguments, folder: folder)
  }

  private func card(_ model: String, _ folder: String) throws -> (text: String, results: [[String: Any]]) {
    let text = try String(contentsOfFile: "\(folder)/\(model)/README.md", encoding: .utf8)
    let front = text.components(separatedBy: "\n---\n")[0].dropFirst(4)
    let object = try #require(YAMLTree.load(String(front)) as? [String: Any])
    let index = object["model-index"] as? [[String: Any]]
    return (text, index?[0]["results"] as? [[String: Any]] ?? [])
  }

  /// Compares every number of the results on some data with what evaluate prints, and with the table.
  private func expectSame(
    _ model: String, _ data: String, role: String, count: Int, _ folder: String
  ) throws {
    let run = try CommandRun("evaluate", model, "--data", data, "--json", "--quiet", folder: folder)
    #expect(run.status == 0, "\(run.errors)")
    let report = try JSONDecoder().decode(Tree.self, from: Data(run.output.utf8))
    let (text, all) = try card(model, folder)
    let results = all.filter { ($0["dataset"] as? [String: Any])?["name"] as? String == data }
    #expect(results.count == count, "\(text)")
    for result in results {
      let task = (result["task"] as? [String: Any])?["name"] as? String
      let own = try task.map { name in try #require(report["tasks"]?[name]) } ?? report
      let arguments = try #require((result["dataset"] as? [String: Any])?["args"] as? [String: Any])
      #expect(arguments["role"] as? String == role)
      #expect((arguments["texts"] as? Int).map { Double($0) } == own["examples"]?.number)
      let metrics = try #require(result["metrics"] as? [[String: Any]])
      #expect(metrics.count >= 4)
      for metric in metrics {
        let key = try #require(metric["name"] as? String)
        let value = try #require(metric["value"] as? Double, "\(metric)")
        var place: Tree? = own
        for part in key.split(separator: ".") { place = place?[String(part)] }
        #expect(value == place?.number, "\(key)")
        #expect(
          text.contains("| \(metric["value"] as? Double ?? 0) |") || value < 1e-3, "\(key) in the table")
      }
    }
  }

  /// With separate development texts all figures are those of the saved model.
  @Test(arguments: kinds) func everyNumberIsWhatEvaluatePrints(kind: Kind) throws {
    try withTexts { folder in
      let run = try train(kind.arguments + ["--dev", "dev.tsv"], folder)
      #expect(run.status == 0, "\(run.errors)")
      let count = kind.name == "network" ? 2 : 1
      try expectSame("model", "dev.tsv", role: "development", count: count, folder)
      let before = try card("model", folder).text
      #expect(before.contains("train.tsv: 60 texts") && before.contains("Not stated."))
      for _ in 0..<2 {
        let test = try CommandRun(
          "evaluate", "model", "--data", "test.tsv", "--update-card", "--quiet", folder: folder)
        #expect(test.status == 0 && test.errors.isEmpty, "\(test.errors)")
      }
      try expectSame("model", "test.tsv", role: "test", count: count, folder)
      try expectSame("model", "dev.tsv", role: "development", count: count, folder)
      #expect(try CommandRun("classify", "model", input: "a film\n", folder: folder).status == 0)
      // A new training keeps no figures of the old model, and says so.
      let again = try train(kind.arguments + ["--dev", "dev.tsv"], folder)
      #expect(again.errors.contains("test.tsv were those of another model"), "\(again.errors)")
      #expect(try card("model", folder).results.count == count)
    }
  }

  /// N-grams that were also trained on the held-out texts give other figures on them: the earlier ones are
  /// reported as such, and are not results of the model.
  @Test func figuresOfBeforeAreCalledSo() throws {
    try withTexts { folder in
      for arguments in [[], ["--model", "ngrams"]] {
        #expect(try train(arguments, folder).status == 0)
        let (text, results) = try card("model", folder)
        #expect(results.isEmpty && text.contains("Measured before the n-grams were also trained"))
        #expect(text.contains("development, before"))
      }
      #expect(try train(["--model", "recurrent"], folder).status == 0)
      let own = try card("model", folder)
      #expect(own.results.count == 1 && !own.text.contains("before"))
      // A smaller model is another one.
      let dataset = own.results[0]["dataset"] as? [String: Any]
      #expect(dataset?["name"] as? String == "texts held out of train.tsv")
      try own.text.replacing("license: unknown", with: "license: mit")
        .write(toFile: folder + "/model/README.md", atomically: true, encoding: .utf8)
      let quantized = try CommandRun("quantize", "model", "--output", "small", folder: folder)
      #expect(quantized.status == 0, "\(quantized.errors)")
      let small = try card("small", folder)
      #expect(small.results.isEmpty && small.text.contains("Measured before the weights were quantised"))
      #expect(small.text.contains("license: mit") && small.text.contains("int8.1"))
      let run = try CommandRun("evaluate", "small", "--data", "test.tsv", "--update-card", folder: folder)
      #expect(run.status == 0, "\(run.errors)")
      try expectSame("small", "test.tsv", role: "test", count: 1, folder)
    }
  }

  @Test func wordsCanBeGivenAndMistakesAreNamed() throws {
    try withTexts { folder in
      try "---\nlanguage: en\n---\n# Films\n\nFor films.\n"
        .write(toFile: folder + "/card.md", atomically: true, encoding: .utf8)
      let run = try train(["--model", "ngrams", "--card", "card.md"], folder)
      #expect(run.status == 0, "\(run.errors)")
      let text = try card("model", folder).text
      #expect(text.contains("language: en\n") && text.contains("For films.") && text.contains("## Figures"))
      let missing = try train(["--model", "ngrams", "--card", "none.md"], folder)
      #expect(missing.status == 66 && missing.errors.contains("none.md"), "\(missing.errors)")
      #expect(try CommandRun("pack", "model", "model.discern", folder: folder).status == 0)
      for (arguments, words) in [
        (["model.discern", "--update-card"], "discern unpack"),
        (["model", "--update-card", "--thresholds", "0.5"], "leave out --thresholds"),
      ] {
        let run = try CommandRun(
          arguments: ["evaluate"] + arguments + ["--data", "test.tsv"], folder: folder)
        #expect(run.status == 64 && run.errors.contains(words), "\(run.errors)")
      }
    }
  }
}
