import Foundation
import TestSupport
import Testing

private let reviews = SharedData.projectRoot.appendingPathComponent("corpora/reviews").path

/// Forty texts, so few that a training takes less than a second.
private func writeTexts(_ folder: String, _ name: String = "t.tsv", count: Int = 40) throws {
  let all = try String(contentsOfFile: reviews + "/train.tsv", encoding: .utf8)
  let lines = all.split(separator: "\n").prefix(count + 1)
  try (lines.joined(separator: "\n") + "\n").write(
    toFile: folder + "/" + name, atomically: false, encoding: .utf8)
}

private let small = [
  "train", "--hidden", "3", "--embedding-dim", "3", "--batch-size", "6", "--threads", "1", "--epochs", "3",
  "--learning-rate", "0.05", "--quiet",
]

/// A log's lines without what differs from one run to the next.
private func log(_ path: String) throws -> [String] {
  func lasting(_ value: Any) -> Any {
    if let object = value as? [String: Any] {
      return object.filter { !$0.key.hasSuffix("Seconds") && !["tokensPerSecond", "model"].contains($0.key) }
        .mapValues(lasting)
    }
    return (value as? [Any])?.map(lasting) ?? value
  }
  return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
    let value = lasting(try JSONSerialization.jsonObject(with: Data(line.utf8)))
    return String(
      decoding: try JSONSerialization.data(withJSONObject: value, options: .sortedKeys), as: UTF8.self)
  }
}

/// The bits of all weights of a model.
private func weights(_ model: String) throws -> [Data] {
  try FileManager.default.contentsOfDirectory(atPath: model).filter { $0.hasSuffix(".safetensors") }.sorted()
    .map { try Data(contentsOf: URL(fileURLWithPath: model + "/" + $0)) }
}

/// The number of the newest checkpoint.
private func newest(_ folder: String) -> Int {
  let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  return names.compactMap { $0.hasPrefix("checkpoint-") ? Int($0.dropFirst(11)) : nil }.max() ?? 0
}

/// Runs the program and kills it when a checkpoint of that number is there, or so many looks later; its
/// status, 9 if it was killed.
private func run(
  _ arguments: [String], killedAt number: Int, of checkpoints: String, after looks: Int, folder: String
) throws -> Int32 {
  let process = Process()
  process.executableURL = CommandRun.program
  process.arguments = arguments
  process.currentDirectoryURL = URL(fileURLWithPath: folder)
  process.standardInput = FileHandle.nullDevice
  process.standardOutput = FileHandle.nullDevice
  process.standardError = FileHandle.nullDevice
  try process.run()
  var left = looks
  while process.isRunning, left >= 0 {
    if newest(checkpoints) >= number { left -= 1 }
    usleep(3000)
  }
  kill(process.processIdentifier, SIGKILL)
  process.waitUntilExit()
  return process.terminationStatus
}

/// Trainings whose states have different parts: 4 kills each.
@Test(arguments: [
  ["--ensemble", "2", "--ema", "0.9"], ["--adversarial", "fgm", "--accumulate", "2"],
  ["--adversarial", "vat", "--warmup", "4", "--schedule", "cosine"],
  ["--batch-norm", "flattened", "--optimizer", "adamw", "--weight-decay", "0.01", "--dropout-to", "0.1"],
  ["--plateau-patience", "0", "--epochs", "6", "--patience", "9"],
])
func aKilledTrainingGoesOnToTheSameEnd(choices: [String]) throws {
  try withTemporaryFolder { folder in
    try writeTexts(folder)
    let arguments = small + ["--train", "t.tsv"] + choices
    let whole = try CommandRun(
      arguments: arguments + [
        "--output", "whole", "--json-log", "whole.log", "--checkpoint", "all",
        "--checkpoint-every", "1steps",
      ], folder: folder)
    #expect(whole.status == 0, "\(whole.errors)")
    let last = newest(folder + "/all")
    #expect(last > 8)
    var generator = SeededGenerator(seed: UInt64(choices.joined().utf8.count))
    for round in 0..<4 {
      let (model, checkpoints) = ("m\(round)", folder + "/c\(round)")
      let begun =
        arguments + [
          "--output", model, "--json-log", model + ".log", "--checkpoint", "c\(round)",
          "--checkpoint-every", round == 3 ? "3steps" : "1steps",
        ]
      var next = begun
      // Several kills of one training too.
      for _ in 0...round % 2 {
        let first = newest(checkpoints)
        let number = Int.random(in: first...max(first, last - 2), using: &generator)
        _ = try run(
          next, killedAt: number, of: checkpoints, after: Int.random(in: 0..<20, using: &generator),
          folder: folder)
        next = newest(checkpoints) > 0 ? ["train", "--resume", "c\(round)"] : begun
      }
      let end = try CommandRun(arguments: next, folder: folder)
      #expect(end.status == 0, "\(next): \(end.errors)")
      let isSame = try weights(folder + "/" + model) == weights(folder + "/whole")
      #expect(isSame, "\(choices), round \(round)")
      #expect(try log(folder + "/\(model).log") == log(folder + "/whole.log"))
    }
  }
}

/// Killed, or asked to end, when one network is finished and no state of the next one is kept.
@Test(arguments: [["--ensemble", "2"], ["--self-train", "--unlabelled", "t.tsv"]], ["KILL", "INT"])
func aBreakBetweenTwoNetworksIsNoBreak(choices: [String], signal: String) throws {
  try withTemporaryFolder { folder in
    try writeTexts(folder)
    let arguments = small + ["--train", "t.tsv", "--epochs", "12", "--patience", "12"] + choices
    let whole = try CommandRun(
      arguments: arguments + ["--output", "whole", "--json-log", "whole.log"], folder: folder)
    #expect(whole.status == 0, "\(whole.errors)")
    let words = (arguments + ["--output", "m", "--json-log", "m.log"]).joined(separator: " ")
    let run = try ShellRun(
      """
      discern \(words) --checkpoint c --checkpoint-every 2h & process=$!
      until ls c/run-1-* > /dev/null 2>&1; do sleep 0.01; done
      kill -\(signal) $process; wait $process; echo $?
      """, folder: folder)
    #expect(run.output.hasSuffix(signal == "KILL" ? "137\n" : "130\n"), "\(run.output)\(run.errors)")
    let end = try CommandRun(arguments: ["train", "--resume", "c", "--output", "n"], folder: folder)
    #expect(end.status == 0, "\(end.errors)")
    #expect(try weights(folder + "/n") == weights(folder + "/whole"))
    #expect(try log(folder + "/m.log") == log(folder + "/whole.log"))
    // It also knows what followed from the texts.
    let recipes = try ["n", "whole"].map { model in
      try CommandRun(arguments: ["recipe", "show", model], folder: folder).output
    }
    #expect(recipes[0] == recipes[1] && recipes[0].contains("# for the texts of that training"))
  }
}

@Test func anInterruptedTrainingGoesOnWithoutAnotherWord() throws {
  try withTemporaryFolder { folder in
    try writeTexts(folder)
    let arguments = small + ["--train", "t.tsv", "--output", "m", "--json-log", "log"]
    #expect(try CommandRun(arguments: arguments, folder: folder).status == 0)
    #expect(!FileManager.default.fileExists(atPath: folder + "/m.checkpoint"))
    let (bits, lines) = (try weights(folder + "/m"), try log(folder + "/log"))
    // A checkpoint by chance stands for an interruption.
    let kept = arguments + ["--checkpoint", "c", "--checkpoint-every", "4steps"]
    _ = try run(kept, killedAt: 2, of: folder + "/c", after: 0, folder: folder)
    let moved = folder + "/elsewhere"
    try FileManager.default.createDirectory(atPath: moved, withIntermediateDirectories: false)
    // Another working directory, and a model that is there already.
    let end = try CommandRun(arguments: ["train", "--resume", "../c"], folder: moved)
    #expect(end.status == 0, "\(end.errors)")
    #expect(try weights(folder + "/m") == bits && log(folder + "/log") == lines)
    // Again: it has ended.
    let again = try CommandRun(arguments: ["train", "--resume", "c", "--output", "n"], folder: folder)
    #expect(again.status == 0, "\(again.errors)")
    #expect(try weights(folder + "/n") == bits && log(folder + "/log") == lines)
  }
}

@Test func whatIsOtherThanBeforeIsNamed() throws {
  try withTemporaryFolder { folder in
    try writeTexts(folder)
    try writeTexts(folder, "more.tsv", count: 41)
    let begun = try CommandRun(
      arguments: small + ["--train", "t.tsv", "--output", "m", "--checkpoint", "c", "--patience", "9"],
      folder: folder)
    #expect(begun.status == 0, "\(begun.errors)")
    func resume(_ arguments: String..., environment: [String: String] = [:]) throws -> CommandRun {
      try CommandRun(
        arguments: ["train", "--resume", "c"] + arguments, folder: folder, environment: environment)
    }
    let recipe = try resume("--hidden", "4")
    #expect(recipe.status == 64 && recipe.errors.contains("--hidden of the training there: 3, now: 4"))
    let longer = try resume("--epochs", "5")
    #expect(
      longer.status == 64 && longer.errors.contains("--epochs of the training there: 3, now: 5")
        && longer.errors.contains("3 are complete") && longer.errors.contains("give --more-epochs 2"),
      "\(longer.errors)")
    let data = try resume("--train", "more.tsv")
    #expect(data.status == 65 && data.errors.contains("the training data of the training there: 40 texts"))
    let kernels = try resume(environment: ["DISCERN_KERNELS": "baseline"])
    #expect(kernels.status == 64 && kernels.errors.contains("--allow-other-kernels"), "\(kernels.errors)")
    let allowed = try resume("--allow-other-kernels", environment: ["DISCERN_KERNELS": "baseline"])
    #expect(allowed.status == 0, "\(allowed.errors)")
    // The same texts under another name.
    try FileManager.default.moveItem(atPath: folder + "/t.tsv", toPath: folder + "/u.tsv")
    let gone = try resume()
    #expect(gone.status == 66 && gone.errors.contains("t.tsv"), "\(gone.errors)")
    #expect(try resume("--train", "u.tsv").status == 0)
    let more = try resume("--train", "u.tsv", "--more-epochs", "2", "--json-log", "more.log")
    #expect(more.status == 0, "\(more.errors)")
    #expect(try log(folder + "/more.log").count { $0.contains(#""event":"epoch""#) } == 2)

    let none = try CommandRun(arguments: ["train", "--resume", "m"], folder: folder)
    #expect(none.status == 66 && none.errors.contains("holds no checkpoint"), "\(none.errors)")
    let taken = try CommandRun(
      arguments: small + ["--train", "u.tsv", "--output", "n", "--checkpoint", "c"], folder: folder)
    #expect(taken.status == 64 && taken.errors.contains("--resume c"), "\(taken.errors)")
  }
}

@Test func textsFromAStreamAreGivenAgainAsAFile() throws {
  try withTemporaryFolder { folder in
    try writeTexts(folder)
    let text = try String(contentsOfFile: folder + "/t.tsv", encoding: .utf8)
    let options = ["--output", "m", "--checkpoint", "c", "--input-format", "tsv"]
    let begun = try CommandRun(
      arguments: small + ["--train", "-"] + options, input: text, folder: folder)
    #expect(begun.status == 0, "\(begun.errors)")
    let bits = try weights(folder + "/m")
    let stream = try CommandRun(arguments: ["train", "--resume", "c"], input: text, folder: folder)
    #expect(stream.status == 64 && stream.errors.contains("--train - was a stream"), "\(stream.errors)")
    let file = try CommandRun(
      arguments: ["train", "--resume", "c", "--train", "t.tsv", "--output", "n"], folder: folder)
    #expect(file.status == 0, "\(file.errors)")
    #expect(try weights(folder + "/n") == bits)
  }
}

@Test func aFolderOfCheckpointsBelongsToOneTraining() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      """
      discern train --train \(reviews)/train.tsv --hidden 32 --epochs 1000000 --patience 1000000 \\
        --threads 1 --output m --checkpoint c --checkpoint-every 1steps --quiet &
      until ls c/checkpoint-* > /dev/null 2>&1; do sleep 0.05; done
      discern train --resume c; status=$?; kill -KILL $!; wait $!; exit $status
      """, folder: folder)
    #expect(run.status == 74 && run.errors.contains("another training that is running"), "\(run.errors)")
  }
}

@Test func aDamagedCheckpointIsToldOf() throws {
  try withTemporaryFolder { folder in
    try writeTexts(folder)
    let begun = try CommandRun(
      arguments: small + [
        "--train", "t.tsv", "--output", "m", "--checkpoint", "c", "--checkpoint-every",
        "5steps",
      ], folder: folder)
    #expect(begun.status == 0, "\(begun.errors)")
    let number = newest(folder + "/c")
    let path = folder + "/c/checkpoint-0000000\(number)/state.safetensors"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes[bytes.count / 2] ^= 4
    try bytes.write(to: URL(fileURLWithPath: path))
    let end = try CommandRun(
      arguments: ["train", "--resume", "c", "--output", "n"], folder: folder)
    #expect(end.status == 0 && end.errors.contains("going on from the checkpoint before"), "\(end.errors)")
    #expect(try weights(folder + "/n") == weights(folder + "/m"))
  }
}

@Test func aTrainingThatIsKilledWhileItReadsLeavesNoFolder() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      """
      mkfifo 1 2
      discern train --train 1 --input-format tsv --output m --quiet & first=$!
      exec 3> 1
      discern train --train 2 --input-format tsv --output n --checkpoint a/c --quiet & second=$!
      exec 4> 2
      kill -KILL $first $second; wait; ls
      """, folder: folder)
    #expect(run.output == "1\n2\n", "\(run.output)\(run.errors)")
  }
}

@Test func filesOfClassWeightsAreFoundAgain() throws {
  try withTemporaryFolder { folder in
    try writeTexts(folder)
    try "pos\t2\n".write(toFile: folder + "/weights.tsv", atomically: false, encoding: .utf8)
    let begun = try CommandRun(
      arguments: small + [
        "--train", "t.tsv", "--class-weights", "weights.tsv", "--output", "m", "--checkpoint", "c",
      ], folder: folder)
    #expect(begun.status == 0, "\(begun.errors)")
    let moved = folder + "/elsewhere"
    try FileManager.default.createDirectory(atPath: moved, withIntermediateDirectories: false)
    // Once more from the first folder: what the second time kept is found from there, too.
    for (directory, checkpoints) in [(moved, "../c"), (folder, "c")] {
      let end = try CommandRun(
        arguments: ["train", "--resume", checkpoints, "--output", "n", "--more-epochs", "1"],
        folder: directory)
      #expect(end.status == 0, "\(end.errors)")
    }
    try FileManager.default.moveItem(atPath: folder + "/weights.tsv", toPath: folder + "/w.tsv")
    let again = ["train", "--resume", "c", "--output", "n", "--class-weights", "w.tsv"]
    #expect(try CommandRun(arguments: again, folder: folder).status == 0)
    try "pos\t3\n".write(toFile: folder + "/w.tsv", atomically: false, encoding: .utf8)
    let other = try CommandRun(arguments: again, folder: folder)
    #expect(other.status == 65 && other.errors.contains("the classes' weights"), "\(other.errors)")
  }
}

@Test func whatHoldsNoCheckpointsIsSaidToBeSo() throws {
  try withTemporaryFolder { folder in
    try writeTexts(folder)
    let begun = try CommandRun(
      arguments: small + ["--train", "t.tsv", "--output", "m", "--checkpoint", "c"], folder: folder)
    #expect(begun.status == 0, "\(begun.errors)")
    let state = "c/checkpoint-0000000\(newest(folder + "/c"))"
    for (path, status, words) in [
      ("none", 66, "there is no folder none; name"), ("m", 66, "m is a model and holds no checkpoint"),
      (state, 66, "is one checkpoint; name the folder that it is in (--resume c)"),
      ("t.tsv", 74, "t.tsv cannot be read as a folder of checkpoints"),
    ] as [(String, Int32, String)] {
      let run = try CommandRun(arguments: ["train", "--resume", path], folder: folder)
      #expect(run.status == status && run.errors.contains(words), "\(path): \(run.status) \(run.errors)")
    }
    let stream = try CommandRun(
      arguments: ["train", "--resume", "c", "--output", "n", "--more-epochs", "1", "--json-log", "-"],
      folder: folder)
    #expect(
      stream.status == 0
        && stream.errors.contains("--json-log - is a stream, from which nothing can be taken"),
      "\(stream.errors)")
    for name in try FileManager.default.contentsOfDirectory(atPath: folder + "/c") {
      try Data("{}".utf8).write(to: URL(fileURLWithPath: folder + "/c/\(name)/manifest.json"))
    }
    let damaged = try CommandRun(arguments: ["train", "--resume", "c"], folder: folder)
    #expect(damaged.status == 65 && damaged.errors.contains("no checkpoint is whole"), "\(damaged.errors)")
  }
}
