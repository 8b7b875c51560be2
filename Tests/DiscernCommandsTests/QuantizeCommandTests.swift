import Foundation
import TestSupport
import Testing

/// `discern quantize` as a command.
@Suite struct QuantizeCommandTests {
  private func withModel(_ body: (_ folder: String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let rows = (0..<60).map { "\($0 % 2 == 0 ? "pos\ta fine" : "neg\ta poor") film, number \($0)\n" }
      try Data(rows.joined().utf8).write(to: URL(fileURLWithPath: folder + "/train.tsv"))
      let run = try CommandRun(
        "train", "--train", "train.tsv", "--output", "model", "--epochs", "2", "--hidden", "8",
        "--embedding-dim", "8", "--threads", "1", "--quiet", folder: folder)
      #expect(run.status == 0, "\(run.errors)")
      try body(folder)
    }
  }

  @Test func aModelIsMadeSmallerAndMeasured() throws {
    try withModel { folder in
      let run = try CommandRun(
        "quantize", "model", "--output", "small", "--data", "train.tsv", "--max-drop", "0.1", "--quiet",
        folder: folder)
      #expect(run.status == 0 && run.errors == "", "\(run.errors)")
      #expect(run.output.contains("times smaller") && run.output.contains("changed"))
      #expect(run.output.contains("metric") && run.output.contains("  accuracy  "), "\(run.output)")
      let info = try CommandRun("info", "small", folder: folder)
      #expect(info.lines.contains { $0.hasPrefix("kernels ") && $0.contains("exact-") }, "\(info.output)")
      let answers = try CommandRun("classify", "small", input: "a fine film\na poor film\n", folder: folder)
      #expect(answers.lines.count == 2 && answers.status == 0, "\(answers.errors)")
      let json = try CommandRun(
        "quantize", "model", "--output", "half", "--weights", "fp16", "--json", folder: folder)
      let object = try #require(
        JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
      #expect(object["weights"] as? String == "fp16")
      let before = try #require(object["bytesBefore"] as? Int)
      #expect(try #require(object["bytesAfter"] as? Int) < before)
    }
  }

  @Test func aModelThatFallsTooFarIsNotWritten() throws {
    try withModel { folder in
      // Its errors do not matter: with another label for each text, one changed verdict lowers the figure.
      for (arguments, status) in [
        (["quantize", "model", "--output", "model"], Int32(64)),
        (["quantize", "model", "--output", "small", "--max-drop", "0.1"], 64),
        (["quantize", "model", "--output", "small", "--max-drop", "2", "--data", "train.tsv"], 64),
        (["quantize", "nothing", "--output", "small"], 66),
        (["quantize", "model", "--output", "small", "--data", "nothing.tsv"], 66),
      ] {
        let run = try CommandRun(arguments: arguments, folder: folder)
        #expect(run.status == status, "\(arguments): \(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder + "/small"))
      }
    }
  }
}
