import Foundation
import TestSupport
import Testing

/// The built program trains, shows and uses a model that reads texts sentence by sentence.
@Suite struct HierarchicalCommandTests {
  private static let corpus = SharedData.projectRoot.appendingPathComponent("corpora/reviews/train.tsv").path
  private static let small = [
    "--epochs", "1", "--hidden", "6", "--embedding-dim", "6", "--threads", "1", "--quiet",
  ]

  private func train(_ flags: [String], in folder: String, output: String = "model") throws -> CommandRun {
    try CommandRun(
      arguments: ["train", "--train", Self.corpus, "--output", output] + Self.small + flags, folder: folder)
  }

  @Test func fromTextsToMaps() throws {
    try withTemporaryFolder { folder in
      let run = try train(
        ["--model", "recurrent", "--encoder", "hierarchical", "--sentence-hidden", "5"], in: folder)
      try #require(run.status == 0, "\(run.errors)")
      let info = try CommandRun("info", "model", folder: folder)
      #expect(info.status == 0 && info.output.contains("[sentences, "), "\(info.output)")
      #expect(info.output.contains("context of each sentence"))
      #expect(info.output.contains("sentences.lstm.weight_ih_l0_reverse"))

      let input = "A lovely film. It rained! <b>Dull</b>?\n\nbad\n"
      let marks = try CommandRun("explain", "model", input: input, folder: folder)
      #expect(marks.status == 0, "\(marks.errors)")
      #expect(marks.output.contains(#/\{[+-]\d+\.\d\d, \d+ %\} A/#), "\(marks.output)")
      #expect(marks.output.components(separatedBy: " %} ").count == 5)
      let look = try CommandRun("explain", "model", "--method", "attention", input: input, folder: folder)
      #expect(look.output.contains(#/\{\d+ %\} A/#), "\(look.output)")
      let json = try CommandRun("explain", "model", "--json", input: input, folder: folder)
      let first = try #require(json.output.split(separator: "\n").first)
      let map = try #require(JSONSerialization.jsonObject(with: Data(first.utf8)) as? [String: Any])
      let sentences = try #require(map["sentences"] as? [[String: Any]])
      #expect(sentences.map { $0["bytes"] as? [Int] } == [[0, 14], [15, 25], [29, 38]])
      #expect(sentences.map { $0["words"] as? [Int] } == [[0, 4], [4, 7], [7, 9]])
      #expect(sentences.allSatisfy { $0["score"] is Double && $0["attention"] is Double })
      let page = try CommandRun("explain", "model", "--html", "p.html", input: input, folder: folder)
      #expect(page.status == 0, "\(page.errors)")
      let html = try String(contentsOfFile: folder + "/p.html", encoding: .utf8)
      #expect(html.components(separatedBy: "<sup>").count == 5)

      // A packed model and its texts in two steps are the same.
      #expect(try CommandRun("pack", "model", "m.discern", folder: folder).status == 0)
      let answers = try CommandRun("classify", "model", input: input, folder: folder)
      #expect(try CommandRun("classify", "m.discern", input: input, folder: folder).output == answers.output)
      let encoded = try CommandRun("encode", "model", input: input, folder: folder)
      #expect(encoded.lines[0].contains("\"sentences\":[0,4,7]"), "\(encoded.lines)")
      #expect(
        try CommandRun(
          "bench", "train", "--encoder", "hierarchical", "--hidden", "4", "--texts", "20",
          "--length", "30", "--repeats", "1", folder: folder
        ).status == 0)
    }
  }

  @Test func flagsThatMeanNothingAreRefused() throws {
    try withTemporaryFolder { folder in
      for (flags, words) in [
        (["--sentence-hidden", "5"], ["sentence-hidden", "hierarchical"]),
        (["--model", "ngrams", "--encoder", "hierarchical"], ["encoder"]),
        (["--model", "recurrent", "--encoder", "transformer"], ["or hierarchical with --model recurrent"]),
        (["--model", "transformer", "--encoder", "hierarchical"], ["transformer"]),
        (["--encoder", "hierarchical", "--sentence-hidden", "0"], ["sentence-hidden", "1 to"]),
      ] {
        let run = try train(flags, in: folder)
        #expect(run.status == 64, "\(flags): \(run.errors)")
        #expect(words.allSatisfy { run.errors.contains($0) }, "\(flags): \(run.errors)")
      }
    }
  }

  /// A network that was pretrained reads the words of sentences as it read those of texts.
  @Test func pretrainedLayersReadSentences() throws {
    try withTemporaryFolder { folder in
      let lines = try String(contentsOfFile: Self.corpus, encoding: .utf8).split(separator: "\n").prefix(80)
      try lines.map { $0.split(separator: "\t").last.map(String.init) ?? "" }.joined(separator: "\n")
        .write(toFile: folder + "/texts.txt", atomically: false, encoding: .utf8)
      let pretraining = try CommandRun(
        "pretrain", "--input", "texts.txt", "--output", "lm", "--hidden", "6", "--embedding-dim", "6",
        "--epochs",
        "1", "--threads", "1", "--quiet", folder: folder)
      try #require(pretraining.status == 0, "\(pretraining.errors)")
      let run = try CommandRun(
        "train", "--train", Self.corpus, "--output", "model", "--pretrained", "lm", "--encoder",
        "hierarchical",
        "--epochs", "1", "--threads", "1", "--quiet", folder: folder)
      #expect(run.status == 0, "\(run.errors)")
      #expect(try CommandRun("classify", "model", input: "A film. Good.\n", folder: folder).status == 0)
    }
  }
}
