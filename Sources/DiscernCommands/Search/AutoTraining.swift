import ArgumentParser
import Discern
import DiscernBundle
import DiscernCorpus
import DiscernIO
import DiscernSystem
import DiscernTraining

/// `discern train --auto`: trains with the default recipe, then searches in the remaining time. The default
/// model is kept unless another recipe is better by more than chance.
struct AutoTraining {
  private let command: TrainCommand
  private let output: String
  private let interruption: Interruption
  private let folder: String
  private let budget: Double
  private let space: SearchSpace
  private let trials: [SearchTrial]
  private let words: [String]
  private let destination: ModelDestination

  /// Appended to the model's path.
  static let ending = ".search"
  /// The same number as for a sweep.
  private static let trialCount = 27
  /// The share of the budget after which trials are stopped, so that time is left to save the model.
  private static let share = 0.93

  /// - Parameter given: the arguments after `discern train`.
  init(_ command: TrainCommand, _ given: [String], _ interruption: Interruption) throws {
    self.command = command
    self.interruption = interruption
    output = command.output ?? ""
    budget = command.search.budget ?? AutoArguments.usualBudget
    folder = CheckpointArguments.folder(besides: output, ending: Self.ending)
    destination = try TextClassifier.checkDestination(output, reference: command.more.reference)
    words = try SearchArguments.dataWords(given, of: "train", except: SweepCommand.own)
    var own = RecipeSettings()
    try command.recipe.take(in: &own, above: command.recipe.file, quiet: true)
    let sources = try command.sources.opened(quiet: command.corpus.quiet)
    let base = try command.recipe.recipe(
      pretrained: sources.pretrained, beside: command.options, vocabulary: sources.vocabulary,
      at: command.sources.vocab, quiet: command.corpus.quiet)
    try SearchArguments.requireOneNetwork(base)
    space = (base.isTransformer ? SearchSpace.shippedForTransformers : .shipped).without(own)
    trials = try SearchTrial.all(
      Self.trialCount, space, seed: base.options.seed, above: RecipeSettings(of: base))
    _ = try command.corpora()
  }

  func run() throws {
    let files = try SearchFiles(folder: folder)
    let journal = try SearchJournal(
      path: files.journal,
      SearchJournal.Head(
        format: 1, seed: trials[0].recipe.options.seed, trials: trials.count,
        digest: SearchFiles.digest(trials, words)))
    let setup = command.search.search.setup(
      folder: folder, dataWords: words, threads: command.computing.threadCount, savesModels: true)
    let reporter = SearchReporter(trials, SearchPlan(trials: trials.count), command.corpus.quiet)
    let run = SearchRun(
      setup, trials, journal, budget: Self.share * budget, interruption, report: reporter.tell)
    interruption.setOutlook("run the same command to continue the search in \(folder)")
    interruption.begin(.steps)
    // Alone, and with all threads: the other trials are compared with this one.
    var alone = setup
    alone.workers = 1
    alone.threads = command.computing.threadCount
    if run.standing.result(1, rung: 0)?.outcome != .ended {
      try run.perform([SearchRun.Job(trial: trials[0], rung: 0, share: 1)], alone)
    }
    let count = affordable(run)
    say("the default recipe took \(Int(cost(run))) s: \(count - 1) other trials fit into the time limit")
    run.limit(toTrials: count, besides: 1)
    reporter.plan = run.standing.plan
    if run.stop == nil, count > 1 { try run.rungs() }
    try save(run, files)
  }

  private func say(_ text: String) { if !command.corpus.quiet { Console.line(text) } }

  /// The number of seconds that the default recipe took.
  private func cost(_ run: SearchRun) -> Double {
    max(0.5, run.standing.results.first { $0.trial == 1 }?.seconds ?? run.seconds)
  }

  /// The number of trials that can be trained in the remaining time.
  private func affordable(_ run: SearchRun) -> Int {
    let left = 0.9 * (Self.share * budget - run.seconds)
    let whole = cost(run)
    return (1...trials.count).last { count in
      count == 1 || SearchPlan(trials: count - 1, finalists: 1).cost * whole <= left
    } ?? 1
  }

  /// The trial whose model is kept: the best one if it is better than the default by more than the standard
  /// error of the default's score, else the default.
  private func chosen(_ standing: SearchStanding) -> Int? {
    guard let usual = standing.result(1, rung: 0)?.score, let best = standing.best,
      let score = standing.result(best, rung: standing.plan.rungs.count - 1)?.score
    else { return standing.best }
    return score.score - usual.score > usual.standardError ? best : 1
  }

  /// The destination of a model; without the file of `--reference` if the model has no weights for it.
  private func place(of classifier: TextClassifier) throws -> ModelDestination {
    guard let reference = destination.reference, !classifier.hasFixedWeights else { return destination }
    Console.warning(
      "--reference \(DisplayText.escaped(reference.path)): the best model has no transformer, so the file "
        + "was not written")
    return try TextClassifier.checkDestination(output)
  }

  private func save(_ run: SearchRun, _ files: SearchFiles) throws {
    let table = SearchTable(run.standing, space)
    try files.write(run.standing, table, space)
    if !command.corpus.quiet { for line in table.lines() { Console.line(line) } }
    let isTaken = TrainCommand.isTaken(destination.path)
    guard let number = chosen(run.standing) else {
      let why =
        switch run.stop {
        case .interrupted: "interrupted before there was a model"
        case .outOfTime:
          "the time limit was reached before there was a model; use a longer --budget to "
            + "continue"
        case nil: "no trial produced a model"
        }
      Console.error("\(why); see \(files.table)")
      switch run.stop {
      case .interrupted: throw ExitCode(interruption.exitStatus)
      case .outOfTime: throw ExitStatus.outOfTime
      case nil: throw ExitStatus.diverged
      }
    }
    if run.stop == .interrupted, isTaken {
      Console.warning("interrupted: \(output) holds a model, which is kept; run the same command to continue")
      throw ExitCode(interruption.exitStatus)
    }
    let classifier = try TextClassifier(contentsOf: run.folder(number) + "/model")
    for note in try classifier.save(to: place(of: classifier)).notes { Console.warning("\(note)") }
    if !classifier.record.outcome.isNormal {
      Console.warning("the time limit was reached before trial \(number) finished; its best epoch is saved")
    }
    say(
      "trial \(number) is saved" + (number == 1 ? " (the default recipe)" : "")
        + "; its settings: discern recipe show \(CheckpointArguments.quoted(output))")
    let output = Output.standard()
    for scores in classifier.developmentScores {
      try output.line(
        "\(self.output): \(TrainReporter.words(scores)) on "
          + "\(classifier.record.developmentTextCount.grouped) development texts")
    }
    try output.flush()
    if run.stop == .interrupted { throw ExitCode(interruption.exitStatus) }
    try? FileManager.default.removeItem(atPath: folder)
  }
}
