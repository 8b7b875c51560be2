import Foundation
import TestSupport
import Testing

// Inputs and states that a resumed training finds changed, damaged or missing.

@Test func whatIsOtherThanBeforeIsNamed() throws {
  try withTemporaryFolder { folder in
    try ResumedTrainings.writeTexts(folder)
    try ResumedTrainings.writeTexts(folder, "more.tsv", count: 41)
    let begun = try CommandRun(
      arguments: ResumedTrainings.small + [
        "--train", "t.tsv", "--output", "m", "--checkpoint", "c", "--patience", "9",
      ],
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
    #expect(try ResumedTrainings.log(folder + "/more.log").count { $0.contains(#""event":"epoch""#) } == 2)

    let none = try CommandRun(arguments: ["train", "--resume", "m"], folder: folder)
    #expect(none.status == 66 && none.errors.contains("holds no checkpoint"), "\(none.errors)")
    let taken = try CommandRun(
      arguments: ResumedTrainings.small + ["--train", "u.tsv", "--output", "n", "--checkpoint", "c"],
      folder: folder)
    #expect(taken.status == 74 && taken.errors.contains("--resume c"), "\(taken.errors)")
  }
}

@Test func textsFromAStreamAreGivenAgainAsAFile() throws {
  try withTemporaryFolder { folder in
    try ResumedTrainings.writeTexts(folder)
    let text = try String(contentsOfFile: folder + "/t.tsv", encoding: .utf8)
    let options = ["--output", "m", "--checkpoint", "c", "--input-format", "tsv"]
    let begun = try CommandRun(
      arguments: ResumedTrainings.small + ["--train", "-"] + options, input: text, folder: folder)
    #expect(begun.status == 0, "\(begun.errors)")
    let bits = try ResumedTrainings.weights(folder + "/m")
    let stream = try CommandRun(arguments: ["train", "--resume", "c"], input: text, folder: folder)
    #expect(stream.status == 64 && stream.errors.contains("--train - was a stream"), "\(stream.errors)")
    let file = try CommandRun(
      arguments: ["train", "--resume", "c", "--train", "t.tsv", "--output", "n"], folder: folder)
    #expect(file.status == 0, "\(file.errors)")
    #expect(try ResumedTrainings.weights(folder + "/n") == bits)
  }
}

@Test func aDamagedCheckpointIsToldOf() throws {
  try withTemporaryFolder { folder in
    try ResumedTrainings.writeTexts(folder)
    let begun = try CommandRun(
      arguments: ResumedTrainings.small + [
        "--train", "t.tsv", "--output", "m", "--checkpoint", "c", "--checkpoint-every",
        "5steps",
      ], folder: folder)
    #expect(begun.status == 0, "\(begun.errors)")
    let number = ResumedTrainings.newest(folder + "/c")
    let path = folder + "/c/checkpoint-0000000\(number)/state.safetensors"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes[bytes.count / 2] ^= 4
    try bytes.write(to: URL(fileURLWithPath: path))
    let end = try CommandRun(
      arguments: ["train", "--resume", "c", "--output", "n"], folder: folder)
    #expect(end.status == 0 && end.errors.contains("resuming from the checkpoint before it"), "\(end.errors)")
    #expect(try ResumedTrainings.weights(folder + "/n") == ResumedTrainings.weights(folder + "/m"))
  }
}

@Test func filesOfClassWeightsAreFoundAgain() throws {
  try withTemporaryFolder { folder in
    try ResumedTrainings.writeTexts(folder)
    try "pos\t2\n".write(toFile: folder + "/weights.tsv", atomically: false, encoding: .utf8)
    let begun = try CommandRun(
      arguments: ResumedTrainings.small + [
        "--train", "t.tsv", "--class-weights", "weights.tsv", "--output", "m", "--checkpoint", "c",
      ], folder: folder)
    #expect(begun.status == 0, "\(begun.errors)")
    let moved = folder + "/elsewhere"
    try FileManager.default.createDirectory(atPath: moved, withIntermediateDirectories: false)
    // Once more from the first folder: the second run's checkpoints are found from there, too.
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
    #expect(other.status == 65 && other.errors.contains("the class weights"), "\(other.errors)")
  }
}

@Test func whatHoldsNoCheckpointsIsSaidToBeSo() throws {
  try withTemporaryFolder { folder in
    try ResumedTrainings.writeTexts(folder)
    let begun = try CommandRun(
      arguments: ResumedTrainings.small + ["--train", "t.tsv", "--output", "m", "--checkpoint", "c"],
      folder: folder)
    #expect(begun.status == 0, "\(begun.errors)")
    let state = "c/checkpoint-0000000\(ResumedTrainings.newest(folder + "/c"))"
    for (path, status, words) in [
      ("none", 66, "there is no folder none; name"), ("m", 66, "m is a model and holds no checkpoint"),
      (state, 66, "is a single checkpoint; name the folder that contains it (--resume c)"),
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
        && stream.errors.contains("--json-log - is a stream, which cannot be truncated"),
      "\(stream.errors)")
    for name in try FileManager.default.contentsOfDirectory(atPath: folder + "/c") {
      try Data("{}".utf8).write(to: URL(fileURLWithPath: folder + "/c/\(name)/manifest.json"))
    }
    let damaged = try CommandRun(arguments: ["train", "--resume", "c"], folder: folder)
    #expect(damaged.status == 65 && damaged.errors.contains("no checkpoint is intact"), "\(damaged.errors)")
  }
}
