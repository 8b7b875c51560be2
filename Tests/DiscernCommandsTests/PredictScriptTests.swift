import Foundation
import TestSupport
import Testing

private let python = PeerPython.path(with: "numpy", "onnxruntime")

private func run(_ arguments: [String], input: String = "/dev/null") throws -> PeerPython.Result {
  try PeerPython.run(arguments, input: input, environment: ["DISCERN": CommandRun.program.path])
}

/// Two tasks, one with a comma in a label, one multi-label.
private let table: String = {
  var lines = "text,mood,things\n"
  let words = ["dog", "rain", "film", "tea"]
  for number in 0..<60 {
    let mood = number % 2 == 0 ? "pos, or so" : "neg"
    let own = number % 2 == 0 ? "good" : "bad"
    let things = [number % 4, number % 3].map { words[$0] }
    let names = Set(things).sorted().joined(separator: ";")
    lines += "a \(own) \(things.joined(separator: " and ")),\"\(mood)\",\(names)\n"
  }
  return lines
}()

private let texts =
  "a good dog\n\nrain and film\nb\0d\n⁂ qqq zzz\nbad tea, bad rain 👍🏽\u{2028}x\n\ttab\\\ngood\n"

/// Every line of an answer, with its probabilities as numbers.
private func fields(_ line: String) -> (words: [String], numbers: [Double]) {
  let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
    .flatMap { $0.split(separator: ";", omittingEmptySubsequences: false) }.map(String.init)
  return (parts.filter { Double($0) == nil }, parts.compactMap { Double($0) })
}

@Test(
  .enabled(if: python != nil),
  arguments: [
    ["--task", "mood"], ["--task", "mood", "--model", "ngrams"],
    ["--task", "mood", "--task", "things", "--multi-label", "things=;"],
    [
      "--task", "things", "--multi-label", ";", "--model", "recurrent", "--subword-buckets", "20",
      "--ensemble", "2",
    ],
    ["--task", "mood", "--model", "recurrent", "--batch-norm", "recurrent", "--layers", "2"],
    ["--task", "mood", "--encoder", "hierarchical", "--subword-buckets", "20"],
  ])
func predictPrintsWhatClassifyPrints(flags: [String]) throws {
  try withTemporaryFolder { folder in
    for (name, content) in [("t.csv", table), ("x.txt", texts)] {
      try content.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
    }
    let shape = flags.contains("ngrams") ? [] : ["--epochs", "2", "--hidden", "5", "--embedding-dim", "6"]
    let training = try CommandRun(
      arguments: [
        "train", "--train", "t.csv", "--text-column", "text", "--output", "m", "--threads", "1", "-q",
      ]
        + flags + shape, folder: folder)
    #expect(training.status == 0, "\(training.errors)")
    #expect(try CommandRun("export", "onnx", "m", "-o", "x", "-q", folder: folder).status == 0)
    let script = folder + "/x/predict.py"
    #expect(try run([script, "--check"]).status == 0)
    if !flags.contains("ngrams") {
      // A model of 8 bits: its states have 8 bits too, those of the graph do not.
      #expect(try CommandRun("quantize", "m", "--output", "q", folder: folder).status == 0)
      #expect(try CommandRun("export", "onnx", "q", "-o", "small", "-q", folder: folder).status == 0)
      #expect(try run([folder + "/small/predict.py", "--check"]).status == 0)
    }
    let answers = try CommandRun("classify", "m", input: texts, folder: folder)
    let predicted = try run([script], input: folder + "/x.txt")
    #expect(predicted.status == answers.status && answers.status == 65)
    #expect(predicted.lines.count == 8 && answers.lines.count == 8)
    for (a, b) in zip(answers.lines, predicted.lines) {
      let (expected, got) = (fields(a), fields(b))
      #expect(expected.words == got.words && expected.numbers.count == got.numbers.count)
      // Rounding may fall on the other side.
      for (x, y) in zip(expected.numbers, got.numbers) { #expect(abs(x - y) < 1.01e-4) }
    }
  }
}

@Test(.enabled(if: python != nil)) func predictNamesWhatIsWrong() throws {
  let python = try #require(python)
  try withTemporaryFolder { folder in
    try table.write(toFile: folder + "/t.csv", atomically: true, encoding: .utf8)
    for (name, model) in [("m", "recurrent"), ("n", "ngrams")] {
      let shape =
        model == "ngrams" ? [] : ["--epochs", "1", "--hidden", "4", "--embedding-dim", "4", "--threads", "1"]
      let training = try CommandRun(
        arguments: [
          "train", "--train", "t.csv", "--text-column", "text", "--task", "mood", "--output", name, "-q",
          "--model", model,
        ] + shape, folder: folder)
      #expect(training.status == 0, "\(training.errors)")
      #expect(try CommandRun("export", "onnx", name, "-o", "x" + name, "-q", folder: folder).status == 0)
      let encoded = try CommandRun("encode", name, input: "good tea\n", folder: folder)
      try encoded.output.write(toFile: "\(folder)/\(name).jsonl", atomically: true, encoding: .utf8)
    }
    for (name, content) in [("text", "good tea\n"), ("null", "null\n"), ("deep", "[[["), ("other", "{}\n")] {
      try content.write(toFile: "\(folder)/\(name).jsonl", atomically: true, encoding: .utf8)
    }
    let own = try run([folder + "/xm/predict.py", "--encoded", folder + "/m.jsonl"])
    #expect(own.status == 0 && own.lines.count == 1 && own.errors == "", "\(own.errors)")
    for (file, status, words) in [
      ("n", Int32(65), "was encoded for another model"), ("text", 65, "n.jsonl:1: not JSON"),
      ("null", 65, "is not a line of"), ("deep", 65, "not JSON"), ("other", 65, "is not a line of"),
      ("nothing", 66, "No such file"),
    ] {
      let wrong = try run([folder + "/xm/predict.py", "--encoded", "\(folder)/\(file).jsonl"])
      let said = wrong.errors.replacing("text.jsonl", with: "n.jsonl")
      #expect(wrong.status == status && said.contains(words), "\(file): \(wrong.errors)")
      #expect(!wrong.errors.contains("Traceback") && wrong.lines.isEmpty)
    }
    let pipe = try ShellRun(
      """
      export DISCERN=$(command -v discern)
      yes "good tea" | head -n 20000 | \(python) xm/predict.py | head -n 1 | wc -l; echo ${PIPESTATUS[2]}
      """, folder: folder)
    #expect(pipe.output == "1\n0\n" && pipe.errors == "", "\(pipe.output) \(pipe.errors)")
  }
}

@Test(.enabled(if: PeerPython.path(with: "numpy", "safetensors") != nil))
func recomputedLogitsAreOfNetworksOfFloatsAlone() throws {
  let script = SharedData.projectRoot.appendingPathComponent("Examples/python/logits.py").path
  try withTemporaryFolder { folder in
    try table.write(toFile: folder + "/t.csv", atomically: true, encoding: .utf8)
    for model in ["recurrent", "joined"] {
      let training = try CommandRun(
        "train", "--train", "t.csv", "--text-column", "text", "--task", "mood", "--output", model, "-q",
        "--model", model, "--epochs", "1", "--hidden", "4", "--embedding-dim", "4", "--threads", "1",
        "--subword-buckets", "0", folder: folder)
      #expect(training.status == 0, "\(training.errors)")
    }
    for (weights, name) in [("int8", "q"), ("fp16", "h")] {
      _ = try CommandRun("quantize", "recurrent", "--output", name, "--weights", weights, folder: folder)
    }
    _ = try CommandRun("pack", "recurrent", "m.discern", folder: folder)
    let answers = try CommandRun(
      "classify", "recurrent", "--format", "jsonl", "--details", input: "good tea\nbad\n", folder: folder)
    try answers.output.write(toFile: folder + "/a.jsonl", atomically: true, encoding: .utf8)
    let same = try run([script, folder + "/recurrent"], input: folder + "/a.jsonl")
    #expect(same.status == 0 && same.lines[0].hasPrefix("2 texts"), "\(same.errors)")
    for (model, status, words) in [
      ("joined", Int32(65), "has n-grams beside its network"), ("q", 65, "has weights of 8 bits"),
      ("h", 65, "has weights of 16 bits"), ("m.discern", 65, "discern unpack"),
      ("none", 66, "is not a model"),
    ] {
      let wrong = try run([script, "\(folder)/\(model)"], input: folder + "/a.jsonl")
      #expect(
        wrong.status == status && wrong.errors.contains(words) && !wrong.errors.contains("Traceback"),
        "\(model): \(wrong.errors)")
    }
    let input = try run([script, folder + "/recurrent"], input: folder + "/t.csv")
    #expect(input.status == 65 && input.errors.contains("-:1: is not a line of"), "\(input.errors)")
  }
}
