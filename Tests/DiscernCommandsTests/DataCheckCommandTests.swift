import Foundation
import TestSupport
import Testing

/// Texts of 20 to `longest` words, of which one in ten is long.
private func table(_ longest: Int, in folder: String) throws {
  let rows = (0..<40).map { index in
    let count = index % 10 == 0 ? longest : 20
    let words = (0..<count).map { "w\(index)x\($0)" }.joined(separator: " ")
    return "\(index % 2 == 0 ? "good" : "bad")\t\(words)\n"
  }
  try ("label\ttext\n" + rows.joined()).write(toFile: folder + "/t.tsv", atomically: true, encoding: .utf8)
}

@Suite struct DataCheckCommandTests {
  @Test(arguments: [(300, 400, ""), (600, 600, ""), (1200, 1000, "4 texts (10.0 %)")])
  func cutsAreCountedAsTrainWouldCut(longest: Int, limit: Int, cut: String) throws {
    try withTemporaryFolder { folder in
      try table(longest, in: folder)
      let run = try CommandRun("data", "check", "--train", "t.tsv", "--json", folder: folder)
      #expect(run.output.contains("\"limit\" : \(limit)"), "\(run.output)")
      let shown = try CommandRun("data", "check", "--train", "t.tsv", folder: folder)
      let words =
        cut + " longer than \(limit) tokens, the limit that train chooses for these texts, would be truncated"
      #expect(cut.isEmpty ? !shown.output.contains("would be truncated") : shown.output.contains(words))
      let given = try CommandRun("data", "check", "--train", "t.tsv", "--max-tokens", "100", folder: folder)
      #expect(given.output.contains("4 texts (10.0 %) longer than 100 tokens would be truncated"))
    }
  }

  /// For every command that reads a table.
  @Test func aColumnHasOneRole() throws {
    try withTemporaryFolder { folder in
      let rows = (0..<20).map { "\($0 % 2 == 0 ? "good" : "bad")\tsome text \($0)\tfilm \($0 / 4)\n" }
      try ("label\ttext\tfilm\n" + rows.joined()).write(
        toFile: folder + "/t.tsv", atomically: true, encoding: .utf8)
      let made = try CommandRun(
        "train", "--train", "t.tsv", "--model", "ngrams", "--text-column", "film", "--label-column", "label",
        "--output", "m", "--quiet", folder: folder)
      #expect(made.status == 0, "\(made.errors)")
      func refuses(_ name: String, _ role: String, _ arguments: String...) throws {
        let run = try CommandRun(arguments: arguments, folder: folder)
        #expect(
          run.status == 65 && run.output.isEmpty && run.errors.contains("“\(name)” is used as the \(role)"),
          "\(arguments): \(run.errors)")
      }
      try refuses("text", "text", "data", "check", "--train", "t.tsv", "--group-column", "text")
      try refuses("label", "label", "data", "check", "--train", "t.tsv", "--group-column", "label")
      try refuses("text", "text", "train", "--train", "t.tsv", "--output", "n", "--weight-column", "text")
      try refuses("text", "text", "train", "--train", "t.tsv", "--output", "n", "--task", "text")
      // The model's own text.
      try refuses("film", "text", "evaluate", "m", "--data", "t.tsv", "--label-column", "film")
    }
  }
}
