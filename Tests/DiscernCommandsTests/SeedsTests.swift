import Foundation
import TestSupport
import Testing

private let reviews = SharedData.projectRoot.appendingPathComponent("corpora/reviews").path

@Test func severalSeedsByCommands() throws {
  try withTemporaryFolder { folder in
    let trained = try CommandRun(
      "train", "--train", reviews + "/train.tsv", "--output", "model", "--hidden", "8", "--embedding-dim",
      "8", "--epochs", "1", "--ensemble", "2", "--seed", "4", "--json-log", "log.jsonl", "--model",
      "recurrent", folder: folder)
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(trained.lines.count == 2)
    #expect(trained.lines[0].hasPrefix("model: 2 models: accuracy ") && trained.lines[0].contains(" ± "))
    #expect(trained.lines[1].hasPrefix("model: together: accuracy "))
    #expect(trained.errors.contains("seed 5: model 2 of 2"))
    let log = try String(contentsOfFile: folder + "/log.jsonl", encoding: .utf8).split(separator: "\n")
    let lines = try log.map { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
    #expect(lines.filter { $0?["event"] as? String == "began" }.map { $0?["seed"] as? Int } == [4, 5])
    #expect((lines.last??["runs"] as? [[String: Any]])?.map { $0["seed"] as? Int } == [4, 5])

    let information = try CommandRun("info", "model", folder: folder)
    #expect(information.output.contains("2, whose probabilities are averaged"))
    #expect(information.output.contains("seed 5, completed"))
    let prediction = try CommandRun("classify", "model", input: "good film\nbad\n", folder: folder)
    #expect(prediction.status == 0 && prediction.lines.count == 2)
    let one = try CommandRun("classify", "model", input: "bad\n", folder: folder)
    #expect(one.lines[0] == prediction.lines[1])
    let report = try CommandRun("evaluate", "model", "--data", reviews + "/test.tsv", folder: folder)
    #expect(report.status == 0 && report.output.contains("calibration error"))
    let bench = try CommandRun(
      "bench", "classify", "model", "--texts", "20", "--length", "5", "--repeats", "1",
      folder: folder)
    #expect(bench.status == 0, "\(bench.errors)")
    #expect(
      try CommandRun(
        "train", "--train", "x", "--output", "m", "--ensemble", "0", folder: folder
      ).status == 64)
  }
}
