import DiscernCorpus
import Foundation
import TestSupport
import Testing

@Suite struct JSONFramesTests {
  private func read(_ content: String, _ options: CorpusOptions = CorpusOptions(), _ name: String = "a.json")
    throws -> (rows: [Row], report: ReadingReport)
  {
    try withTemporaryFolder { folder in
      try readAll([try write(content, to: name, in: folder)], options, below: folder)
    }
  }

  private func failure(_ content: String) -> String {
    corpusError { _ = try read(content) }?.description.components(separatedBy: "a.json").last ?? ""
  }

  private let expected = [Row("a", "x [1]", "a.json:2"), Row("b", "y \"}\"", "a.json:6")]

  @Test func arraysOfObjectsAreRead() throws {
    let pretty = """
      [
        {
          "text": "x [1]",
          "label": "a"
        },
        {"label": "b",
         "text": "y \\"}\\""}
      ]

      """
    #expect(try read(pretty).rows == expected)
    #expect(try read(pretty, CorpusOptions(), "a.txt").rows.count == 2)
    #expect(try read(pretty).report.inputs.first?.notes == ["objects span several lines"])
    let line = #"[{"text":"x","label":"a"}, {"text":"y","label":"b"}]"#
    #expect(try read(line).rows.map(\.text) == ["x", "y"])
    #expect(failure("[]").contains("no texts in it"))
  }

  @Test func objectsOverSeveralLinesAreRead() throws {
    let objects =
      "\n{\n\"text\": \"x [1]\",\n\"label\": \"a\"}\n\n{\"label\": \"b\",\n\"text\": \"y \\\"}\\\"\"\n}\n"
    #expect(try read(objects).rows == expected)
  }

  @Test func elementsThatCannotBeUsedAreNamed() throws {
    let good = "{\"text\": \"x\",\n\"label\": \"a\"}"
    #expect(failure("[\(good),\n7]").hasPrefix(":3: is JSON but not an object"))
    #expect(
      failure("[\(good),\n{\"text\": \"x\",\n \"label\" 1}]").hasPrefix(":4: invalid JSON at column 10"))
    #expect(failure("[\(good)\n\(good)]").contains(":3: invalid JSON at column 1: expected “,”"))
    #expect(failure("[\(good),\n]").contains(":3: invalid JSON at column 1: a comma before"))
    #expect(failure("[\(good)").contains("the array never ends"))
    #expect(failure("[\(good)] x").contains("something follows the array"))
    #expect(failure("[\(good), {\"text\": \"x").contains(":2: invalid JSON"))
    let skipped = try read("[7, \(good), }, \(good), {\"text\" 1}, \(good)]", .with { $0.onError = .skip })
    #expect(skipped.rows.count == 3)
    #expect(skipped.report.skippedRows == 3)
  }

  @Test func objectsInsideAnObjectAreNotLookedFor() {
    for content in [
      "{\"data\": [\n{\"text\": \"x\", \"label\": \"a\"}\n]}", "{\"data\": [{\"text\": \"x\"}]}\n",
    ] {
      #expect(failure(content).contains("in an array under “data”"))
      #expect(failure(content).contains("jq -c"))
    }
  }

  @Test func anOddFirstLineIsABadRow() throws {
    let rows = "{\"text\":\"x\",\"label\":\"a\"}\n{\"text\":\"y\",\"label\":\"b\"}\n"
    for first in ["{\"meta\": {\"version\": 1}}", "[\"text\", \"label\"]", "\"text\"", "{\"text\": \"cut"] {
      let read = try read(first + "\n" + rows, .with { $0.onError = .skip })
      #expect(read.rows.map(\.text) == ["x", "y"], "\(first)")
      #expect(read.report.firstSkippedRows.map(\.location.line) == [1])
      #expect(failure(first + "\n" + rows).hasPrefix(":1: "), "\(first)")
    }
  }

  @Test func truthIsALabel() throws {
    let rows = "{\"text\":\"x\",\"label\":true}\n{\"text\":\"y\",\"label\":false}\n"
    #expect(try read(rows).rows.map(\.label) == ["true", "false"])
    let list = "{\"text\":\"x\",\"label\":[true,\"b\",3]}\n"
    let options = CorpusOptions.with { $0.labelColumns = [LabelColumn(separator: LabelSeparator(","))] }
    #expect(try read(list, options).rows.map(\.label) == ["true,b,3"])
    #expect(failure(list).contains("--multi-label"))
  }
}
