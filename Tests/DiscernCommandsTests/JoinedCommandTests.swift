import Foundation
import TestSupport
import Testing

/// `--model` in the built program.
@Suite struct JoinedCommandTests {
  private static let small = [
    "--hidden", "8", "--embedding-dim", "8", "--epochs", "2", "--batch-size", "16", "--threads", "1",
  ]
  private static let corpus = SharedData.projectRoot.appendingPathComponent("corpora/reviews/train.tsv").path

  private func train(_ more: String..., in folder: String) throws -> CommandRun {
    try CommandRun(
      arguments: ["train", "--train", Self.corpus, "--output", "model"] + more, folder: folder)
  }

  @Test func bothHalvesAreToldAndTheModelIsUsed() throws {
    try withTemporaryFolder { folder in
      let run = try CommandRun(
        arguments: ["train", "--train", Self.corpus, "--output", "model"] + Self.small, folder: folder)
      #expect(run.status == 0)
      #expect(run.lines.count == 3)
      #expect(run.lines[0].hasPrefix("model: n-grams alone: accuracy 0."))
      #expect(run.lines[1].hasPrefix("model: network alone: accuracy 0."))
      #expect(run.lines[2].hasPrefix("model: accuracy 0.") && run.lines[2].hasSuffix("development texts"))
      let answer = try CommandRun("classify", "model", input: "What a lovely film!\n", folder: folder)
      #expect(answer.status == 0 && answer.output.hasPrefix("pos\t"))
      let info = try CommandRun("info", "model", folder: folder)
      #expect(info.output.contains("joined") && info.output.contains("× n-grams"))
      let facts = try CommandRun("info", "model", "--json", folder: folder)
      #expect(facts.output.contains("\"kind\" : \"joined\""))
    }
  }

  @Test func nGramsAloneNeedNoNetwork() throws {
    try withTemporaryFolder { folder in
      let run = try train("--model", "ngrams", "--json-log", "log.jsonl", in: folder)
      #expect(run.status == 0 && run.lines.count == 1)
      #expect(!run.errors.contains("unknown"))
      #expect(!FileManager.default.fileExists(atPath: folder + "/model/weights.safetensors"))
      #expect(run.errors.contains("held out: ") && run.errors.contains("the saved n-grams are trained"))
      let details = try CommandRun(
        "classify", "model", "--format", "jsonl", "--details", input: "A zzqq film\n\n", folder: folder)
      #expect(details.lines.first?.contains(#""tokens":["a","zzqq","film"]"#) == true, "\(details.output)")
      #expect(details.lines.last?.contains(#""tokens":[]"#) == true && !details.output.contains("ids"))
      let answer = try #require(
        JSONSerialization.jsonObject(with: Data(details.lines[0].utf8)) as? [String: Any])
      let ngrams = try #require(answer["ngrams"] as? [[String: Any]])
      #expect(!ngrams.isEmpty && ngrams.count <= 10 && details.lines.last?.contains(#""ngrams":[]"#) == true)
      for ngram in ngrams {
        #expect(Set(ngram.keys) == ["text", "kind", "contribution"])
        #expect(
          "a zzqq film".contains((ngram["text"] as? String ?? "-").trimmingCharacters(in: .whitespaces)))
      }
      #expect(!FileManager.default.fileExists(atPath: folder + "/model.checkpoint"))
      let log = try String(contentsOfFile: folder + "/log.jsonl", encoding: .utf8)
      #expect(log.contains("\"event\":\"began\"") && log.contains("\"event\":\"ended\""))
      #expect(try CommandRun("info", "model", folder: folder).status == 0)
      let measured = try CommandRun("evaluate", "model", "--data", Self.corpus, folder: folder)
      #expect(measured.status == 0)
      let shown = try CommandRun("recipe", "show", "model", folder: folder)
      #expect(shown.status == 0 && shown.output.contains("model: ngrams"))
    }
  }

  @Test func sharedNumbersAreSaid() throws {
    try withTemporaryFolder { folder in
      let run = try train("--model", "ngrams", "--ngram-hash-bits", "20", "--json-log", "l", in: folder)
      #expect(run.status == 0)
      #expect(run.errors.contains("n-grams: 1,048,576 buckets ("))
      #expect(run.errors.contains("of the n-grams share theirs)"))
      let log = try String(contentsOfFile: folder + "/l", encoding: .utf8)
      #expect(log.contains("\"collisionRate\":0."))
    }
  }

  @Test(arguments: [
    (["--model", "ngrams", "--dropout", "0.5"], "--dropout 0.5: has no effect for the model ngrams"),
    (["--model", "ngrams", "--adversarial", "fgm"], "--adversarial fgm: has no effect"),
    (["--model", "ngrams", "--max-tokens", "100"], "--max-tokens 100: has no effect"),
    (["--model", "ngrams", "--vectors", "v.txt"], "--vectors applies only to networks"),
    (["--model", "ngrams", "--checkpoint", "c"], "--checkpoint"),
    (
      ["--model", "recurrent", "--word-ngrams", "2"], "--word-ngrams 2: has no effect for the model recurrent"
    ),
    (["--model", "linear"], "--model linear: expected one of joined, ngrams, recurrent"),
    (
      ["--letter-ngrams", "5-2"],
      "--letter-ngrams 5-2: expected two numbers from 1, the smaller one first, such as 2-5, or none"
    ),
    (["--letter-ngrams", "2-30"], "--letter-ngrams 2-30: expected 1 to 12 letters, or none"),
    (["--unfreeze-epochs", "-1"], "--unfreeze-epochs -1: expected 0 to 1000000"),
    (["--ngram-hash-bits", "40"], "--ngram-hash-bits 40: expected 8 to 26, or 0 for none"),
    (["--ngram-min-count", "2000000000"], "--ngram-min-count 2000000000: expected 1 to 1073741824"),
    (["--word-ngrams", "0", "--letter-ngrams", "none"], "letter-ngrams"),
    (["--ngram-strength=-1"], "--ngram-strength -1"),
    (["--self-train"], "--unlabelled"),
  ]) func whatMeansNothingIsAnErrorThatNamesIt(arguments: [String], message: String) throws {
    try withTemporaryFolder { folder in
      let run = try CommandRun(
        arguments: ["train", "--train", Self.corpus, "--output", "model"] + arguments, folder: folder)
      #expect(run.status == 64)
      #expect(run.errors.contains(message), "\(run.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder + "/model"))
    }
  }

  @Test func aRecipesDefaultsDoNotStandInTheWay() throws {
    try withTemporaryFolder { folder in
      let shown = try CommandRun("recipe", "show", "--model", "ngrams", folder: folder)
      try Data(shown.output.utf8).write(to: URL(fileURLWithPath: folder + "/r.yaml"))
      let run = try train("--recipe", "r.yaml", in: folder)
      #expect(run.status == 0 && run.lines.count == 1)
      try Data(shown.output.replacing("\n# dropout: 0.5\n", with: "\ndropout: 0.4\n").utf8)
        .write(to: URL(fileURLWithPath: folder + "/s.yaml"))
      let refused = try train("--recipe", "s.yaml", in: folder)
      #expect(refused.status == 65 && refused.errors.contains("has no effect for the model ngrams"))
    }
  }
}
