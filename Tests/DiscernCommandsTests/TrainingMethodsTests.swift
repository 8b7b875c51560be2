import Foundation
import TestSupport
import Testing

private let reviews = SharedData.projectRoot.appendingPathComponent("corpora/reviews").path

private func train(_ arguments: String..., in folder: String) throws -> CommandRun {
  try CommandRun(
    arguments: [
      "train", "--train", folder + "/train.tsv", "--output", "model", "--hidden", "8", "--embedding-dim", "8",
    ]
      + ["--epochs", "2"] + arguments, folder: folder)
}

@Test func methodsAreFlagsThatGoTogether() throws {
  try withTemporaryFolder { folder in
    let rows = try String(contentsOfFile: reviews + "/train.tsv", encoding: .utf8).split(separator: "\n")
    try rows.prefix(200).joined(separator: "\n")
      .write(toFile: folder + "/train.tsv", atomically: true, encoding: .utf8)
    try "A film without a label.\nAnother one\n"
      .write(toFile: folder + "/more.txt", atomically: true, encoding: .utf8)

    let many = try train(
      "--adversarial", "vat", "--unlabelled", "more.txt", "--epsilon", "2", "--optimizer", "adamw",
      "--weight-decay", "0.01", "--schedule", "cosine", "--warmup", "2", "--ema", "0.9", "--accumulate", "2",
      in: folder)
    #expect(many.status == 0, "\(many.errors)")
    #expect(many.errors.contains("unlabelled: more.txt: 2 texts"))
    #expect(try CommandRun("classify", "model", input: "good\n", folder: folder).status == 0)

    let accumulated = try train(
      "--accumulate", "3", "--batch-norm", "flattened", "--seeds", "2", "--json-log", "log.jsonl", in: folder)
    let warning = "--batch-norm normalises each of the 3 batches"
    #expect(accumulated.errors.components(separatedBy: warning).count == 2, "\(accumulated.errors)")
    let log = try String(contentsOfFile: folder + "/log.jsonl", encoding: .utf8)
    #expect(log.contains(warning))

    for (arguments, words) in [
      (["--unlabelled", "more.txt"], "vat"), (["--weight-decay", "0.1"], "adamw"),
      (["--adversarial", "fgn"], "fgm-sequence"), (["--ema", "1"], "below 1"),
      (["--schedule", "cosin"], "cosine"), (["--epsilon", "0"], "epsilon"),
    ] {
      let run = try CommandRun(
        arguments: ["train", "--train", "train.tsv", "--output", "other"] + arguments, folder: folder)
      #expect(run.status == 64, "\(arguments): \(run.errors)")
      #expect(run.errors.contains(words), "\(arguments): \(run.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder + "/other"))
    }
  }
}
