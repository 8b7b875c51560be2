import Foundation
import TestSupport
import Testing

/// The commands of the README and the guides are run as written, in a folder with the project's files that
/// they read. A block is run if the word `run` follows its language:
///
/// - `sh run`: all lines as one script, which must end with 0.
/// - `console run`: each line after `$ ` must end with 0, and the lines below it must be among those that it
///   prints. Numbers may be other ones, shares a fifth away; `…` means anything, and a line of it any lines.
///
/// Blocks of a file are run in their order, so that later ones find what earlier ones made; where a page has
/// trained its model in a block that takes too long, `model` is there, after one epoch.
private struct Guide: Sendable, CustomTestStringConvertible {
  let name: String
  let blocks: [FencedBlock]

  var testDescription: String { name }

  static let all: [Guide] = {
    let root = SharedData.projectRoot
    let guides = try? FileManager.default.contentsOfDirectory(atPath: root.path + "/Guides")
    let files = ["README.md"] + (guides ?? []).sorted().map { "Guides/" + $0 }
    return files.compactMap { name in
      let blocks = try? FencedBlock.all(in: root.appendingPathComponent(name))
      let run = blocks?.filter { $0.words.dropFirst().contains("run") } ?? []
      return run.isEmpty ? nil : Guide(name: name, blocks: run)
    }
  }()
}

/// A command's output in the form that is compared: numbers and short digests are replaced, and so are
/// spaces.
private func masked(_ line: String) -> String {
  line.replacing(/"[0-9a-f]{8}"/, with: "#").replacing(/[0-9][0-9,]*(\.[0-9]+)?(e-?[0-9]+)?/, with: "#")
    .split(whereSeparator: \.isWhitespace).joined(separator: " ")
}

/// The shares of a line, from 0 to 1: percentages, and decimals without a unit.
private func shares(_ line: String) -> [Double] {
  line.matches(of: /\b([0-9]+(?:\.[0-9]+)?)( ?%)|\b([01]\.[0-9]+)\b(?! ?(?:s|ms|min|[kMG]?B)\b)/).compactMap {
    $0.output.1.flatMap { Double($0) }.map { $0 / 100 } ?? $0.output.3.flatMap { Double($0) }
  }
}

/// Whether a printed line is the one that a guide shows. Shares may be a fifth away: another processor's sums
/// give another model.
private func matches(_ printed: String, _ shown: String) -> Bool {
  let (got, expected) = (shares(printed), shares(shown))
  guard shown.contains("…") || zip(got, expected).allSatisfy({ abs($0 - $1) <= 0.2 }) else { return false }
  let parts = masked(shown).split(separator: "…", omittingEmptySubsequences: false)
  var rest = masked(printed)[...]
  for (index, part) in parts.enumerated() {
    let part = part.trimmingCharacters(in: .whitespaces)
    if index == 0 {
      guard rest.hasPrefix(part) else { return false }
      rest.removeFirst(part.count)
    } else if index == parts.count - 1 {
      return rest.hasSuffix(part)
    } else if let range = rest.range(of: part) {
      rest = rest[range.upperBound...]
    } else {
      return part.isEmpty
    }
  }
  return rest.allSatisfy(\.isWhitespace)
}

@Test(arguments: Guide.all) private func commandsOfGuidesRunAndPrintWhatIsShown(_ guide: Guide) throws {
  try withTemporaryFolder { folder in
    for name in ["corpora", "Examples", "vocab"] {
      try FileManager.default.copyItem(
        at: SharedData.projectRoot.appendingPathComponent(name),
        to: URL(fileURLWithPath: folder).appendingPathComponent(name))
    }
    if guide.blocks[0].text.firstMatch(of: /--output model\s/) == nil {
      let model = try ShellRun(
        "discern train --train corpora/reviews/train.tsv --epochs 1 --output model --quiet", folder: folder)
      #expect(model.status == 0, "\(model.errors)")
    }
    for block in guide.blocks {
      if block.words.first == "sh" {
        let run = try ShellRun("set -euo pipefail\n" + block.text, folder: folder)
        #expect(run.status == 0, "\(guide.name):\(block.line): \(run.errors)")
        continue
      }
      var (command, printed): (String, [String]?) = ("", nil)
      for line in block.text.split(separator: "\n") {
        if line.hasPrefix("$ ") {
          command = String(line.dropFirst(2))
          let run = try ShellRun("set -o pipefail\n" + command, folder: folder)
          #expect(run.status == 0, "\(guide.name):\(block.line): \(command): \(run.errors)")
          printed = (run.output + "\n" + run.errors).split(separator: "\n").map(String.init)
        } else if line != "…" {
          #expect(
            printed?.contains { matches($0, String(line)) } == true,
            "\(guide.name):\(block.line): \(command) does not print “\(line)”")
        }
      }
    }
  }
}

@Test func thereAreCommandsOfGuidesToRun() {
  let names = Set(Guide.all.map(\.name))
  #expect(
    names.isSuperset(of: [
      "README.md", "Guides/Export.md", "Guides/ModelFormat.md", "Guides/Forecasting.md", "Guides/Matching.md",
      "Guides/Scale.md", "Guides/Sequences.md", "Guides/Tasks.md", "Guides/Training.md",
    ]))
}

@Test func shownLinesAreComparedByTheirWordsAndShares() {
  #expect(matches("accuracy   0.9025  (361 of 400)", "accuracy 0.8  (1 of 2)"))
  #expect(matches("n-grams: 27,952; nb-tfidf, C 10", "n-grams: …; nb-tfidf, C 10"))
  #expect(matches("{\"a\":[1,2,3],\"b\":4}", "{\"a\":[1,…],\"b\":4}"))
  #expect(!matches("accuracy 0.9", "macro F1 0.9"))
  #expect(!matches("recall@1 16.0 %, in 0.3 s", "recall@1 46.0 %, in 0.6 s"))
  #expect(matches("recall@1 36.0 %, in 0.3 s", "recall@1 46.0 %, in 0.9 s"))
  #expect(!matches("accuracy 0.9 and more", "accuracy 0.9"))
  #expect(!matches("one two", "one … three"))
}
