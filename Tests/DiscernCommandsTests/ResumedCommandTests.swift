import Foundation
import TestSupport
import Testing

/// Forty texts of two labels.
private func writeTexts(_ folder: String) throws {
  let lines = (0..<40).map { "\($0 % 2 == 0 ? "good" : "bad")\tword\($0 % 7) \($0 % 2 == 0 ? "yes" : "no")" }
  try (["label\ttext"] + lines).joined(separator: "\n").write(
    toFile: folder + "/t.tsv", atomically: false, encoding: .utf8)
}

private let small = [
  "train", "--train", "t.tsv", "--hidden", "3", "--embedding-dim", "3", "--batch-size", "6", "--threads", "1",
  "--epochs", "2",
]

private func begin(_ arguments: String..., folder: String) throws {
  try writeTexts(folder)
  let begun = try CommandRun(arguments: small + ["--output", "m"] + arguments, folder: folder)
  #expect(begun.status == 0, "\(begun.errors)")
}

private func resume(_ arguments: String..., folder: String) throws -> CommandRun {
  try CommandRun(arguments: ["train"] + arguments, folder: folder)
}

@Test func aTrainingBegunWithFormerFlagsGoesOn() throws {
  try withTemporaryFolder { folder in
    try begin(
      "--checkpoint", "c", "-q", "--seeds", "1", "--directions", "1", "--max-size", "50", folder: folder)
    let end = try resume("--resume", "c", "--output", "n", folder: folder)
    #expect(end.status == 0, "\(end.errors)")
    // Given again, under either name, after the folder.
    let former = try resume(
      "--resume", "c", "--output", "n", "--max-size=50", "--directions", "1", folder: folder)
    #expect(former.status == 0, "\(former.errors)")
    let today = try resume("--resume", "c", "--no-bidirectional", "--vocab-size", "50", folder: folder)
    #expect(today.status == 0, "\(today.errors)")
    let other = try resume("--resume", "c", "--max-size", "51", folder: folder)
    #expect(
      other.status == 64 && other.errors.contains("--vocab-size of the training there: 50, now: 51"),
      "\(other.errors)")
    let both = try resume("--resume", "c", "--vocab-size", "50", "--max-size", "50", folder: folder)
    #expect(both.status == 64 && both.errors.contains("are mutually exclusive"), "\(both.errors)")

    // As an earlier version stored the words, and as a later one could.
    for (words, status, message) in [
      ("\"--metric\", \"loss\", \"--threads\"", 0, ""),
      (
        "\"--seedling\"", 64,
        "error: --resume d: continuing with the command line of that training: Unknown option '--seedling'"
      ),
      ("\"--directions=3\", \"--threads\"", 64, "error: --directions 3: expected 1 or 2"),
    ] as [(String, Int32, String)] {
      let run = try ShellRun(
        """
        rm -rf d; cp -r c d; sed -i 's/"--threads"/\(words)/' d/checkpoint-*/manifest.json
        for state in d/checkpoint-*; do (cd $state; sha256sum manifest.json > manifest.sha256); done
        grep -q '\(words)' d/checkpoint-*/manifest.json && discern train --resume d --output n
        """, folder: folder)
      #expect(run.status == status && run.errors.hasPrefix(message), "\(words): \(run.status) \(run.errors)")
      #expect(!run.errors.contains("ParserError") && !run.errors.contains("UsageProblem"), "\(run.errors)")
    }
  }
}

@Test func aShortFlagBehindTheFolderCounts() throws {
  try withTemporaryFolder { folder in
    try begin("--checkpoint", "c", folder: folder)
    for arguments in [["--resume", "c", "-q"], ["--resume=c", "-q"], ["-q", "--resume", "c"]] {
      let end = try CommandRun(arguments: ["train"] + arguments, folder: folder)
      #expect(end.status == 0 && end.errors.isEmpty, "\(arguments): \(end.errors)")
      #expect(end.output.contains("m: accuracy"))
    }
    // The checkpoint has it too.
    let again = try resume("--resume", "c", "-q", folder: folder)
    #expect(again.status == 0 && again.errors.isEmpty, "\(again.errors)")
  }
}

@Test func aLogThatIsGoneIsToldOf() throws {
  try withTemporaryFolder { folder in
    try begin("--checkpoint", "c", "-q", "--json-log", "log", folder: folder)
    try FileManager.default.removeItem(atPath: folder + "/log")
    let end = try resume("--resume", "c", folder: folder)
    #expect(
      end.status == 0
        && end.errors.contains(/--json-log log: [0-9]+ bytes that were written before are missing/),
      "\(end.errors)")
  }
}

@Test func checkpointsInTheFolderOfANewModelAreRefused() throws {
  try withTemporaryFolder { folder in
    try writeTexts(folder)
    try FileManager.default.createDirectory(atPath: folder + "/empty", withIntermediateDirectories: false)
    for (output, checkpoint) in [
      ("oc", "oc/ck"), ("./oc/", "oc/a/b"), ("oc", "\(folder)/oc/ck"), ("empty", "empty/ck"),
    ] {
      let run = try CommandRun(
        arguments: small + ["--output", output, "--checkpoint", checkpoint], folder: folder)
      #expect(
        run.status == 64 && run.errors.contains("is inside the folder of --output"),
        "\(output): \(run.errors)")
    }
    let same = try CommandRun(arguments: small + ["--output", "o", "--checkpoint", "./o"], folder: folder)
    #expect(same.status == 64 && same.errors.contains("is the folder of --output"), "\(same.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/empty").isEmpty)
    #expect(!FileManager.default.fileExists(atPath: folder + "/oc"))
    // Nor does it go into the folder of a model that is there.
    for (checkpoint, status) in [("occ", Int32(0)), ("oc/ck", 64)] {
      let run = try CommandRun(
        arguments: small + ["--output", "oc", "--checkpoint", checkpoint, "-q"], folder: folder)
      #expect(run.status == status, "\(checkpoint): \(run.errors)")
    }
  }
}

@Test func aFileInThePlaceOfCheckpointsIsToldOf() throws {
  try withTemporaryFolder { folder in
    try writeTexts(folder)
    let run = try CommandRun(arguments: small + ["--output", "m", "--checkpoint", "t.tsv"], folder: folder)
    #expect(
      run.status == 74 && run.errors.contains("it is not a folder; fix that, or name another"),
      "\(run.errors)")
    let resumed = try resume("--resume", "t.tsv", folder: folder)
    #expect(resumed.errors.contains("it is not a folder; name the folder that a"), "\(resumed.errors)")
  }
}

@Test func aFormerFlagWithoutAValueIsTold() throws {
  try withTemporaryFolder { folder in
    try writeTexts(folder)
    let run = try CommandRun(arguments: small + ["--output", "m", "--directions"], folder: folder)
    #expect(run.status == 64 && run.errors.contains("Missing value for '--directions'"), "\(run.errors)")
  }
}

@Test func aSignalsStatusWinsOverAReportThatCannotBeWritten() throws {
  try withTemporaryFolder { folder in
    try writeTexts(folder)
    let run = try ShellRun(
      """
      discern \(small.dropLast(2).joined(separator: " ")) --epochs 1000000 --patience 1000000 --output m \\
        --checkpoint c --checkpoint-every 20steps --quiet > /dev/full &
      until ls c/checkpoint-* > /dev/null 2>&1; do sleep 0.05; done
      kill -HUP $!; wait $!
      """, folder: folder)
    #expect(run.status == 129 && run.errors.contains("standard output"), "\(run.status) \(run.errors)")
  }
}

@Test func aFinishedTrainingIsNotTrainedAnew() throws {
  try withTemporaryFolder { folder in
    try begin("-q", folder: folder)
    let gone = try resume("--resume", "m.checkpoint", folder: folder)
    #expect(
      gone.status == 66 && gone.errors.contains("m.checkpoint does not exist; the model at m is complete"),
      "\(gone.errors)")
    // As left by a kill in the middle of the removal.
    try FileManager.default.createDirectory(
      atPath: folder + "/m.checkpoint/.discern-0123456789abcdef", withIntermediateDirectories: true)
    let half = try resume("--resume", "m.checkpoint/", folder: folder)
    #expect(
      half.status == 66 && half.errors.contains("holds no checkpoint; the model at m is complete"),
      "\(half.errors)")
  }
}

@Test func anEndBeforeThatOfTheTrainingIsToldOf() throws {
  try withTemporaryFolder { folder in
    try writeTexts(folder)
    let broken = try ShellRun(
      """
      discern \(small.dropLast(2).joined(separator: " ")) --epochs 1000000 --patience 1000000 --output m \\
        --checkpoint c --checkpoint-every 20steps --quiet &
      until ls c/checkpoint-* > /dev/null 2>&1; do sleep 0.05; done
      kill -INT $!; wait $!
      """, folder: folder)
    #expect(broken.status == 130, "\(broken.errors)")
    let end = try resume("--resume", "c", "--more-epochs", "1", folder: folder)
    #expect(
      end.status == 0
        && end.errors.contains(/--more-epochs 1: ends with epoch [0-9]+, before --epochs 1000000/),
      "\(end.errors)")
  }
}

@Test func anIntervalThatIsNoneIsToldOnce() throws {
  try withTemporaryFolder { folder in
    try writeTexts(folder)
    let run = try CommandRun(
      arguments: small + ["--output", "m", "--checkpoint-every", "no"], folder: folder)
    let line = run.errors.split(separator: "\n").first ?? ""
    #expect(
      run.status == 64 && line.components(separatedBy: "--checkpoint-every").count == 2, "\(run.errors)")
  }
}

/// The reader of the report takes nothing, so that the program waits where a kill would leave all of it.
@Test func checkpointsGoWhenLogAndReportAreWritten() throws {
  try withTemporaryFolder { folder in
    try writeTexts(folder)
    let run = try ShellRun(
      """
      { head -c 65536 /dev/zero
        exec discern \(small.joined(separator: " ")) --output m --json-log log --checkpoint-every 1steps -q
      } | {
        until grep -q '"event":"ended"' log 2> /dev/null; do sleep 0.05; done
        sleep 0.3
        ls -d m.checkpoint
      }
      """, folder: folder)
    #expect(run.output == "m.checkpoint\n", "\(run.output)\(run.errors)")
    // The broken pipe is the reader's fault, and no reason to keep what is useless.
    #expect(!FileManager.default.fileExists(atPath: folder + "/m.checkpoint"))
  }
}

@Test func helpNamesWhatIsBesideFlags() throws {
  try withTemporaryFolder { folder in
    let help = try CommandRun("bench", "machine", "--help", folder: folder)
    #expect(help.output.contains("DISCERN_KERNELS"))
    let more = try CommandRun("train", "--help", folder: folder)
    #expect(more.output.contains(/not\s+for\s+an\s+--ensemble/), "\(more.output)")
  }
}
