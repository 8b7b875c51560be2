import Foundation
import TestSupport
import Testing

@Suite struct UselessChoicesTests {
  private func write(_ text: String, _ name: String, in folder: String) throws {
    try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
  }

  @Test(arguments: [
    (["--subword-dropout", "0.2", "--subword-buckets", "0"], "without --subword-buckets above 0"),
    (["--momentum", "0.9"], "without --optimizer sgd"),
    (["--momentum", "0.5", "--optimizer", "adamw"], "without --optimizer sgd"),
    (["--weight-decay", "0.1"], "the optimizer adam"),
    (["--epsilon", "1"], "without --adversarial"),
    (["--adversarial-weight", "2"], "without --adversarial"),
    (["--early-exit-weight", "2"], "without --early-exit"),
    (["--early-exit", "--encoder", "attention"], "has no recurrent layers"),
    (["--early-exit", "--model", "ngrams"], "no network"),
    (["--skip-cost", "0.1"], "without --skip-gates"),
    (["--skip-gates", "--encoder", "attention"], "has no recurrent layers"),
    (["--skip-gates", "--model", "ngrams"], "no network"),
    (["--schedule-epochs", "3"], "without --schedule step"),
    (["--plateau-patience", "1", "--schedule", "linear"], "without --schedule plateau"),
    (["--reduction", "0.5", "--schedule", "cosine"], "without --schedule plateau or --schedule step"),
    (["--minimum-learning-rate", "0", "--schedule", "constant"], "with --schedule constant"),
    (["--attention-size", "9", "--pooling", "max+mean"], "without --pooling additive"),
    (["--dropout-kind", "locked", "--dropout", "0"], "without --dropout"),
    (["--truncation", "tail", "--max-tokens", "0"], "without a limit, --max-tokens"),
    (["--letter-scale", "2", "--letter-ngrams", "none"], "without character n-grams"),
    (["--max-ngrams", "9", "--ngram-hash-bits", "12"], "with --ngram-hash-bits"),
    (["--ngram-min-count", "2", "--ngram-hash-bits", "12"], "with --ngram-hash-bits"),
    (["--join-punctuation-runs", "--punctuation", "drop"], "with --punctuation drop"),
  ]) func aFlagWithoutUseIsNamed(arguments: [String], reason: String) throws {
    try withTemporaryFolder { folder in
      let run = try CommandRun(arguments: ["recipe", "show"] + arguments, folder: folder)
      #expect(run.status == 64 && run.output.isEmpty)
      #expect(run.errors.contains("\(arguments[0]) ") && run.errors.contains(reason), "\(run.errors)")
    }
  }

  @Test(arguments: [
    ["--momentum", "0.5", "--optimizer", "sgd"], ["--epsilon", "2", "--adversarial", "fgm"],
    ["--schedule-epochs", "2", "--schedule", "step", "--reduction", "0.3"], ["--subword-dropout", "0.2"],
    ["--attention-size", "9"], ["--warmup", "5", "--schedule", "constant"],
    ["--dropout-kind", "locked", "--dropout", "0", "--embedding-dropout", "0.1"],
  ]) func aFlagOfUseIsTaken(arguments: [String]) throws {
    try withTemporaryFolder { folder in
      let run = try CommandRun(arguments: ["recipe", "show"] + arguments, folder: folder)
      #expect(run.status == 0, "\(run.errors)")
    }
  }

  @Test func whoSaysHowTheRateFallsOnAPlateauWantsThat() throws {
    try withTemporaryFolder { folder in
      // Also with the default's own value.
      for flag in [["--plateau-patience", "0"], ["--reduction", "0.5"]] {
        let run = try CommandRun(arguments: ["recipe", "show"] + flag, folder: folder)
        #expect(run.lines.contains("schedule: plateau"), "\(run.errors)")
      }
    }
  }

  @Test(arguments: [
    (
      ["--dev", "t.tsv", "--validation-fraction", "0.2"],
      "--validation-fraction 0.2: has no effect together with --dev"
    ),
    (["--vocab", "v.txt", "--min-count", "2"], "--min-count 2: has no effect together with --vocab"),
    (
      ["--pretrained", "p", "--vocab-size", "90"], "--vocab-size 90: has no effect together with --pretrained"
    ),
    (
      ["--train", "parts", "--dev-split", "near-duplicates"],
      "--dev-split near-duplicates: has no effect together with the development part of --train"
    ),
  ]) func whatOtherOptionsDecideIsNamed(arguments: [String], message: String) throws {
    try withTemporaryFolder { folder in
      try write("label\ttext\na\tone two\nb\tthree four\n", "t.tsv", in: folder)
      let made = try CommandRun(
        "vocab", "build", "--input", "t.tsv", "--output", "v.txt", "--quiet", folder: folder)
      #expect(made.status == 0, "\(made.errors)")
      if arguments.contains("--pretrained") {
        let learned = try CommandRun(
          "pretrain", "--input", "t.tsv", "--output", "p", "--hidden", "2", "--embedding-dim", "2",
          "--epochs",
          "1", "--threads", "1", "--validation-fraction", "0.5", "--quiet", folder: folder)
        #expect(learned.status == 0, "\(learned.errors)")
      }
      for label in ["train/a", "train/b", "dev/a", "dev/b"] {
        let path = "parts/" + label
        try FileManager.default.createDirectory(
          atPath: folder + "/" + path, withIntermediateDirectories: true)
        try write("one two", path + "/1.txt", in: folder)
      }
      let input = arguments.contains("parts") ? [] : ["--train", "t.tsv"]
      let run = try CommandRun(arguments: ["train", "--output", "m"] + input + arguments, folder: folder)
      #expect(run.status == 64 && run.errors.contains(message), "\(run.errors)")
    }
  }

  /// The dimension of vectors is known once they are read; the same number is no contradiction.
  @Test func anotherSizeThanThatOfVectorsIsToldOf() throws {
    try withTemporaryFolder { folder in
      try write(
        "label\ttext\n" + (0..<20).map { "\($0 % 2)\tone two three\n" }.joined(), "t.tsv", in: folder)
      try write("one 0.1 0.2\ntwo 0.3 0.1\n", "v.txt", in: folder)
      for (size, isTold) in [(2, false), (5, true)] {
        let run = try CommandRun(
          "train", "--train", "t.tsv", "--output", "m\(size)", "--model", "recurrent", "--hidden", "2",
          "--vectors", "v.txt", "--embedding-dim", "\(size)", "--epochs", "1", "--threads", "1", "--quiet",
          folder: folder)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("warning: --embedding-dim 5 has no effect") == isTold, "\(run.errors)")
      }
    }
  }

  /// Whether there will be a table of letters is known once words are counted.
  @Test func lettersWithoutATableAreToldOf() throws {
    try withTemporaryFolder { folder in
      try write(
        "label\ttext\n" + (0..<20).map { "\($0 % 2)\tone two three\n" }.joined(), "t.tsv", in: folder)
      let run = try CommandRun(
        "train", "--train", "t.tsv", "--output", "m", "--model", "recurrent", "--hidden", "2",
        "--embedding-dim", "2", "--epochs", "1", "--threads", "1", "--quiet", "--subword-dropout", "0.2",
        folder: folder)
      #expect(run.status == 0 && run.errors.contains("warning: --subword-dropout 0.2 has no effect"))
    }
  }

  @Test func aFileStepsAsideForAFlagsModel() throws {
    try withTemporaryFolder { folder in
      try write("hidden: 32\npooling: max\nword-ngrams: 2\nepochs: 10\n", "r.yaml", in: folder)
      let linear = try CommandRun("recipe", "show", "r.yaml", "--model", "ngrams", folder: folder)
      #expect(linear.status == 0 && linear.lines.contains("word-ngrams: 2  # default: 3"))
      // Defaults there are not mentioned.
      #expect(
        linear.errors
          == "r.yaml: settings ignored, since the model ngrams has no network: hidden, pooling\n",
        "\(linear.errors)")
      let network = try CommandRun(
        "recipe", "show", "--recipe", "r.yaml", "--model", "recurrent", folder: folder)
      #expect(network.errors.contains("has no n-grams: word-ngrams\n") && network.status == 0)
      // A flag is not a file.
      let flag = try CommandRun(
        "recipe", "show", "r.yaml", "--model", "ngrams", "--hidden", "9", folder: folder)
      #expect(flag.status == 64 && flag.errors.contains("--hidden 9: has no effect for the model ngrams"))
      // A file that contradicts itself.
      try write("model: ngrams\nhidden: 32\n", "own.yaml", in: folder)
      for model in [[], ["--model", "ngrams"], ["--model", "joined"]] {
        let own = try CommandRun(arguments: ["recipe", "show", "own.yaml"] + model, folder: folder)
        #expect(own.status == 65 && own.errors.contains("own.yaml:2: hidden"), "\(own.errors)")
      }
    }
  }

  /// In a file as after a flag; the defaults of earlier versions are no choice.
  @Test(arguments: [
    ("skip-cost: 0.1", "skip-gates: true", "without --skip-gates"),
    ("early-exit-weight: 0.7", "early-exit: true\nlayers: 2", "without --early-exit"),
  ]) func aFileWithPartOfAnOptionNeedsTheOption(part: String, option: String, reason: String) throws {
    try withTemporaryFolder { folder in
      try write("model: recurrent\n\(part)\n", "part.yaml", in: folder)
      try write("\(part)\n\(option)\nmodel: recurrent\n", "all.yaml", in: folder)
      try write("skip-cost: 0.0001\nearly-exit-weight: 0.3\n", "old.yaml", in: folder)
      let alone = try CommandRun("recipe", "show", "part.yaml", folder: folder)
      #expect(alone.status == 65 && alone.output.isEmpty)
      #expect(
        alone.errors.contains("part.yaml:2: \(part.replacing(": ", with: ": “"))”")
          && alone.errors.contains(reason), "\(alone.errors)")
      let all = try CommandRun("recipe", "show", "all.yaml", folder: folder)
      #expect(all.status == 0 && all.output.contains("\n\(part)  # default"), "\(all.errors)")
      let old = try CommandRun("recipe", "show", "old.yaml", folder: folder)
      #expect(old.status == 0 && old.errors.isEmpty, "\(old.errors)")
      #expect(old.output.contains("\n# skip-cost: ") && old.output.contains("\n# early-exit-weight: 0.3"))
    }
  }

  @Test func benchesTakeWhatTheyMeasureAlone() throws {
    try withTemporaryFolder { folder in
      try write("label\ttext\na\tone two\nb\tthree four\n", "t.tsv", in: folder)
      try write("hidden: 32\n", "r.yaml", in: folder)
      func refuses(_ message: String, _ arguments: String...) throws {
        let run = try CommandRun(arguments: ["bench"] + arguments, folder: folder)
        #expect(run.status == 64 && run.errors.contains(message), "\(run.errors)")
      }
      try refuses("--hidden 9: has no effect", "ngrams", "--train", "t.tsv", "--hidden", "9")
      try refuses("--model joined", "ngrams", "--train", "t.tsv", "--model", "joined")
      try refuses("--word-ngrams 2: has no effect", "train", "--word-ngrams", "2")
      try refuses("--hidden and a model (t)", "classify", "t", "--hidden", "2")
      let run = try CommandRun(
        "bench", "ngrams", "--train", "t.tsv", "--recipe", "r.yaml", "--repeats", "1", "--threads", "1",
        folder: folder)
      #expect(run.status == 0 && run.errors.contains("settings ignored"), "\(run.errors)")
    }
  }
}
