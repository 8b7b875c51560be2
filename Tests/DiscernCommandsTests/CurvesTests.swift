import Foundation
import TestSupport
import Testing

private let python = PeerPython.path(with: "tensorboard")

private let small = [
  "train", "--train", "t.tsv", "--output", "m", "--hidden", "3", "--embedding-dim", "3", "--batch-size", "8",
  "--threads", "1", "--model", "recurrent", "--validation-fraction", "0.4", "--patience", "50",
]

private func texts(_ folder: String) throws {
  let rows = (0..<40).map {
    "\($0 % 2 == 0 ? "pos" : "neg")\tword\($0 % 7) \($0 % 2 == 0 ? "good" : "bad")\n"
  }
  try ("label\ttext\n" + rows.joined()).write(toFile: folder + "/t.tsv", atomically: true, encoding: .utf8)
}

private func epochs(_ path: String, event: String = "epoch") throws -> [[String: Any]] {
  try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").compactMap { line in
    let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    guard object?["event"] as? String == event else { return nil }
    return object?["summary"] as? [String: Any] ?? object
  }
}

/// The records of TensorBoard's files in a folder, without their checksums.
private func records(_ folder: String) throws -> [[UInt8]] {
  let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    .filter { $0.contains("tfevents") }.sorted()
  return try names.flatMap { name in
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
    var result: [[UInt8]] = []
    var position = 0
    while position < bytes.count {
      let length = (0..<8).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
      result.append(Array(bytes[position + 12..<position + 12 + length]))
      position += 16 + length
    }
    return result
  }
}

@Suite struct CurvesTests {
  @Test func aTableHasWhatTheLogHas() throws {
    try withTemporaryFolder { folder in
      try texts(folder)
      let run = try CommandRun(
        arguments: small + ["--epochs", "3", "--csv-log", "e.csv", "--json-log", "log", "--ensemble", "2"],
        folder: folder)
      #expect(run.status == 0, "\(run.errors)")
      let lines = try String(contentsOfFile: folder + "/e.csv", encoding: .utf8).split(separator: "\n")
        .map { $0.split(separator: ",").map(String.init) }
      let log = try epochs(folder + "/log")
      #expect(lines.count == 7 && log.count == 6)
      for (line, epoch) in zip(lines.dropFirst(), log) {
        for (name, value) in zip(lines[0], line) where !["run", "seed", "isBest"].contains(name) {
          // JSONSerialization reads some numbers with a wrong last digit.
          let wanted = try #require((epoch[name] as? NSNumber)?.doubleValue)
          let own = try #require(Double(value))
          #expect(abs(own - wanted) <= 1e-14 * abs(wanted), "\(name)")
        }
      }
      #expect(lines.dropFirst().map { $0[0] + $0[1] + $0[2] } == ["111", "112", "113", "221", "222", "223"])
    }
  }

  @Test func trainingGoesOnWithWhatItWrote() throws {
    try withTemporaryFolder { folder in
      try texts(folder)
      let run = try CommandRun(
        arguments: small + [
          "--epochs", "2", "--csv-log", "e.csv", "--tensorboard", "b", "--checkpoint", "c",
        ],
        folder: folder)
      #expect(run.status == 0, "\(run.errors)")
      // As left by an interruption after the state.
      let begun = try String(contentsOfFile: folder + "/e.csv", encoding: .utf8)
      try (begun + "1,1,3,0.5").write(toFile: folder + "/e.csv", atomically: false, encoding: .utf8)
      let more = try CommandRun("train", "--resume", "c", "--more-epochs", "2", folder: folder)
      #expect(more.status == 0, "\(more.errors)")
      let table = try String(contentsOfFile: folder + "/e.csv", encoding: .utf8)
      #expect(table.hasPrefix(begun))
      #expect(
        table.split(separator: "\n").map { $0.split(separator: ",")[2] } == ["epoch", "1", "2", "3", "4"])
      // Two epochs of two events each after the version; then version, start of epoch 3, and the same.
      let records = try records(folder + "/b")
      #expect(records.count == 11 && records[6].contains { $0 == 0x3A })
      #expect(records.filter { String(decoding: $0, as: UTF8.self).contains("attention/entropy") }.count == 4)
    }
  }

  @Test func whatCannotBeWrittenIsNamed() throws {
    try withTemporaryFolder { folder in
      try texts(folder)
      try FileManager.default.createDirectory(
        atPath: folder + "/d", withIntermediateDirectories: false)
      let made = try ShellRun(
        "discern train --train t.tsv --output old --model ngrams -q && discern pack old old.discern",
        folder: folder)
      #expect(made.status == 0, "\(made.errors)")
      for (flags, status, message) in [
        (["--tensorboard", "t.tsv"], Int32(74), "t.tsv"),
        (["--tensorboard", "no/b"], 74, "there is no folder no/"),
        (["--tensorboard", "m"], 64, "--output and --tensorboard both write to m"),
        (["--csv-log", "t.tsv"], 64, "would overwrite the input t.tsv"),
        (
          ["--csv-log", "a.log", "--json-log", "./a.log"], 64, "--json-log and --csv-log both write to a.log"
        ),
        (["--csv-log", "m/../m/log"], 64, "is in the folder of --output"),
        (["--csv-log", "m.checkpoint"], 64, "is in the checkpoint folder"),
        (["--tensorboard", "-"], 64, "--tensorboard needs a folder"),
        (["--teacher", "old", "--output", "old"], 64, "is the model of --teacher"),
        (["--teacher", "old.discern", "--csv-log", "old.discern"], 64, "would overwrite the input"),
        (["--tensorboard", "old"], 64, "--tensorboard old: is a trained model"),
        (["--csv-log", "-", "--json-log", "-"], 64, "both write to standard output"),
        (["--model", "ngrams", "--csv-log", "e.csv"], 64, "--csv-log applies only to networks"),
        (["--model", "ngrams", "--tensorboard", "b"], 64, "--tensorboard applies only to networks"),
      ] {
        let plain = small.filter { word in
          !["--model", "recurrent"].contains(word)
            && !(flags.contains("--output") && ["--output", "m"].contains(word))
        }
        let run = try CommandRun(
          arguments: flags.contains("--model")
            ? ["train", "--train", "t.tsv", "--output", "m"] + flags : plain + flags, folder: folder)
        #expect(run.status == status && run.errors.contains(message), "\(flags): \(run.status) \(run.errors)")
      }
      let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(names == ["d", "old", "old.discern", "t.tsv"])
    }
  }

  /// The real TensorBoard reads the figures of the JSON log.
  @Test(.enabled(if: python != nil)) func tensorBoardReadsTheSameFigures() throws {
    try withTemporaryFolder { folder in
      try texts(folder)
      let run = try CommandRun(
        arguments: small + [
          "--epochs", "3", "--layers", "2", "--residual", "--tensorboard", "b", "--json-log", "log",
        ], folder: folder)
      #expect(run.status == 0, "\(run.errors)")
      let script = """
        import json, struct
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
        board = EventAccumulator("b", size_guidance={"scalars": 0, "histograms": 0, "tensors": 0}).Reload()
        rows = [json.loads(line) for line in open("log", encoding="utf-8")]
        near = lambda a, b: struct.pack("f", a) == struct.pack("f", b)
        scalars = lambda tag: [(e.step, e.value) for e in board.Scalars(tag)]
        for row in rows:
            if row["event"] == "epoch":
                own = row["summary"]; step = own["epoch"]
                wanted = {"loss/train": own["trainLoss"], "loss/development": own["developmentLoss"],
                          "development/accuracy": own["accuracy"], "development/macroF1": own["macroF1"],
                          "learningRate": own["learningRate"], "gradientNorm": own["gradientNorm"]}
                wanted.update({"gradientNorms/" + k: v for k, v in own["gradientNorms"].items()})
                for tag, value in wanted.items():
                    assert near(dict(scalars(tag))[step], value), tag
            if row["event"] == "states":
                assert sorted(row["distributions"]) == ["attention/entropy", "states/l0", "states/l1"]
                for tag, own in row["distributions"].items():
                    value = {e.step: e.histogram_value for e in board.Histograms(tag)}[row["epoch"]]
                    assert (value.num, value.min, value.sum) == (own["count"], own["minimum"], own["sum"])
                    assert list(value.bucket) == own["counts"] and list(value.bucket_limit) == own["limits"]
                    assert sum(own["counts"]) == own["count"] > 0
        print("equal", len(board.Tags()["scalars"]), len(board.Tags()["histograms"]))
        """
      try script.write(toFile: folder + "/read.py", atomically: true, encoding: .utf8)
      let read = try ShellRun("'\(python ?? "")' read.py 2>&1", folder: folder)
      #expect(read.status == 0 && read.output.contains("equal"), "\(read.output)")
    }
  }
}
