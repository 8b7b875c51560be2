import Foundation
import TestSupport
import Testing

private let small = ["--epochs", "1", "--hidden", "8", "--embedding-dim", "8", "--threads", "1"]

/// Forty rows, `neg` and `pos` in turn.
private let rows = (0..<40).map { index in
  "\(index % 2 == 0 ? "neg\tbad" : "pos\tgood") film number \(index)\n"
}.joined()

private func write(_ text: String, to name: String, in folder: String) throws {
  let path = URL(fileURLWithPath: folder).appendingPathComponent(name)
  try FileManager.default.createDirectory(
    at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
  try text.write(to: path, atomically: false, encoding: .utf8)
}

/// Runs lines of bash in `folder`, where `discern` is the built program.
private func shell(_ script: String, in folder: String, environment: [String: String] = [:]) throws
  -> (status: Int32, output: String)
{
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/bin/bash")
  process.arguments = ["-c", "discern() { '\(CommandRun.program.path)' \"$@\"; }; exec 2>&1; " + script]
  process.currentDirectoryURL = URL(fileURLWithPath: folder)
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  let pipe = Pipe()
  process.standardOutput = pipe
  try process.run()
  let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  return (process.terminationStatus, output)
}

@Suite struct SourceCommandTests {
  @Test func trainingReadsStandardInput() throws {
    try withTemporaryFolder { folder in
      try write(rows, to: "rows.tsv", in: folder)
      let options = small.joined(separator: " ")
      for input in ["cat rows.tsv | discern train --train -", "discern train --train <(gzip -c rows.tsv)"] {
        let run = try shell("\(input) --output m \(options)", in: folder)
        #expect(run.status == 0 && run.output.contains("40 texts, as tsv"), "\(run.output)")
      }
      let file = try shell(
        "discern train --train rows.tsv --dev - --output m \(options) < rows.tsv", in: folder)
      #expect(file.status == 0 && file.output.contains("on 40 development texts"), "\(file.output)")
      let twice = try shell(
        "cat rows.tsv | discern train --train - --dev - --output m \(options)", in: folder)
      #expect(twice.status == 64 && twice.output.contains("standard input (-): is given twice"))
      let full = try shell(
        "cat rows.tsv | discern data check --train -", in: folder, environment: ["TMPDIR": "/nowhere"])
      #expect(full.status == 74 && full.output.contains("TMPDIR"))
    }
  }

  @Test func processSubstitutionLosesNothing() throws {
    try withTemporaryFolder { folder in
      try write(rows, to: "rows.tsv", in: folder)
      let options = small.joined(separator: " ")
      let words = try shell("discern vocab build --input <(cat rows.tsv) --output v.txt", in: folder)
      #expect(words.status == 0 && words.output.contains("40 texts, as tsv"), "\(words.output)")
      let run = try shell(
        """
        discern train -q --train rows.tsv --vocab <(cat v.txt) --recipe <(discern recipe show) --output m \
        --vectors <(awk '{ print $1, NR, 1, 2 }' v.txt) --class-weights <(printf 'neg\\t2\\n') \
        --unlabelled <(cut -f 2 rows.tsv) --adversarial vat \(options)
        """, in: folder)
      #expect(run.status == 0, "\(run.output)")
      let answers = try shell("discern classify m <(seq 1 1000) | wc -l", in: folder)
      #expect(answers.output.contains("1000"))
      let report = try shell("discern evaluate m --data <(tar c -C . rows.tsv) -q", in: folder)
      #expect(report.status == 0, "\(report.output)")
    }
  }

  @Test func ownDevelopmentPartIsWatched() throws {
    try withTemporaryFolder { folder in
      for (part, count) in [("Train", 6), ("Val", 2), ("Test", 3)] {
        for label in ["neg", "pos"] {
          for index in 0..<count {
            try write("\(label) \(part) \(index)", to: "d/\(part)/\(label)/\(index)", in: folder)
          }
        }
      }
      let run = try CommandRun(arguments: ["train", "--train", "d", "--output", "m"] + small, folder: folder)
      #expect(run.status == 0 && run.output.contains("on 4 development texts"))
      #expect(run.errors.contains("parts: Train, Val, Test; read: Train"))
      #expect(run.errors.contains("parts: Train, Val, Test; read: Val"))
      let report = try CommandRun("evaluate", "m", "--data", "d", folder: folder)
      #expect(report.errors.contains("6 texts, as folder") && report.errors.contains("read: Test"))
      let other = try CommandRun("evaluate", "m", "--data", "d", "--part", "dev", folder: folder)
      #expect(other.errors.contains("4 texts, as folder"))
    }
  }

  @Test func warningsAboutLeftOutTextsAreShownToTheQuietToo() throws {
    try withTemporaryFolder { folder in
      for label in ["neg", "pos"] { try write(label, to: "d/\(label)/1.txt", in: folder) }
      try write("x", to: "d/README", in: folder)
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/d/pos/2.txt", withDestinationPath: "/etc/hostname")
      let run = try CommandRun("data", "check", "--train", "d", "-q", folder: folder)
      #expect(run.errors.contains("left out: 1 symbolic link that leads out of the data (pos/2.txt)"))
      #expect(!run.errors.contains("README"))
    }
  }

  @Test func pagesAndPointersAreNoData() throws {
    try withTemporaryFolder { folder in
      try write("<!DOCTYPE html>\n<html><body>Not found</body></html>\n", to: "page.tsv", in: folder)
      try write(
        "version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 1\n", to: "pointer.txt", in: folder)
      try write(rows, to: "rows.tsv", in: folder)
      for (name, word) in [("page.tsv", "HTML page"), ("pointer.txt", "git lfs pull")] {
        for arguments in [
          ["data", "check", "--train", name], ["vocab", "build", "--input", name, "--output", "v.txt"],
          ["train", "--train", "rows.tsv", "--output", "m", "--vectors", name] + small,
          ["train", "--train", "rows.tsv", "--output", "m", "--vocab", name] + small,
        ] {
          let run = try CommandRun(arguments: arguments, folder: folder)
          #expect(run.status == 65 && run.errors.contains(word), "\(arguments): \(run.errors)")
        }
      }
    }
  }

  @Test func anArgumentThatIsNotUTF8IsNamed() throws {
    try withTemporaryFolder { folder in
      let run = try shell("discern data check --train $(printf 'd\\351')", in: folder)
      #expect(run.status == 64 && run.output.contains("argument 4, “d\\xE9”, is not UTF-8"), "\(run.output)")
    }
  }

  @Test func unpackingHasALimit() throws {
    try withTemporaryFolder { folder in
      try write(String(repeating: rows, count: 20), to: "rows.tsv", in: folder)
      let run = try shell(
        "gzip rows.tsv; discern data check --train rows.tsv.gz --max-unpacked-bytes 10k", in: folder)
      #expect(run.status == 65 && run.output.contains("raise --max-unpacked-bytes"), "\(run.output)")
      let more = try shell("discern data check --train rows.tsv.gz --max-unpacked-bytes 1M", in: folder)
      #expect(more.output.contains("800 texts"))
    }
  }
}
