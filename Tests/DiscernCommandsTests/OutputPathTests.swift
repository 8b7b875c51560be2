import Foundation
import TestSupport
import Testing

private let model = SharedData.projectRoot.appendingPathComponent("Tests/Fixtures/format-2/ordinary").path

/// Commands that write, with `@` in place of the output's name.
private let writesFolder = [
  "quantize \(model) --output @", "unpack m.discern @", "export onnx \(model) --output @ -q",
  "train --train t.tsv --output @ -q", "train --train t.tsv --output new --checkpoint @ -q",
  "train --train t.tsv --output new --tensorboard=@ -q", "train --auto --train t.tsv --output @ -q",
  "pretrain --input t.tsv --output @ -q", "sweep --space s.yaml --train t.tsv --output @ -q",
]
private let writesFile = [
  "pack \(model) @", "report \(model) --data t.tsv --output @ -q", "explain \(model) --html @",
  "evaluate \(model) --data t.tsv --errors @ -q",
  "compare \(model) \(model) --data t.tsv --differences @ -q",
  "cross-validate --train t.tsv --predictions @ -q", "vocab build --input t.tsv --output @ -q",
  "train --train t.tsv --output new --json-log @ -q",
]

/// Exit codes of impossible outputs: 64 if the name shows it, 74 if the system refuses it.
@Suite struct OutputPathTests {
  private func run(
    _ commands: [String], _ output: String, _ status: Int32, _ words: String, _ folder: String
  ) throws {
    for command in commands {
      let arguments = command.split(separator: " ").map { String($0.replacing("@", with: output)) }
      let before = try names(folder)
      let run = try CommandRun(arguments: arguments, folder: folder)
      #expect(
        run.status == status && (words.isEmpty || run.errors.contains(words)),
        "\(command) \(output): \(run.status) \(run.errors)")
      #expect(try names(folder) == before, "\(command) \(output)")
    }
  }

  private func names(_ folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
  }

  private func withFiles(_ body: (_ folder: String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let rows = (0..<20).map { "\($0 % 2 == 0 ? "pos\ta fine" : "neg\ta poor") film, number \($0)\n" }
      try Data(rows.joined().utf8).write(to: URL(fileURLWithPath: folder + "/t.tsv"))
      try Data("hidden: int 4 … 5\n".utf8).write(to: URL(fileURLWithPath: folder + "/s.yaml"))
      try FileManager.default.createDirectory(atPath: folder + "/other", withIntermediateDirectories: false)
      try Data("mine".utf8).write(to: URL(fileURLWithPath: folder + "/other/file"))
      _ = try CommandRun("pack", model, "m.discern", "-q", folder: folder)
      try body(folder)
    }
  }

  @Test func aNameThatNoFolderMayHaveIsAMistakeOfTheCommandLine() throws {
    try withFiles { folder in
      let folders = writesFolder.filter { !$0.contains("--tensorboard") }
      try run(folders, "", 64, "empty", folder)
      try run(writesFolder, "-", 64, "folder", folder)
      try run(writesFolder, "new.discern", 64, "discern pack", folder)
      try run(writesFolder, "m.discern/", 64, "discern pack", folder)
      try run(writesFile, "", 64, "empty", folder)
    }
  }

  @Test func whatIsThereOrTheSystemRefusesIsAFailureOfOutput() throws {
    try withFiles { folder in
      let refusing = writesFolder.filter { !$0.contains("--checkpoint") && !$0.contains("--tensorboard") }
      try run(refusing, "other", 74, "other", folder)
      try run(writesFolder, "t.tsv/x", 74, "t.tsv", folder)
      try run(writesFile, "other", 74, "Is a directory", folder)
      try run(writesFile, "nothing/x", 74, "there is no folder nothing/", folder)
    }
  }

  @Test func aModelIsWrittenOverByAnotherAlone() throws {
    try withFiles { folder in
      try run(writesFile.filter { !$0.hasPrefix("pack") }, "m.discern", 64, "trained model", folder)
      try run(["pack \(model) @ -q"], "m.discern", 0, "", folder)
    }
  }
}

#if os(Linux)
  @Test(arguments: ["TERM", "INT", "KILL"])
  func aPageInTheMakingLeavesNothingWhenItsCommandIsKilled(signal: String) throws {
    try withTemporaryFolder { folder in
      let run = try ShellRun(
        """
        mkfifo in; printf old > page.html
        discern explain \(model) --html page.html < in 2> /dev/null & exec 3> in
        echo "a film" >&3
        until ls -l /proc/$!/fd 2> /dev/null | grep -q "$PWD/[.#]"; do sleep 0.05; done
        ls -l /proc/$!/fd | grep -q "$PWD/#" || { kill -KILL $!; echo named; exit 0; }
        kill -\(signal) $!; wait $!
        ls -A; cat page.html
        """, folder: folder)
      // Where the file system has no files without names, a hidden one is left.
      if run.output == "named\n" { return }
      let names = run.output.split(separator: "\n").filter { !$0.hasSuffix(".out") && !$0.hasSuffix(".err") }
      #expect(names == ["in", "page.html", "old"], "\(run.output) \(run.errors)")
    }
  }
#endif
