import ArgumentParser
import Discern
import DiscernBundle
import DiscernCorpus
import DiscernIO
import DiscernSystem
import DiscernTraining

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a classifier on labelled texts.",
    discussion: """
      Only --train and --output are required. --train also takes packed texts (discern data pack). Ctrl-C \
      writes a checkpoint after the current step and exits with 130; a second Ctrl-C exits at once. --resume \
      continues from the last checkpoint, also after a crash, and gives the same model. If training is \
      interrupted or the loss becomes NaN, the best epoch is saved, unless --output holds a model, which is \
      never replaced then.

      Examples:
        discern train --train reviews.tsv --output model
        discern train --train trec.tsv --task coarse --task fine --output model
        discern train --train emotions.tsv --multi-label , --output model
        discern train --train aclImdb --vectors glove.txt.xz --output model
        discern train --auto --budget 10m --train reviews.tsv --output model
        discern train --resume model.checkpoint
      """)

  @Option(
    help: ArgumentHelp(
      "Labelled texts: a file, a folder or an archive; may be repeated.", valueName: "path"),
    completion: .file())
  var train: [String] = []

  @Option(
    help: ArgumentHelp("Output folder for the model and its card, README.md.", valueName: "folder"),
    completion: .directory)
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Labelled development texts; may be repeated. Default: hold out a part of --train.",
      valueName: "path"), completion: .file())
  var dev: [String] = []

  @Option(
    help: ArgumentHelp(
      "Pretrained word vectors: GloVe, word2vec or fastText, text or binary, also compressed.",
      valueName: "path"), completion: .file())
  var vectors: String?

  @OptionGroup var tasks: TaskArguments
  @OptionGroup var recipe: RecipeArguments
  @OptionGroup(title: "Searching for the recipe") var search: AutoArguments
  @OptionGroup(title: "Interrupting and resuming") var checkpoints: CheckpointArguments
  @OptionGroup(title: "More options") var sources: SourceArguments
  @OptionGroup(title: "More options") var more: MoreTrainArguments
  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup(title: "More options") var computing: ComputeArguments

  /// Whether the path exists, and is not an empty folder.
  static func isTaken(_ path: String) -> Bool {
    guard let entry = FolderEntry(path: path) else { return false }
    return entry.kind != .folder || (try? FolderEntry.names(in: RawPath(path)).isEmpty) != true
  }

  /// The given options that determine settings of a recipe, without dashes.
  var options: Set<String> {
    let given = [
      ("grow-from", more.growFrom != nil), ("dev", !dev.isEmpty), (RecipeKey.packedTexts, packedPath != nil),
    ]
    return sources.decisive.union(given.filter(\.1).map(\.0))
  }

  /// Checks that no option for states or logs is given with a search, which has its own for each trial.
  private func requireNothingBesidesAuto() throws {
    guard search.auto else { return }
    let given = [
      ("resume", checkpoints.resume != nil), ("checkpoint", checkpoints.checkpoint != nil),
      ("checkpoint-every", checkpoints.checkpointEvery != nil), ("json-log", more.jsonLog != nil),
      ("csv-log", more.csvLog != nil), ("tensorboard", more.tensorboard != nil),
      ("grow-from", more.growFrom != nil), ("beside", more.beside != nil),
      ("distributed", more.distributed != nil),
    ]
    if let (name, _) = given.first(where: \.1) {
      throw ValidationError("--\(name) cannot be used with --auto, which trains many models; leave it out")
    }
  }

  /// The input paths; folders are not expanded.
  func inputPaths(_ recipe: TrainingRecipe) -> [String] {
    train + dev + sources.paths + [vectors, more.growFrom, more.beside, self.recipe.file].compactMap(\.self)
      + recipe.classWeights.values.compactMap { if case .file(let path) = $0 { path } else { nil } }
  }

  func validate() throws {
    try requireNothingBesidesAuto()
    if checkpoints.resume != nil { return }
    // The parser's own wording, to which it adds the nearest name.
    if train.isEmpty { throw ValidationError("Missing expected argument '--train <path>'") }
    if output == nil { throw ValidationError("Missing expected argument '--output <folder>'") }
  }

  func run() throws {
    try reportingErrors {
      let interruption = Interruption()
      let given = try ResumedCommand.renewed(
        Array(CommandLine.arguments.dropFirst().drop { $0 != "train" }.dropFirst()))
      if search.auto { return try AutoTraining(self, given, interruption).run() }
      let ranks = try DistributedRanks(more.distributed)
      try ranks.run {
        if let folder = checkpoints.resume {
          try goOn(folder, given, interruption, ranks)
        } else {
          try run(given, interruption, ranks, going: nil)
        }
      }
    }
  }

  /// Resumes a training run from its last checkpoint.
  private func goOn(
    _ folder: String, _ given: [String], _ interruption: Interruption, _ ranks: DistributedRanks
  ) throws {
    let going = try TrainingCheckpoints(
      resuming: folder, every: checkpoints.checkpointEvery, moreEpochs: checkpoints.moreEpochs ?? 0,
      allowsOtherKernels: checkpoints.allowOtherKernels, isWritten: ranks.isFirst)
    if let more = checkpoints.moreEpochs, going.completedEpochs + more < going.recipe.options.epochs {
      Console.warning(
        "--more-epochs \(more): ends with epoch \(going.completedEpochs + more), before --epochs "
          + "\(going.recipe.options.epochs) of that training; leave out --more-epochs to finish it")
    }
    for reason in going.damaged { Console.warning("\(reason); resuming from the checkpoint before it") }
    guard let stored = going.command else {
      throw ValidationError("--resume \(folder): that training was started by a program; resume it there")
    }
    let resumed = try ResumedCommand(
      stored, given: given, directory: FileManager.default.currentDirectoryPath)
    // The settings of the run are known; those given now must be the same.
    var settings = RecipeSettings(of: resumed.recipe(going.recipe))
    let own = try recipe.take(in: &settings, above: recipe.file, quiet: corpus.quiet)
    let choices = try settings.recipe()
    try own.requireUse(in: choices, beside: [])
    try resumed.command(resuming: folder)
      .run(resumed.arguments, interruption, ranks, going: (going, choices))
  }

  /// - Parameters:
  ///   - arguments: all arguments of this command.
  ///   - going: the state and the recipe of a resumed run.
  private func run(
    _ arguments: [String], _ interruption: Interruption, _ ranks: DistributedRanks, going: TrainJob.Going?
  ) throws {
    let job = try TrainJob(self, arguments, going: going, ranks)
    let classifier = try job.train(interruption)
    if let destination = job.destination {
      try save(classifier, to: destination, job.card, interruption, job.checkpoints, job.reporter)
    } else {
      try end(classifier.record.outcome, interruption)
    }
  }

  /// Training texts, development texts, and texts without labels.
  func corpora() throws -> (training: Corpus, development: Corpus?, unlabelled: Corpus?) {
    let (training, development) = try Self.labelled(
      train: train, dev: dev, corpus.options(tasks), groupColumn: sources.groupColumn)
    return (training, development, try sources.unlabelledTexts(corpus))
  }

  /// The training texts, and the development texts if they are given or form a separate part.
  static func labelled(
    train: [String], dev: [String], _ options: CorpusOptions, groupColumn: String?
  ) throws -> (training: Corpus, development: Corpus?) {
    var options = options
    options.groupColumn = groupColumn.map { ColumnSelector($0) }
    var inputs = try Corpus(paths: train, options: options)
    var own: Corpus?
    if inputs.availableParts.contains(.train) {
      own = inputs.developmentPart
      inputs = try inputs.selecting(.train)
    }
    if !dev.isEmpty {
      options.groupColumn = nil
      let given = try Corpus(paths: dev, options: options)
      own = given.availableParts.contains(.development) ? try given.selecting(.development) : given
    }
    return (inputs, own)
  }

  private func save(
    _ classifier: TextClassifier, to destination: ModelDestination, _ card: ModelCard?,
    _ interruption: Interruption, _ checkpoints: TrainingCheckpoints?, _ reporter: TrainReporter
  ) throws {
    let outcome = classifier.record.outcome
    let isSaved = outcome.isNormal || !Self.isTaken(destination.path)
    let saved = isSaved ? try classifier.save(to: destination, card: card) : nil
    for note in saved?.notes ?? [] { Console.warning("\(note)") }
    // The checkpoints are removed last: if the process is killed, either a state to resume from or a complete
    // log is left. If messages cannot be written, they are removed all the same.
    defer {
      if isSaved, outcome != .interrupted, checkpoints?.isLasting == false { checkpoints?.remove() }
    }
    do {
      try reporter.end(
        classifier, path: destination.path, isSaved: isSaved,
        checkpoint: checkpoints.flatMap { $0.hasOwnState ? $0.path : nil },
        isLasting: checkpoints?.isLasting == true)
    } catch {
      guard interruption.isRequested else { throw error }
      // A closed terminal accepts no more messages; the signal gives the reason.
      if let error = error as? OutputError { Console.error("\(error)") }
      throw ExitCode(interruption.exitStatus)
    }
    try end(outcome, interruption)
  }

  private func end(_ outcome: TrainingOutcome, _ interruption: Interruption) throws {
    switch outcome {
    case .completed, .stoppedEarly:
      if interruption.isRequested { Console.line("the training was already complete; its model is saved") }
    case .interrupted: throw ExitCode(interruption.exitStatus)
    case .diverged: throw ExitStatus.diverged
    }
  }
}
