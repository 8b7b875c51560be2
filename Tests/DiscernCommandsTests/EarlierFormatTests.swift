import Foundation
import TestSupport
import Testing

private let fixtures = SharedData.projectRoot.appendingPathComponent("Tests/Fixtures").path

/// Whether two JSON values are equal, up to the differences of numbers between kernel families.
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

private let models = ["format-1", "format-2"].flatMap { format in
  ["ordinary", "tasks", "ensemble"].map { "\(format)/\($0)" }
}

@Test(arguments: models, ["", "baseline"])
func modelsOfEarlierFormatsAnswerAsTheyDid(_ model: String, kernels: String) throws {
  try withTemporaryFolder { folder in
    let run = try CommandRun(
      "classify", "\(fixtures)/\(model)", "\(fixtures)/format-1/texts.txt", "--format", "jsonl", "--top", "3",
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

/// A recipe with a key of a later version, or without one, does not affect the use of a model.
@Test func aRecipeThatIsNotKnownWhollyIsNamed() throws {
  try withTemporaryFolder { folder in
    let run = try ShellRun(
      #"""
      set -e
      discern train --train "\#(fixtures)/format-1/texts.tsv" --text-column text --label-column label \
        --hidden 4 --embedding-dim 4 --epochs 1 --threads 1 --output m --quiet 2> /dev/null
      discern classify m "\#(fixtures)/format-1/texts.txt" > before 2> /dev/null
      discern recipe show m > shown
      edit() { sed -i.old "$1" m/manifest.json; (cd m; sha256sum manifest.json > manifest.sha256); }

      edit 's/"recipe" : "/&swarm: bees\\n/'
      discern classify m "\#(fixtures)/format-1/texts.txt" 2> /dev/null | cmp - before
      discern info m | grep -q 'unknown to this version: recipe.swarm: bees'
      discern info m --json | grep -q '"recipe.swarm: bees"'
      discern recipe show m 2> errors | cmp - shown
      grep -q 'swarm: bees' errors

      edit '/"recipe" : /d'
      discern classify m "\#(fixtures)/format-1/texts.txt" 2> /dev/null | cmp - before
      discern recipe show m 2> errors | grep -q 'hidden: 128'
      grep -q 'm: no recipe is stored with this model' errors

      edit 's/"content" : {/&"training" : {},/; s/^    "training" : {/    "other" : {/'
      status=0; discern classify m < /dev/null 2> errors || status=$?
      [ $status = 65 ]; grep -q 'content.other.*update Discern' errors
      """#, folder: folder)
    #expect(run.status == 0, "\(run.output)\(run.errors)")
  }
}
