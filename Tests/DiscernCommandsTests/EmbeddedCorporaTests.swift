import Foundation
import TestSupport
import Testing

/// A small corpus of the project, and the promises of its page.
private struct EmbeddedCorpus: Sendable, CustomTestStringConvertible {
  let name: String
  /// The figures that `evaluate` prints, in their order: the beginning of a line, the column of the number,
  /// and its least value. Three seeds gave at least a tenth more.
  let floors: [(line: String, column: Int, least: Double)]

  var testDescription: String { name }
  var folder: URL { SharedData.projectRoot.appendingPathComponent("corpora/\(name)") }

  static let all = [
    EmbeddedCorpus(name: "questions", floors: [("accuracy", 1, 0.8), ("accuracy", 1, 0.6)]),
    EmbeddedCorpus(name: "messages", floors: [("micro average", 4, 0.45)]),
    EmbeddedCorpus(name: "chinese-notes", floors: [("accuracy", 1, 0.62)]),
  ]
}

/// The block of commands of a corpus' page checks it, trains on it with its recipe, and measures.
@Test(arguments: EmbeddedCorpus.all)
private func corporaAreSoundAndCanBeLearned(_ corpus: EmbeddedCorpus) throws {
  let blocks = try FencedBlock.all(in: corpus.folder.appendingPathComponent("README.md"))
  let block = try #require(blocks.first { $0.words == ["sh"] })
  try withTemporaryFolder { folder in
    for name in ["corpora", "Examples"] {
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/" + name,
        withDestinationPath: SharedData.projectRoot.appendingPathComponent(name).path)
    }
    let run = try ShellRun("set -euo pipefail\n" + block.text, folder: folder)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("no findings"), "\(run.output)")
    var lines = run.output.split(separator: "\n")[...]
    for floor in corpus.floors {
      let index = try #require(lines.firstIndex { $0.hasPrefix(floor.line) }, "\(run.output)")
      let fields = lines[index].split(separator: " ")
      let figure = try #require(fields.indices.contains(floor.column) ? Double(fields[floor.column]) : nil)
      #expect(figure >= floor.least, "\(corpus.name): \(lines[index])")
      lines = lines[(index + 1)...]
    }
  }
}

/// No text occurs twice, in any spelling, and the pages give the right numbers of rows.
@Test(arguments: EmbeddedCorpus.all) private func corporaHaveTheRowsThatTheirPagesName(
  _ corpus: EmbeddedCorpus
)
  throws
{
  let page = try String(contentsOf: corpus.folder.appendingPathComponent("README.md"), encoding: .utf8)
  var seen: Set<String> = []
  for part in ["train", "test"] {
    let file = corpus.folder.appendingPathComponent("\(part).tsv")
    let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(Set(rows.map(\.count)).count == 1)
    #expect(page.contains("| `\(part).tsv` | \(rows.count - 1) |"), "\(part).tsv has \(rows.count - 1) rows")
    for row in rows.dropFirst() {
      let text = row[row.count - 1].lowercased().filter { $0.isLetter || $0.isNumber }
      #expect(seen.insert(text).inserted, "\(corpus.name): twice: \(row[row.count - 1])")
    }
  }
}
