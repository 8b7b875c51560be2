import Foundation
import TestSupport
import Testing

private let fixtures = SharedData.projectRoot.appendingPathComponent("Tests/Fixtures/format-1").path

/// Whether two JSON values are the same but for numbers that differ by no more than families of kernels do.
private func agree(_ value: Any, _ expected: Any) -> Bool {
  switch (value, expected) {
  case (let value as [String: Any], let expected as [String: Any]):
    return Set(value.keys) == Set(expected.keys)
      && value.allSatisfy { key, part in expected[key].map { agree(part, $0) } ?? false }
  case (let value as [Any], let expected as [Any]):
    return value.count == expected.count && zip(value, expected).allSatisfy { agree($0, $1) }
  case (let value as Double, let expected as Double): return abs(value - expected) < 1e-5
  case (let value as String, let expected as String): return value == expected
  default: return false
  }
}

@Test(arguments: ["ordinary", "tasks", "ensemble"], ["", "baseline"])
func modelsOfEarlierFormatsAnswerAsTheyDid(_ model: String, kernels: String) throws {
  try withTemporaryFolder { folder in
    let run = try CommandRun(
      "classify", "\(fixtures)/\(model)", "\(fixtures)/texts.txt", "--format", "jsonl", "--top", "3",
      folder: folder, environment: kernels.isEmpty ? [:] : ["DISCERN_KERNELS": kernels])
    #expect(run.status == 0, "\(run.errors)")
    let expected = try String(contentsOfFile: "\(fixtures)/\(model).jsonl", encoding: .utf8)
      .split(separator: "\n")
    #expect(run.lines.count == expected.count)
    for (line, expected) in zip(run.lines, expected) {
      let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
      #expect(
        agree(value, try JSONSerialization.jsonObject(with: Data(expected.utf8))), "\(line)\n\(expected)")
    }
  }
}
