import Foundation
import TestSupport
import Testing

@Suite struct BenchNGramsCommandTests {
  @Test func stagesAndAnswersAreMeasured() throws {
    let lines = (0..<30).map { $0 % 2 == 0 ? "good\ta fine film \($0 % 7)" : "bad\ta dull film \($0 % 5)" }
    try withTemporaryFolder { folder in
      try (lines.joined(separator: "\n") + "\n").write(
        toFile: folder + "/t.tsv", atomically: true, encoding: .utf8)
      let run = try CommandRun(
        "bench", "ngrams", "--train", "t.tsv", "--no-header", "--repeats", "1", "--threads", "1", "--json",
        folder: folder)
      #expect(run.status == 0, "\(run.errors)")
      let facts = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
      #expect(facts?["texts"] as? Int == 30)
      #expect((facts?["textsPerSecond"] as? Double ?? 0) > 0)
      #expect((facts?["features"] as? Int ?? 0) > 5)
      let silent = try CommandRun("bench", "ngrams", folder: folder)
      #expect(silent.status == 64 && silent.errors.contains("--train"))
    }
  }
}
