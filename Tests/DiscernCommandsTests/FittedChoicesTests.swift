import Foundation
import TestSupport
import Testing

private let reviews = SharedData.projectRoot.appendingPathComponent("corpora/reviews").path

@Test func trainSaysWhatItChoseForTheTexts() throws {
  try withTemporaryFolder { folder in
    let common = ["train", "--train", reviews + "/train.tsv", "--hidden", "8", "--embedding-dim", "8"]
    let run = try CommandRun(
      arguments: common + ["--epochs", "2", "--output", "m", "--json-log", "log"], folder: folder)
    #expect(run.status == 0, "\(run.errors)")
    let lines = run.errors.split(separator: "\n").filter { $0.hasPrefix("chosen for these texts: ") }
    #expect(lines.contains { $0.contains("batch-size 16 (") })
    #expect(!lines.contains { $0.contains("epochs") || $0.contains("hidden") })
    // The log has them, and the values used in training.
    let log = try String(contentsOfFile: folder + "/log", encoding: .utf8).split(separator: "\n")
    let began = try #require(log.first { $0.contains("\"event\":\"began\"") })
    #expect(began.contains("\"key\":\"batch-size\"") && began.contains("\"batch-size\":16,"))
    // So does the model's recipe, which leaves them open for other texts.
    let shown = try CommandRun("recipe", "show", "m", folder: folder)
    #expect(
      shown.lines.contains("# batch-size: 16  # for the texts of that training")
        && shown.lines.contains("epochs: 2"))

    let quiet = try CommandRun(
      arguments: common + ["--epochs", "2", "--output", "q", "--quiet"], folder: folder)
    #expect(quiet.status == 0 && !quiet.errors.contains("chosen"))
    try shown.output.write(toFile: folder + "/r.yaml", atomically: true, encoding: .utf8)
    let given = try CommandRun(
      arguments: common + ["--output", "g", "--recipe", "r.yaml"], folder: folder)
    #expect(given.status == 0 && given.errors.contains("batch-size 16 ("), "\(given.errors)")
    for file in ["weights.safetensors", "vocabulary.txt"] {
      let weights = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/m/\(file)"))
      #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/g/\(file)")) == weights)
    }
  }
}
