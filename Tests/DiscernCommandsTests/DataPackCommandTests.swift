import Foundation
import TestSupport
import Testing

private let reviews = SharedData.projectRoot.appendingPathComponent("corpora/reviews").path
private let tiny = ["--hidden", "8", "--embedding-dim", "8", "--epochs", "1", "--threads", "1", "--quiet"]

private func weights(_ model: String, _ folder: String) throws -> Data {
  try Data(contentsOf: URL(fileURLWithPath: folder + "/\(model)/weights.safetensors"))
}

@Test func packedTextsTrainTheModelOfTheTexts() throws {
  try withTemporaryFolder { folder in
    let texts = reviews + "/train.tsv"
    let packed = try CommandRun(
      "data", "pack", "--train", texts, "--dev", reviews + "/test.tsv", "--output", "shards",
      folder: folder)
    #expect(packed.status == 0 && packed.output.isEmpty, "\(packed.errors)")
    #expect(packed.errors.contains("shards: 3,089 texts for training ("))
    let one = try CommandRun(
      arguments: ["train", "--train", "shards", "--output", "one"] + tiny, folder: folder)
    #expect(one.status == 0, "\(one.errors)")
    let other = try CommandRun(
      arguments: [
        "train", "--train", texts, "--dev", reviews + "/test.tsv", "--vocab", "shards/vocabulary.txt",
        "--model", "recurrent", "--output", "other",
      ] + tiny, folder: folder)
    #expect(other.status == 0, "\(other.errors)")
    #expect(try weights("one", folder) == weights("other", folder))
    #expect(one.output.dropFirst(3) == other.output.dropFirst(5))

    // Replaces packed texts, and nothing else.
    #expect(
      try CommandRun("data", "pack", "--train", texts, "--output", "shards", "-q", folder: folder).status == 0
    )
    let taken = try CommandRun("data", "pack", "--train", texts, "--output", "one", folder: folder)
    #expect(taken.status == 74 && taken.errors.contains("one will not be overwritten"), "\(taken.errors)")
  }
}

@Test func packedTextsRefuseFlagsOfTexts() throws {
  try withTemporaryFolder { folder in
    try "label\ttext\na\tone two\nb\ttwo three\na\tone\nb\tthree\na\tone one\nb\tthree two\n".write(
      toFile: folder + "/t.tsv", atomically: true, encoding: .utf8)
    let packed = try CommandRun(
      "data", "pack", "--train", "t.tsv", "--dev", "t.tsv", "--output", "shards", "-q", folder: folder)
    #expect(packed.status == 0 && packed.errors.isEmpty, "\(packed.errors)")
    for (flags, words) in [
      (["--dev", "t.tsv"], "--dev cannot be used with the packed texts of shards"),
      (["--label-column", "label"], "--label-column cannot be used with"),
      (["--teacher", "m"], "--teacher cannot be used with"),
      (["--train", "t.tsv"], "--train shards holds packed texts, which cannot be combined with others"),
      (["--model", "joined"], "--model joined needs n-grams, which packed texts do not have"),
      (["--max-tokens", "3"], "--max-tokens 3: the texts were packed with 400"),
      (["--vocab-size", "9"], "--vocab-size 9: has no effect together with the packed texts of --train"),
      (["--no-lowercase"], "shards was built with --lowercase, not with --no-lowercase"),
    ] {
      let run = try CommandRun(
        arguments: ["train", "--train", "shards", "--output", "m"] + tiny + flags, folder: folder)
      #expect(run.status == 64 && run.errors.contains(words), "\(flags): \(run.errors)")
    }
    let path = folder + "/shards/training-00001.shard"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes[bytes.count - 1] ^= 1
    try bytes.write(to: URL(fileURLWithPath: path))
    let damaged = try CommandRun(
      arguments: ["train", "--train", "shards", "--output", "m"] + tiny, folder: folder)
    #expect(damaged.status == 65 && damaged.errors.contains("training-00001.shard has SHA-256"))
    #expect(!FileManager.default.fileExists(atPath: folder + "/m"))
  }
}
