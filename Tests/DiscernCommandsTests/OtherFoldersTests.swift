import Foundation
import TestSupport
import Testing

/// Folders of kinds that a command does not read.
@Suite struct OtherFoldersTests {
  private static let folders = SharedData.projectRoot.appendingPathComponent("Tests/Fixtures/folders").path

  @Test(arguments: [
    ("forecaster", "a forecaster", "for discern forecast"),
    ("matcher", "a matcher", "for discern match"),
    ("sequences", "a sequence model", "for discern seq2seq"),
    ("pretrained", "a pretrained language model", "for discern train --pretrained"),
    ("texts", "a folder of packed texts", "for discern train"),
    ("transformer", "a pretrained transformer", "for discern train --pretrained"),
  ]) func aRefusalSaysWhatReadsTheFolder(name: String, kind: String, use: String) throws {
    try withTemporaryFolder { folder in
      try FileManager.default.copyItem(atPath: "\(Self.folders)/\(name)", toPath: "\(folder)/\(name)")
      for command in [
        ["classify", name], ["explain", name], ["evaluate", name, "--data", "t.tsv"],
        ["report", name, "--data", "t.tsv", "--output", "r.html"], ["quantize", name, "--output", "small"],
        ["pack", name, "packed"], ["export", "onnx", name, "--output", "o"], ["encode", name],
        ["tokenize", "--model", name], ["info", name],
      ] {
        // It shows these.
        if command[0] == "info", !["texts", "transformer"].contains(name) { continue }
        try "pos\tgood\nneg\tbad\n".write(toFile: folder + "/t.tsv", atomically: true, encoding: .utf8)
        let run = try CommandRun(arguments: command, input: "", folder: folder)
        #expect(run.status == 65 && run.output.isEmpty, "\(command): \(run.errors)")
        #expect(
          run.errors.contains("is \(kind), \(use)"), "\(command): \(run.errors)")
      }
    }
  }

  @Test func commandsOfOtherModelsNameNoPackedForm() throws {
    try withTemporaryFolder { folder in
      try "a\n1\n".write(toFile: folder + "/load.csv", atomically: true, encoding: .utf8)
      let file = try CommandRun("forecast", "predict", "load.csv", "--data", "load.csv", folder: folder)
      #expect(file.status == 66 && !file.errors.contains("pack"), "\(file.errors)")
      let classifier = SharedData.projectRoot.appendingPathComponent("Tests/Fixtures/format-2/ordinary").path
      let run = try CommandRun("forecast", "predict", classifier, "--data", "load.csv", folder: folder)
      #expect(run.status == 65, "\(run.errors)")
      #expect(run.errors.contains("is a classifier, for discern classify; give a forecaster"))
      let text = try CommandRun("classify", "load.csv", input: "", folder: folder)
      #expect(text.status == 66 && text.errors.contains("discern pack"), "\(text.errors)")
    }
  }
}
