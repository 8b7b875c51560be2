import Foundation
import TestSupport
import Testing

@Suite struct VocabCommandTests {
  private static let texts = "neg\tBad Bad film\npos\tGood film, good\nneg\tbad I\npos\tgood ISTANBUL\n"

  private func inFolder(_ body: (String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      try Self.texts.write(toFile: folder + "/t.tsv", atomically: false, encoding: .utf8)
      try body(folder)
    }
  }

  private func build(_ arguments: String..., folder: String) throws -> CommandRun {
    try CommandRun(arguments: ["vocab", "build", "--input", "t.tsv", "--output"] + arguments, folder: folder)
  }

  private func train(_ arguments: String..., folder: String) throws -> CommandRun {
    try CommandRun(
      arguments: [
        "train", "--train", "t.tsv", "--output", "m", "--epochs", "1", "--hidden", "4", "--embedding-dim",
        "4",
        "--threads", "1", "--validation-fraction", "0.5",
      ] + arguments, folder: folder)
  }

  @Test func namesOfOneLetterDashesAndLinks() throws {
    try inFolder { folder in
      #expect(try build("v", folder: folder).status == 0)
      let text = try String(contentsOfFile: folder + "/v", encoding: .utf8)
      for name in ["-", "/dev/stdout"] {
        let printed = try build(name, "-q", folder: folder)
        #expect(printed.status == 0 && printed.output == text && printed.errors.isEmpty)
      }
      #expect(symlink("real", folder + "/link") == 0)
      #expect(try build("link", folder: folder).status == 0)
      #expect(try String(contentsOfFile: folder + "/real", encoding: .utf8) == text)
      let inside = try build("d/", folder: folder)
      #expect(inside.status == 74 && inside.errors.contains("d/: cannot be written"))
    }
  }

  @Test func anInputIsNeverWrittenOver() throws {
    try inFolder { folder in
      let run = try build("./t.tsv", folder: folder)
      #expect(run.status == 64 && run.errors.contains("would overwrite the input t.tsv"))
      #expect(try String(contentsOfFile: folder + "/t.tsv", encoding: .utf8) == Self.texts)
    }
  }

  @Test func theTokenizerIsRememberedAndAMismatchIsNamed() throws {
    try inFolder { folder in
      #expect(try build("v", "--no-lowercase", "--locale", "tr", folder: folder).status == 0)
      let adopted = try train("--vocab", "v", folder: folder)
      #expect(adopted.status == 0 && adopted.errors.contains("v: built with --locale tr --no-lowercase"))
      let info = try CommandRun("info", "m", "--json", folder: folder)
      #expect(info.output.contains(#""lowercase" : false"#) && info.output.contains(#""locale" : "tr""#))
      let same = try train("--vocab", "v", "--no-lowercase", folder: folder)
      #expect(same.status == 0 && same.errors.contains("v: built with --locale tr --no-split"))

      let mismatch = try train("--vocab", "v", "--lowercase", folder: folder)
      #expect(
        mismatch.status == 64 && mismatch.errors.contains("built with --no-lowercase, not with --lowercase"))
      try "lowercase: true\n".write(toFile: folder + "/r.yaml", atomically: false, encoding: .utf8)
      let recipe = try train("--vocab", "v", "--recipe", "r.yaml", folder: folder)
      #expect(recipe.status == 64 && recipe.errors.contains("--lowercase"))

      let shown = try CommandRun("vocab", "info", "v", "--corpus", "t.tsv", folder: folder)
      #expect(shown.status == 0 && shown.output.contains("--locale tr --no-lowercase"))
      let other = try CommandRun("vocab", "info", "v", "--corpus", "t.tsv", "--lowercase", folder: folder)
      #expect(other.status == 64 && other.errors.contains("--no-lowercase"))
    }
  }

  @Test func countsThatOverflowAndUnknownLocalesAreErrors() throws {
    try inFolder { folder in
      try "<pad>\t0\n<unk>\t0\na\t9223372036854775807\nb\t9223372036854775807\n".write(
        toFile: folder + "/v", atomically: false, encoding: .utf8)
      let info = try CommandRun("vocab", "info", "v", folder: folder)
      #expect(info.status == 65 && info.errors.contains("v:4: the sum of the counts"))
      let locale = try build("w", "--locale", "englsh", folder: folder)
      #expect(
        locale.status == 64 && locale.errors.contains("--locale englsh: ")
          && locale.errors.contains("en (English)"))
    }
  }
}
