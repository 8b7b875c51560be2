import ArgumentParser
import Discern
import DiscernBundle
import DiscernCorpus
import DiscernIO
import DiscernSystem
import DiscernVocabulary

struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep", abstract: "Search for the best recipe for given texts.",
    discussion: """
      The search space is a file with the values that each recipe key may take: log 1e-4 … 1e-2 or linear \
      0.1 … 0.5 (numbers), int 1 … 3 (whole numbers), choice 32, 64, 128 (A | B if a value contains a \
      comma), or one value. Trial 1 is the unchanged recipe; the settings of every other trial follow from \
      --search-seed and its number. All trials are trained for part of their epochs, then the best third \
      continues from its checkpoints, in several rounds until the last epoch. The best three are trained \
      with two more seeds, and the best mean wins. Trials are compared by the metric of --monitor on the \
      development texts, which are the same for all trials of a seed. Keep test texts for discern evaluate, \
      afterwards.

      Each trial runs in its own process; if it diverges, crashes or runs out of memory, it fails and the \
      search continues. Ctrl-C keeps the best result so far. To continue an interrupted or killed search, \
      run the same command again. Without --budget, the result does not depend on --workers.

      Writes best.yaml (for train --recipe), trials.tsv, trials.svg, journal.jsonl and a folder for each \
      trial to --output.

      Examples:
        discern sweep --space space.yaml --train reviews.tsv --output search
        discern sweep --space s.yaml --train t.tsv --output search --budget 30m
        discern train --recipe search/best.yaml --train reviews.tsv --output model
      """)

  @Option(
    help: ArgumentHelp("Search space: a YAML file of recipe keys with ranges.", valueName: "path"),
    completion: .file(extensions: ["yaml", "yml"]))
  var space: String

  @Option(
    help: ArgumentHelp(
      "Labelled texts: a file, a folder or an archive; may be repeated.", valueName: "path"),
    completion: .file())
  var train: [String]

  @Option(
    help: ArgumentHelp(
      "Output folder; give that of an interrupted search to continue it.",
      valueName: "folder"), completion: .directory)
  var output: String

  @Option(
    help: ArgumentHelp(
      "Labelled development texts; may be repeated. Default: hold out a part of --train.",
      valueName: "path"), completion: .file())
  var dev: [String] = []

  @Option(help: ArgumentHelp("Number of trials, including duplicates.", valueName: "number"))
  var trials = 27

  @Option(
    help: ArgumentHelp("Time limit (90s, 30m, 2h); stops with the best result so far.", valueName: "time"),
    transform: SearchArguments.seconds)
  var budget: Double?

  @Option(help: "Seed for the trials' settings.") var searchSeed: UInt64 = 1

  @Option(
    help: ArgumentHelp("Word vectors to begin from, as for train.", valueName: "path"), completion: .file())
  var vectors: String?

  @OptionGroup var sources: SourceArguments
  @OptionGroup var search: SearchArguments
  @OptionGroup(title: "Tasks and labels") var tasks: TaskArguments
  @OptionGroup var recipe: RecipeArguments
  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup var computing: ComputeArguments

  /// Options that do not concern the data.
  static let own: Set<String> = [
    "space", "output", "trials", "budget", "search-seed", "workers", "trial-memory", "threads", "auto",
    "quiet", "reference",
  ]

  func validate() throws {
    if !(1...10_000).contains(trials) { throw ValidationError("--trials \(trials): expected 1 to 10000") }
  }

  func run() throws {
    try reportingErrors {
      let interruption = Interruption()
      interruption.setOutlook("run the same command to continue")
      let words = try SearchArguments.dataWords(
        Array(CommandLine.arguments.dropFirst().drop { $0 != "sweep" }.dropFirst()), of: "sweep",
        except: Self.own)
      let opened = try sources.opened(quiet: corpus.quiet)
      let usual = try recipe.recipe(
        pretrained: opened.pretrained, beside: sources.decisive.union(dev.isEmpty ? [] : ["dev"]),
        vocabulary: opened.vocabulary, at: sources.vocab, quiet: corpus.quiet)
      try SearchArguments.requireOneNetwork(usual)
      let base = RecipeSettings(of: usual)
      let space = try SearchSpace(contentsOf: space)
      let all = try SearchTrial.all(trials, space, seed: searchSeed, above: base)
      try requireTexts(words)
      try StateFolder.requireOwnPlace("--output", output, inputs: train + dev + sources.paths)
      let files = try SearchFiles(folder: output)
      let journal = try SearchJournal(
        path: files.journal,
        SearchJournal.Head(
          format: 1, seed: searchSeed, trials: trials, digest: SearchFiles.digest(all, words)))
      let setup = search.setup(
        folder: output, dataWords: words, threads: computing.threadCount, savesModels: false)
      let reporter = SearchReporter(all, SearchPlan(trials: all.count { $0.sameAs == nil }), corpus.quiet)
      reporter.begin(journal.results.count, setup)
      let run = SearchRun(setup, all, journal, budget: budget, interruption, report: reporter.tell)
      interruption.begin(.steps)
      try run.run()
      let table = SearchTable(run.standing, space)
      try files.write(run.standing, table, space)
      try reporter.end(table, files, run.stop)
      if run.stop == .interrupted { throw ExitCode(interruption.exitStatus) }
      if run.standing.best == nil {
        throw run.stop == .outOfTime ? ExitStatus.outOfTime : ExitStatus.diverged
      }
    }
  }

  /// Checks the inputs before any trial starts.
  private func requireTexts(_ words: [String]) throws {
    let command: TrainCommand
    do {
      command = try TrainCommand.parse(words + ["--output", output + "/model"])
    } catch {
      throw ValidationError(TrainCommand.message(for: error))
    }
    _ = try command.corpora()
  }
}
