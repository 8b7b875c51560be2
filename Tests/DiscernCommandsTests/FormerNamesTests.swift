import Discern
import DiscernCommands
import TestSupport
import Testing

/// The words with today's names, or the problem's message.
private func renewed(_ line: String) -> String {
  do throws(UsageProblem) {
    return try FormerNames.renewed(line.split(separator: " ").map(String.init)).joined(separator: " ")
  } catch { return error.message }
}

@Test func formerFlagsAreTodays() {
  for (line, expected) in [
    ("train --max-size 5 --dev-fraction=0.2", "train --vocab-size 5 --validation-fraction 0.2"),
    ("train --metric loss --seeds 3", "train --monitor loss --ensemble 3"),
    ("train --directions 1 --train x", "train --no-bidirectional --train x"),
    ("bench train --directions=2", "bench train --bidirectional"),
    ("vocab build --max-size 5", "vocab build --vocab-size 5"),
    ("recipe show --seeds 2 r.yaml", "recipe show --ensemble 2 r.yaml"),
    // Unknown to the command, after the end of options, without a value: unchanged.
    ("classify m --metric loss", "classify m --metric loss"),
    ("classify -- --metric x", "classify -- --metric x"),
    ("train --max-size", "Missing value for '--max-size'"),
    ("train --directions", "Missing value for '--directions'"),
    ("train --directions -q", "Missing value for '--directions'"),
    ("train --no-bidirectional", "train --no-bidirectional"),
    ("train --directions 3", "--directions 3: expected 1 or 2"),
    (
      "train --vocab-size 3 --max-size 3",
      "--vocab-size and --max-size are mutually exclusive; give one of them"
    ),
    (
      "train --max-size=3 --vocab-size=3",
      "--max-size and --vocab-size are mutually exclusive; give one of them"
    ),
    (
      "train --directions 1 --no-bidirectional",
      "--directions and --no-bidirectional are mutually exclusive; give one of them"
    ),
    ("train --seeds 1 --seeds 2", "train --ensemble 1 --ensemble 2"),
  ] { #expect(renewed(line) == expected) }
}

@Test func formerFlagsWorkAndHelpDoesNotShowThem() throws {
  try withTemporaryFolder { folder in
    let former = try CommandRun(
      "recipe", "show", "--max-size", "77", "--directions", "1", "--metric", "loss", folder: folder)
    let today = try CommandRun(
      "recipe", "show", "--vocab-size", "77", "--no-bidirectional", "--monitor", "loss", folder: folder)
    #expect(former.status == 0 && former.output == today.output && former.output.contains("vocab-size: 77"))
    let both = try CommandRun("recipe", "show", "--seeds", "2", "--ensemble", "2", folder: folder)
    #expect(both.status == 64 && both.errors.contains("--seeds and --ensemble are mutually exclusive"))
    for command in [["train"], ["vocab", "build"]] {
      let help = try CommandRun(arguments: command + ["--help"], folder: folder)
      for alias in RecipeKey.all.flatMap(\.aliases) { #expect(!help.output.contains("--\(alias.name) ")) }
    }
  }
}
