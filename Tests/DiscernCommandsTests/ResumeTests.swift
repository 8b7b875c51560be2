import Foundation
import TestSupport
import Testing

/// Runs the program and kills it when a checkpoint of that number is there, or so many polls later; its
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
    if ResumedTrainings.newest(checkpoints) >= number { left -= 1 }
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
  ["--encoder", "hybrid", "--attention-heads", "2", "--attention-window", "2"],
  ["--layers", "2", "--early-exit", "--early-exit-weight", "0.5"],
  ["--skip-gates", "--skip-cost", "0.05"],
  ["--encoder", "attention", "--attention-heads", "3", "--attention-projection", "4"],
  ["--encoder", "attention", "--attention-heads", "3", "--attention-memory", "4", "--bptt", "3"],
])
func aKilledTrainingGoesOnToTheSameEnd(choices: [String]) throws {
  try withTemporaryFolder { folder in
    try ResumedTrainings.writeTexts(folder)
    let small = choices.contains("--epochs") ? ResumedTrainings.anyEpochs : ResumedTrainings.small
    let arguments = small + ["--train", "t.tsv"] + choices
    let whole = try CommandRun(
      arguments: arguments + [
        "--output", "whole", "--json-log", "whole.log", "--checkpoint", "all",
        "--checkpoint-every", "1steps",
      ], folder: folder)
    #expect(whole.status == 0, "\(whole.errors)")
    let last = ResumedTrainings.newest(folder + "/all")
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
        let first = ResumedTrainings.newest(checkpoints)
        let number = Int.random(in: first...max(first, last - 2), using: &generator)
        _ = try run(
          next, killedAt: number, of: checkpoints, after: Int.random(in: 0..<20, using: &generator),
          folder: folder)
        next = ResumedTrainings.newest(checkpoints) > 0 ? ["train", "--resume", "c\(round)"] : begun
      }
      let end = try CommandRun(arguments: next, folder: folder)
      #expect(end.status == 0, "\(next): \(end.errors)")
      let isSame =
        try ResumedTrainings.weights(folder + "/" + model) == ResumedTrainings.weights(folder + "/whole")
      #expect(isSame, "\(choices), round \(round)")
      #expect(
        try ResumedTrainings.log(folder + "/\(model).log") == ResumedTrainings.log(folder + "/whole.log"))
    }
  }
}

/// Killed, or asked to end, when one network is finished and no state of the next one is kept.
@Test(arguments: [["--ensemble", "2"], ["--self-train", "--unlabelled", "t.tsv"]], ["KILL", "INT"])
func aBreakBetweenTwoNetworksIsNoBreak(choices: [String], signal: String) throws {
  try withTemporaryFolder { folder in
    try ResumedTrainings.writeTexts(folder)
    let arguments =
      ResumedTrainings.anyEpochs + ["--train", "t.tsv", "--epochs", "12", "--patience", "12"] + choices
    let whole = try CommandRun(
      arguments: arguments + ["--output", "whole", "--json-log", "whole.log"], folder: folder)
    #expect(whole.status == 0, "\(whole.errors)")
    let words = (arguments + ["--output", "m", "--json-log", "m.log"]).joined(separator: " ")
    let run = try ShellRun(
      """
      # Once more if the second network was finished before the signal came.
      for attempt in 1 2 3 4 5 6 7 8 9 10; do
        rm -rf c m m.log
        discern \(words) --checkpoint c --checkpoint-every 2h > /dev/null & process=$!
        until ls c/run-1-* > /dev/null 2>&1; do sleep 0.01; done
        kill -\(signal) $process; wait $process; status=$?
        [ $status = 0 ] || break
      done
      echo $status
      """, folder: folder)
    #expect(run.output.hasSuffix(signal == "KILL" ? "137\n" : "130\n"), "\(run.output)\(run.errors)")
    let end = try CommandRun(arguments: ["train", "--resume", "c", "--output", "n"], folder: folder)
    #expect(end.status == 0, "\(end.errors)")
    #expect(try ResumedTrainings.weights(folder + "/n") == ResumedTrainings.weights(folder + "/whole"))
    #expect(try ResumedTrainings.log(folder + "/m.log") == ResumedTrainings.log(folder + "/whole.log"))
    // It also knows the values that followed from the texts.
    let recipes = try ["n", "whole"].map { model in
      try CommandRun(arguments: ["recipe", "show", model], folder: folder).output
    }
    #expect(recipes[0] == recipes[1] && recipes[0].contains("# for the texts of that training"))
  }
}

@Test func anInterruptedTrainingGoesOnWithoutAnotherWord() throws {
  try withTemporaryFolder { folder in
    try ResumedTrainings.writeTexts(folder)
    let arguments = ResumedTrainings.small + ["--train", "t.tsv", "--output", "m", "--json-log", "log"]
    #expect(try CommandRun(arguments: arguments, folder: folder).status == 0)
    #expect(!FileManager.default.fileExists(atPath: folder + "/m.checkpoint"))
    let (bits, lines) = (
      try ResumedTrainings.weights(folder + "/m"), try ResumedTrainings.log(folder + "/log")
    )
    // A checkpoint at a chance moment takes the place of an interruption.
    let kept = arguments + ["--checkpoint", "c", "--checkpoint-every", "4steps"]
    _ = try run(kept, killedAt: 2, of: folder + "/c", after: 0, folder: folder)
    let moved = folder + "/elsewhere"
    try FileManager.default.createDirectory(atPath: moved, withIntermediateDirectories: false)
    // Another working directory, and a model that is there already.
    let end = try CommandRun(arguments: ["train", "--resume", "../c"], folder: moved)
    #expect(end.status == 0, "\(end.errors)")
    #expect(
      try ResumedTrainings.weights(folder + "/m") == bits && ResumedTrainings.log(folder + "/log") == lines)
    // Again: it has ended.
    let again = try CommandRun(arguments: ["train", "--resume", "c", "--output", "n"], folder: folder)
    #expect(again.status == 0, "\(again.errors)")
    #expect(
      try ResumedTrainings.weights(folder + "/n") == bits && ResumedTrainings.log(folder + "/log") == lines)
  }
}

@Test func aFolderOfCheckpointsBelongsToOneTraining() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      """
      discern train --train \(ResumedTrainings.reviews)/train.tsv --hidden 32 --epochs 1000000 \\
        --patience 1000000 --threads 1 --output m --checkpoint c --checkpoint-every 1steps --quiet &
      until ls c/checkpoint-* > /dev/null 2>&1; do sleep 0.05; done
      discern train --resume c; status=$?; kill -KILL $!; wait $!; exit $status
      """, folder: folder)
    #expect(run.status == 74 && run.errors.contains("another running training"), "\(run.errors)")
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
