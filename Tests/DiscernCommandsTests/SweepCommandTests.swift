import Foundation
import TestSupport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// `discern sweep` and `discern train --auto` in the built program.
@Suite(.serialized) struct SweepCommandTests {
  private static let space = """
    learning-rate: log 0.01 … 0.2
    hidden: choice 3, 4
    dropout: linear 0 … 0.4
    model: choice joined, ngrams, recurrent
    """

  private func arguments(_ output: String, _ more: [String] = []) -> [String] {
    [
      "sweep", "--space", "space.yaml", "--train", "t.tsv", "--output", output, "--trials", "7", "--threads",
      "1", "--epochs", "4", "--batch-size", "8",
    ] + (more.contains("--vectors") ? [] : ["--embedding-dim", "3"]) + more
  }

  private func prepare(_ folder: String, space: String = Self.space) throws {
    try ResumedTrainings.writeTexts(folder, count: 60)
    try space.write(toFile: folder + "/space.yaml", atomically: false, encoding: .utf8)
  }

  private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  /// The processes whose command lines name a folder.
  private func processes(_ folder: String) throws -> [Int32] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }.filter { pid in
      guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return false }
      return String(decoding: data, as: UTF8.self).contains(folder)
    }
  }

  /// A search takes the options of a training, except those that do not apply to a trial.
  @Test func trialsHaveVocabularyTeacherAndOtherTexts() throws {
    try withTemporaryFolder { folder in
      try prepare(folder, space: "model: choice recurrent, ngrams\nadversarial: choice none, vat\n")
      let texts = try text(folder + "/t.tsv").split(separator: "\n").map { $0.split(separator: "\t")[1] }
      try texts.joined(separator: "\n").write(toFile: folder + "/u.txt", atomically: true, encoding: .utf8)
      _ = try CommandRun("vocab", "build", "--input", "t.tsv", "--output", "v.txt", "-q", folder: folder)
      _ = try CommandRun(
        "train", "--train", "t.tsv", "--output", "m", "--model", "ngrams", "-q", folder: folder)
      for more in [
        ["--unlabelled", "u.txt"], ["--teacher", "m", "--vocab", "v.txt"],
        ["--teacher", "m", "--unlabelled", "u.txt"],
      ] {
        let run = try CommandRun(
          arguments: [
            "sweep", "--space", "space.yaml", "--train", "t.tsv", "--output",
            "s-" + more.joined(separator: "-"),
            "--trials", "5", "--threads", "1", "--epochs", "1", "--hidden", "3", "--embedding-dim", "3",
          ] + more, folder: folder)
        #expect(run.status == 0 && !run.errors.contains("failed"), "\(more): \(run.errors)")
        #expect(run.output.contains("ngrams") && run.output.contains("vat"))
      }
      // Vectors of language models have their own size and words.
      _ = try CommandRun(
        "pretrain", "--input", "t.tsv", "--output", "p", "--epochs", "1", "--hidden", "3", "--embedding-dim",
        "3", "--threads", "1", "-q", folder: folder)
      try "dropout: linear 0 … 0.4".write(toFile: folder + "/space.yaml", atomically: true, encoding: .utf8)
      let run = try CommandRun(
        "sweep", "--space", "space.yaml", "--train", "t.tsv", "--output", "s", "--trials", "2", "--threads",
        "1", "--epochs", "1", "--model", "recurrent", "--pretrained", "p", folder: folder)
      #expect(run.status == 0 && !run.errors.contains("failed"), "\(run.errors)")
    }
  }

  /// An expired time limit says nothing about the recipes.
  @Test func aTimeThatIsUpIsNoDivergence() throws {
    try withTemporaryFolder { folder in
      try prepare(folder)
      let run = try CommandRun(arguments: arguments("s", ["--budget", "0.01s"]), folder: folder)
      #expect(run.status == 75 && run.errors.contains("use a longer --budget to continue"), "\(run.errors)")
      let auto = try CommandRun(
        "train", "--auto", "--budget", "0.01s", "--train", "t.tsv", "--output", "m", "--threads", "1",
        folder: folder)
      #expect(
        auto.status == 75 && auto.errors.contains("use a longer --budget to continue"), "\(auto.errors)")
    }
  }

  @Test func workersAndKillsChangeNothing() throws {
    try withTemporaryFolder { folder in
      try prepare(folder)
      let run = try CommandRun(arguments: arguments("one", ["--workers", "1"]), folder: folder)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.lines.last?.contains("is the best: score 0.") == true, "\(run.output)")
      let (best, table) = (try text(folder + "/one/best.yaml"), try text(folder + "/one/trials.tsv"))
      #expect(table.split(separator: "\n").count == 8 && table.contains("\tended\t"))
      let picture = try text(folder + "/one/trials.svg")
      #expect(XMLParser(data: Data(picture.utf8)).parse() && !picture.contains("<script"))

      let two = try CommandRun(arguments: arguments("two", ["--workers", "2"]), folder: folder)
      #expect(two.status == 0, "\(two.errors)")
      #expect(try text(folder + "/two/best.yaml") == best)
      #expect(try text(folder + "/two/trials.tsv") == table)

      var random = SeededGenerator(seed: 6)
      for _ in 0..<4 {
        let process = Process()
        process.executableURL = CommandRun.program
        process.arguments = arguments(folder + "/killed", ["--workers", "2"])
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        usleep(.random(in: 200_000...2_500_000, using: &random))
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        // No trial outlives it.
        var left = try processes(folder + "/killed")
        for _ in 0..<100 where !left.isEmpty {
          usleep(50_000)
          left = try processes(folder + "/killed")
        }
        #expect(left.isEmpty)
      }
      let last = try CommandRun(
        arguments: arguments(folder + "/killed", ["--workers", "2"]), folder: folder)
      #expect(last.status == 0, "\(last.errors)")
      #expect(try text(folder + "/killed/best.yaml") == best)
      #expect(try text(folder + "/killed/trials.tsv") == table)
      // Once more: nothing is left to do.
      let journal = try text(folder + "/killed/journal.jsonl")
      #expect(try CommandRun(arguments: arguments(folder + "/killed"), folder: folder).output == last.output)
      #expect(try text(folder + "/killed/journal.jsonl") == journal)
      let other = try CommandRun(
        arguments: arguments(folder + "/killed", ["--search-seed", "2"]), folder: folder)
      #expect(other.status == 74 && other.errors.contains("belongs to a search with other data or settings"))
      let trained = try CommandRun(
        "train", "--recipe", "one/best.yaml", "--train", "t.tsv", "--output", "model", folder: folder)
      #expect(trained.status == 0, "\(trained.errors)")
      // Other texts, another search.
      try ResumedTrainings.writeTexts(folder, count: 61)
      let changed = try CommandRun(arguments: arguments(folder + "/killed"), folder: folder)
      #expect(changed.status == 74 && changed.errors.contains("other data or settings"))
    }
  }

  @Test func trialsThatFailDoNotStopIt() throws {
    try withTemporaryFolder { folder in
      // With such vectors no network's loss is finite.
      let huge = "film 3e38 3e38 3e38\nthe 3e38 3e38 3e38\na 3e38 3e38 3e38\n"
      try huge.write(toFile: folder + "/huge.txt", atomically: false, encoding: .utf8)
      try prepare(
        folder, space: "model: choice ngrams, recurrent\nhidden: choice 30000, 30001\n")
      let run = try CommandRun(
        arguments: arguments(
          "search", ["--workers", "2", "--trial-memory", "1500M", "--vectors", "huge.txt"]),
        folder: folder)
      #expect(run.status == 0, "\(run.errors)")
      let table = try text(folder + "/search/trials.tsv")
      #expect(table.contains("failed: the loss or its gradients became infinite or NaN"), "\(table)")
      #expect(table.contains("failed: training would need at least"), "\(table)")
      #expect(try text(folder + "/search/best.yaml").contains("model: ngrams"))
    }
  }

  @Test func aSearchEndsWhenItsTimeIsUp() throws {
    try withTemporaryFolder { folder in
      try prepare(folder)
      // No machine can finish a trial in this time.
      let run = try CommandRun(arguments: arguments("cut", ["--budget", "0.000001s"]), folder: folder)
      #expect(run.errors.contains("the time limit was reached"), "\(run.errors)")
      #expect(run.errors.contains("no trial produced a result"), "\(run.errors)")
      #expect(run.status != 0)
    }
  }

  @Test func anInterruptedSearchKeepsTheBestAndGoesOn() throws {
    try withTemporaryFolder { folder in
      try prepare(folder)
      var status: Int32 = 0
      // On a busy machine the signal may come after the search's own end.
      for _ in 0..<5 where status == 0 {
        try? FileManager.default.removeItem(atPath: folder + "/search")
        let live = Process()
        live.executableURL = CommandRun.program
        live.arguments = arguments("search")
        live.currentDirectoryURL = URL(fileURLWithPath: folder)
        live.standardError = FileHandle.nullDevice
        live.standardOutput = FileHandle.nullDevice
        try live.run()
        for _ in 0..<6_000
        where live.isRunning
          && (try? text(folder + "/search/journal.jsonl").split(separator: "\n").count) ?? 0 < 3
        {
          usleep(10_000)
        }
        kill(live.processIdentifier, SIGINT)
        live.waitUntilExit()
        status = live.terminationStatus
      }
      #expect(status == 130)
      #expect(try text(folder + "/search/best.yaml").hasPrefix("# Trial "))
      let rest = try CommandRun(arguments: arguments("search"), folder: folder)
      #expect(rest.status == 0 && rest.errors.contains("continuing: "), "\(rest.errors)")
    }
  }

  @Test func mistakesAreNamed() throws {
    try withTemporaryFolder { folder in
      try prepare(folder, space: "learning-rate: log 1 … 0\n")
      let space = try CommandRun(arguments: arguments("search"), folder: folder)
      #expect(space.status == 65 && space.errors.contains("space.yaml:1: learning-rate"))
      try prepare(folder)
      let stream = try CommandRun(
        "sweep", "--space", "space.yaml", "--train", "-", "--output", "search", folder: folder)
      #expect(stream.status == 64 && stream.errors.contains("- can be read only once"))
      let missing = try CommandRun(
        "sweep", "--space", "space.yaml", "--train", "none.tsv", "--output", "search", folder: folder)
      #expect(missing.status == 66 && missing.errors.contains("none.tsv"))
      try FileManager.default.createDirectory(atPath: folder + "/taken", withIntermediateDirectories: true)
      try "".write(toFile: folder + "/taken/x", atomically: false, encoding: .utf8)
      let taken = try CommandRun(arguments: arguments("taken"), folder: folder)
      #expect(taken.status == 74 && taken.errors.contains("contains files that are not a search's"))
    }
  }

  @Test func autoSavesAModelWithinItsBudget() throws {
    try withTemporaryFolder { folder in
      try prepare(folder)
      let run = try CommandRun(
        "train", "--auto", "--budget", "20s", "--train", "t.tsv", "--output", "model", "--epochs", "2",
        "--hidden", "3", "--embedding-dim", "3", "--threads", "1", folder: folder)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.hasPrefix("model: ") && run.errors.contains("is saved"))
      #expect(!FileManager.default.fileExists(atPath: folder + "/model.search"))
      let answer = try CommandRun("classify", "model", input: "What a lovely film!\n", folder: folder)
      #expect(answer.status == 0)
      let recipe = try CommandRun("recipe", "show", "model", folder: folder)
      #expect(recipe.status == 0)
      let alone = try CommandRun(
        "train", "--budget", "20s", "--train", "t.tsv", "--output", "other", folder: folder)
      #expect(alone.status == 64 && alone.errors.contains("--budget needs --auto"))
    }
  }
}
