import Foundation
import TestSupport
import Testing

private let reviews = SharedData.projectRoot.appendingPathComponent("corpora/reviews").path

/// Trains a small model into `folder/model`.
private func train(in folder: String) throws -> CommandRun {
  try CommandRun(
    "train", "--train", reviews + "/train.tsv", "--output", "model", "--hidden", "16", "--embedding-dim",
    "16",
    "--epochs", "2", "--batch-size", "16", "--json-log", "log.jsonl", folder: folder)
}

@Test func theMainJobByCommands() throws {
  try withTemporaryFolder { folder in
    let vocabulary = try CommandRun(
      "vocab", "build", "--input", reviews + "/train.tsv", "--output", "v.txt", folder: folder)
    #expect(vocabulary.status == 0 && vocabulary.output.isEmpty)
    #expect(try String(contentsOfFile: folder + "/v.txt", encoding: .utf8).hasPrefix("<pad>\t0\t{"))

    let trained = try train(in: folder)
    #expect(trained.status == 0)
    #expect(trained.lines.count == 3 && trained.lines[2].hasPrefix("model: accuracy"))
    #expect(trained.errors.contains("epoch train loss"))
    let log = try String(contentsOfFile: folder + "/log.jsonl", encoding: .utf8).split(separator: "\n")
    #expect(log.count { !$0.contains(#""event":"hint""#) } == 4)
    for line in log { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }

    let report = try CommandRun(
      "evaluate", "model", "--data", reviews + "/test.tsv", "--json", folder: folder)
    #expect(report.status == 0)
    let object = try JSONSerialization.jsonObject(with: Data(report.output.utf8)) as? [String: Any]
    #expect(object?["accuracy"] is Double)
    let table = try CommandRun("evaluate", "model", "--data", reviews + "/test.tsv", folder: folder)
    #expect(table.output.contains("precision") && table.output.contains("confusion matrix"))

    let damaged = try CommandRun(
      "evaluate", "model", "--data", reviews + "/test.tsv", "--perturb", folder: folder)
    #expect(damaged.output.hasPrefix(table.output))
    let rows = damaged.lines.suffix(5).map { $0.split(separator: " ") }
    #expect(rows.map { $0.first } == ["texts", "clean", "typos", "drop", "swap"])
    let several = try CommandRun(
      "evaluate", "model", "--data", reviews + "/test.tsv", "--json", "--perturb", "drop=0.5,drop=1",
      "--seed", "3", folder: folder)
    let robustness =
      (try JSONSerialization.jsonObject(with: Data(several.output.utf8)) as? [String: Any])?["robustness"]
      as? [String: Any]
    #expect((robustness?["perturbed"] as? [[String: Any]])?.map { $0["rate"] as? Double } == [0.5, 1])
    let wrong = try CommandRun(
      "evaluate", "model", "--data", reviews + "/test.tsv", "--perturb", "typo=0.1", folder: folder)
    #expect(wrong.status == 64 && wrong.errors.contains("typo=0.1"))
    let piped = try CommandRun(
      "evaluate", "model", "--data", "-", "--perturb", "drop=0.5",
      input: "label\ttext\npos\tgood\nneg\tbad\n",
      folder: folder)
    #expect(piped.status == 0 && piped.output.contains("same prediction"), "\(piped.errors)")

    let information = try CommandRun("info", "model", folder: folder)
    #expect(information.output.contains("lstm.weight_ih_l0_reverse"))

    let check = try CommandRun(
      "data", "check", "--train", reviews + "/train.tsv", "--test", reviews + "/test.tsv", "--json",
      folder: folder)
    #expect(check.status == 0)
    _ = try JSONSerialization.jsonObject(with: Data(check.output.utf8))
    let coverage = try CommandRun("vocab", "info", "v.txt", "--corpus", reviews + "/test.tsv", folder: folder)
    #expect(coverage.status == 0 && coverage.output.contains("tokens covered"))
  }
}

@Test func classifyGivesALineForALine() throws {
  try withTemporaryFolder { folder in
    #expect(try train(in: folder).status == 0)
    let plain = try CommandRun("classify", "model", input: "good film\n\nωψ\nbad film\n", folder: folder)
    #expect(plain.status == 0 && plain.lines.count == 4)
    #expect(plain.lines[1].hasSuffix("\tempty") && plain.lines[2].hasSuffix("\tall-unknown"))
    // Line ends of another system, and none at the end, change nothing.
    let foreign = try CommandRun(
      "classify", "model", input: "good film\r\n\r\nωψ\r\nbad film", folder: folder)
    #expect(foreign.output == plain.output)
    let baseline = try CommandRun(
      "classify", "model", "--threads", "3", input: "good film\n\nωψ\nbad film\n", folder: folder)
    #expect(baseline.output == plain.output)
    let top = try CommandRun("classify", "model", "--top", "5", input: "good film\n", folder: folder)
    #expect(top.lines[0].split(separator: "\t").count == 4)
    let tsv = try CommandRun("classify", "model", "--format", "tsv", input: "good film\n", folder: folder)
    #expect(tsv.lines[0].hasSuffix("\tnormal"))
    let json = try CommandRun(
      "classify", "model", "--format", "jsonl", "--details", input: "good film\n\n", folder: folder)
    #expect(json.lines.count == 2)
    for line in json.lines { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
    #expect(try CommandRun("classify", "model", input: "", folder: folder).output.isEmpty)

    let many = (0..<5000).map { "line \($0) is good" }.joined(separator: "\n") + "\n"
    let all = try CommandRun("classify", "model", input: many, folder: folder)
    #expect(all.lines.count == 5000)
    let again = try CommandRun("classify", "model", "--threads", "1", input: many, folder: folder)
    #expect(again.output == all.output)

    // A reader that goes away is no error.
    let script = try Process.run(
      URL(fileURLWithPath: "/bin/bash"),
      arguments: [
        "-c",
        "set -o pipefail; yes 'good film' | head -n 200000 | '\(CommandRun.program.path)' classify "
          + "'\(folder)/model' "
          + "2> '\(folder)/err' | head -n 1 > /dev/null; exit ${PIPESTATUS[2]}",
      ])
    script.waitUntilExit()
    #expect(script.terminationStatus == 0)
    #expect(try String(contentsOfFile: folder + "/err", encoding: .utf8).isEmpty)
  }
}

@Test func errorsHaveTheirCodesAndLeaveNothingBehind() throws {
  try withTemporaryFolder { folder in
    func status(_ run: CommandRun, _ code: Int32, _ words: String...) {
      #expect(run.status == code, "\(run.errors)")
      #expect(run.output.isEmpty)
      for word in words { #expect(run.errors.contains(word), "\(run.errors)") }
    }
    status(
      try CommandRun("train", "--train", "absent.tsv", "--output", "m", folder: folder), 66, "absent.tsv")
    status(try CommandRun("classify", "absent", folder: folder), 66, "absent")
    status(try CommandRun("train", "--output", "m", folder: folder), 64, "--train")
    status(
      try CommandRun("train", "--train", "x", "--output", "m", "--pooling", "addtive", folder: folder), 64,
      "additive")
    status(try CommandRun("train", "--train", "x", "--output", "m", "--dropout", "1.5", folder: folder), 64)
    for (arguments, words) in [
      (["--layer-dropout", "0.3"], "one layer"), (["--layer-norm", "output+betwixt"], "between"),
      (["--layer-norm", "between"], "one layer"), (["--cell", "gur"], "gru"),
      (["--batch-norm", "per-step", "--max-tokens", "0"], "limit of tokens"), (["--bptt", "-1"], "--bptt"),
      (["--dropout-to", "0.1", "--epochs", "1"], "epochs"), (["--directions", "3"], "1 or 2"),
    ] {
      status(
        try CommandRun(arguments: ["train", "--train", "x", "--output", "m"] + arguments, folder: folder), 64,
        words)
    }
    try "label,text\npos,good\nneg\n".write(toFile: folder + "/bad.csv", atomically: true, encoding: .utf8)
    status(try CommandRun("train", "--train", "bad.csv", "--output", "m", folder: folder), 65, "bad.csv:3")
    status(
      try CommandRun(
        "evaluate", "absent", "--data", "bad.csv", folder: folder, environment: ["DISCERN_KERNELS": "x"]), 66)
    try "precious".write(toFile: folder + "/file", atomically: true, encoding: .utf8)
    status(
      try CommandRun("train", "--train", reviews + "/train.tsv", "--output", "file", folder: folder), 74,
      "file")
    #expect(try String(contentsOfFile: folder + "/file", encoding: .utf8) == "precious")
    status(
      try CommandRun(
        "vocab", "build", "--input", reviews + "/train.tsv", "--output", "no/such/v.txt", folder: folder),
      74, "v.txt")
    let left = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(left == ["bad.csv", "file"])
  }
}

@Test func anInterruptionSavesTheBestAndSaysSo() throws {
  try withTemporaryFolder { folder in
    let process = Process()
    process.executableURL = CommandRun.program
    process.arguments = [
      "train", "--train", reviews + "/train.tsv", "--output", folder + "/model", "--epochs", "1000",
      "--patience", "1000",
      "--json-log", folder + "/log.jsonl", "--hidden", "16", "--embedding-dim", "16",
    ]
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    // Until the first epoch is in the log.
    while process.isRunning {
      let log = (try? String(contentsOfFile: folder + "/log.jsonl", encoding: .utf8)) ?? ""
      if log.contains("\"event\":\"epoch\"") { break }
      usleep(20_000)
    }
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    let run = try CommandRun("classify", folder + "/model", input: "good film\n", folder: folder)
    #expect(run.status == 0 && run.lines.count == 1)
  }
}
