import Foundation
import TestSupport
import Testing

/// `discern pack` and `discern unpack` as commands.
@Suite struct PackCommandTests {
  private let model = SharedData.projectRoot.appendingPathComponent("Tests/Fixtures/format-2/ordinary").path

  @Test func aModelGoesIntoOneFileAndOut() throws {
    try withTemporaryFolder { folder in
      let pack = try CommandRun("pack", model, "m.discern", folder: folder)
      #expect(pack.status == 0 && pack.output == "", "\(pack.errors)")
      let size = try FileManager.default.attributesOfItem(atPath: folder + "/m.discern")[.size] as? Int
      #expect(pack.errors.hasPrefix("m.discern: the model in one file of "))
      #expect(pack.errors.filter(\.isNumber) == "\(try #require(size))")
      let quiet = try CommandRun("pack", model, "m.discern", "-q", folder: folder)
      #expect(quiet.status == 0 && quiet.errors == "", "\(quiet.errors)")
      let answers = try [model, "m.discern"].map {
        try CommandRun("classify", $0, "--format", "jsonl", input: "a film\n\nqqq\n", folder: folder)
      }
      #expect(answers[0].output == answers[1].output && answers[1].status == 0)
      for command in [["info"], ["recipe", "show"], ["tokenize", "--model"]] {
        let run = try CommandRun(arguments: command + ["m.discern"], input: "a film\n", folder: folder)
        let own = try CommandRun(arguments: command + [model], input: "a film\n", folder: folder)
        #expect(run.status == 0 && !run.output.isEmpty, "\(command): \(run.errors)")
        #expect(run.errors == own.errors)
      }
      let unpack = try CommandRun("unpack", "m.discern", "copy", folder: folder)
      #expect(unpack.status == 0 && unpack.errors.hasPrefix("copy: the model's folder, "), "\(unpack.errors)")
      for file in try FileManager.default.contentsOfDirectory(atPath: model) {
        #expect(
          FileManager.default.contentsEqual(atPath: "\(model)/\(file)", andPath: "\(folder)/copy/\(file)"))
      }
    }
  }

  @Test func aModelIsNoPipe() throws {
    try withTemporaryFolder { folder in
      for command in [
        "info @", "classify @", "unpack @ copy", "compare @ \(model)", "quantize @ --output copy",
      ] {
        let run = try ShellRun(
          "discern pack -q \(model) - | discern \(command.replacing("@", with: "/dev/stdin"))", folder: folder
        )
        #expect(run.status == 65 && run.errors.contains("write it to a file"), "\(command): \(run.errors)")
      }
      let dash = try CommandRun("info", "-", folder: folder)
      #expect(
        dash.status == 66 && dash.errors.contains("cannot be read from standard input"), "\(dash.errors)")
      // A reader of the file may stop early.
      let head = try ShellRun(
        "discern pack \(model) - | head -c 9 | wc -c; exit ${PIPESTATUS[0]}", folder: folder)
      #expect(head.status == 0 && head.output.contains("9"), "\(head.errors)")
    }
  }

  @Test func whatIsNoModelIsSaid() throws {
    try withTemporaryFolder { folder in
      try Data("no model".utf8).write(to: URL(fileURLWithPath: folder + "/text"))
      try FileManager.default.createDirectory(atPath: folder + "/empty", withIntermediateDirectories: false)
      for (arguments, status) in [
        (["pack", "nothing", "m.discern"], Int32(66)), (["pack", "empty", "m.discern"], 66),
        (["pack", "text", "m.discern"], 64), (["unpack", "text", "copy"], 65),
        (["unpack", "nothing", "copy"], 66), (["classify", "text"], 66),
      ] {
        let run = try CommandRun(arguments: arguments, folder: folder)
        #expect(run.status == status && run.errors.hasPrefix("error: "), "\(arguments): \(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder + "/m.discern"))
        #expect(!FileManager.default.fileExists(atPath: folder + "/copy"))
      }
      // Neither the model's own files nor another folder are overwritten.
      _ = try CommandRun("pack", model, "m.discern", folder: folder)
      #expect(try CommandRun("unpack", "m.discern", "text", folder: folder).status != 0)
      #expect(try String(contentsOfFile: folder + "/text", encoding: .utf8) == "no model")
    }
  }
}
