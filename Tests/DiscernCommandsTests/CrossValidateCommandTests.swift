import Foundation
import TestSupport
import Testing

/// `discern cross-validate` in the built program.
@Suite struct CrossValidateCommandTests {
  private func run(_ more: String..., in folder: String) throws -> CommandRun {
    try ResumedTrainings.writeTexts(folder)
    return try CommandRun(
      arguments: ["cross-validate", "--train", "t.tsv", "--model", "ngrams"]
        + (more.contains("--folds") ? [] : ["--folds", "4"]) + more,
      folder: folder)
  }

  @Test func figuresGoOutAndPredictionsToAFile() throws {
    try withTemporaryFolder { folder in
      let run = try run("--predictions", "p.tsv", in: folder)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.lines.count == 7)
      #expect(run.lines[0].split(separator: " ").prefix(3) == ["fold", "texts", "accuracy"])
      #expect(run.lines[5].hasPrefix("mean") && run.lines[6].hasPrefix("deviation"))
      #expect(run.lines[6].contains("± 0."))
      let rows = try String(contentsOfFile: folder + "/p.tsv", encoding: .utf8).split(separator: "\n")
        .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
      #expect(rows[0] == ["text", "file", "line", "fold", "true", "predicted", "probability"])
      #expect(rows.count == 41 && rows.allSatisfy { $0.count == 7 })
      #expect(rows.dropFirst().map { $0[0] } == (1...40).map { "\($0)" })
      #expect(rows[1][1] == "t.tsv" && Set(rows.dropFirst().map { $0[3] }) == ["1", "2", "3", "4"])
    }
  }

  @Test func jsonHasTheSameAndAllProbabilities() throws {
    try withTemporaryFolder { folder in
      let run = try run("--predictions", "p.jsonl", "--json", "--threads", "1", in: folder)
      #expect(run.status == 0, "\(run.errors)")
      let object = try #require(JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
      let figures = try #require(object["figures"] as? [String: [String: Double]])
      #expect(Set(figures.keys) == ["accuracy", "macroF1", "logLoss"])
      #expect(Set(figures["accuracy"]?.keys.map { $0 } ?? []) == ["mean", "deviation"])
      let path = folder + "/p.jsonl"
      let lines = try String(contentsOfFile: path, encoding: .utf8)
      let first = try #require(
        JSONSerialization.jsonObject(with: Data(lines.split(separator: "\n")[0].utf8)) as? [String: Any])
      let probabilities = try #require(first["probabilities"] as? [String: Double])
      #expect(abs(probabilities.values.reduce(0, +) - 1) < 1e-5)
      let again = try self.run("--predictions", "q.jsonl", "--json", "--threads", "3", in: folder)
      #expect(again.output == run.output)
      #expect(try String(contentsOfFile: folder + "/q.jsonl", encoding: .utf8) == lines)
    }
  }

  @Test func foldsTakeAVocabularyAndATeacher() throws {
    try withTemporaryFolder { folder in
      try ResumedTrainings.writeTexts(folder)
      _ = try CommandRun("vocab", "build", "--input", "t.tsv", "--output", "v.txt", "-q", folder: folder)
      _ = try CommandRun(
        "train", "--train", "t.tsv", "--output", "m", "--model", "ngrams", "-q", folder: folder)
      func figures(_ more: String...) throws -> String {
        let run = try CommandRun(
          arguments: [
            "cross-validate", "--train", "t.tsv", "--folds", "2", "--model", "recurrent", "--epochs", "1",
            "--hidden", "3", "--embedding-dim", "3", "--threads", "1", "-q",
          ] + more, folder: folder)
        #expect(run.status == 0, "\(run.errors)")
        return run.output
      }
      let alone = try figures()
      #expect(try figures("--teacher", "m") != alone && figures("--vocab", "v.txt") != alone)
    }
  }

  @Test func mistakesAreNamed() throws {
    try withTemporaryFolder { folder in
      let dev = try run("--dev", "t.tsv", in: folder)
      #expect(dev.status == 64 && dev.errors.contains("part of the other folds"), "\(dev.errors)")
      let output = try run("--predictions", "-", in: folder)
      #expect(output.status == 64 && output.errors.contains("--predictions -: standard output holds"))
      let input = try run("--predictions", "t.tsv", in: folder)
      #expect(input.status != 0 && input.errors.contains("t.tsv"))
      let folds = try run("--folds", "1", in: folder)
      #expect(folds.status == 64 && folds.errors.contains("--folds 1: expected 2 to 1000"))
      let many = try run("--folds", "41", in: folder)
      #expect(many.status == 65 && many.errors.contains("40 texts cannot make --folds 41"))
      let column = try run("--group-column", "film", in: folder)
      #expect(column.status == 65 && column.errors.contains("film"))
    }
  }
}
