import ArgumentParser
import Discern
import DiscernBundle
import DiscernCorpus
import DiscernIO
import DiscernSystem
import DiscernTensor
import DiscernTraining
import DiscernVocabulary

/// A training run with all settings determined and all files open.
struct TrainJob {
  typealias Going = (checkpoints: TrainingCheckpoints, recipe: TrainingRecipe)

  /// Nil for a process whose output another one writes.
  let destination: ModelDestination?
  /// The text from which the model's card starts; nil: the existing one, or a new one.
  let card: ModelCard?
  let checkpoints: TrainingCheckpoints?
  let reporter: TrainReporter
  private let inputs: Inputs
  private let sources: SourceArguments.Opened
  private let vectors: String?
  private let base: TextClassifier?
  private let companion: TextClassifier?
  private let recipe: TrainingRecipe
  private let compute: Compute
  private let link: any RankLink

  private enum Inputs {
    case texts((training: Corpus, development: Corpus?, unlabelled: Corpus?))
    case packed(PackedTexts)

    var source: TrainingSource {
      switch self {
      case .texts(let texts): .corpus(texts.training, development: texts.development)
      case .packed(let packed): .packed(packed)
      }
    }
  }

  /// Whether `--subword-dropout` is given.
  private let givesSubwordDropout: Bool
  /// Whether `--embedding-dim` is given.
  private let givesEmbeddingSize: Bool

  /// - Parameters:
  ///   - arguments: all arguments of the command.
  ///   - going: the state and the recipe of a resumed run.
  ///   - ranks: the processes that train together.
  init(
    _ command: TrainCommand, _ arguments: [String], going: Going?, _ ranks: DistributedRanks? = nil
  ) throws {
    let isFirst = ranks?.isFirst ?? true
    link = ranks?.link ?? SingleRank()
    let command = isFirst ? command : command.writingNothing
    let (more, output, quiet) = (command.more, command.output ?? "", command.corpus.quiet)
    try command.requireNothingBesidePacked()
    let packed = try command.packedPath.map { path in try PackedTexts(contentsOf: path).noting() }
    sources = try command.sources.opened(quiet: quiet)
    base = try more.growFrom.map { path in try TextClassifier(contentsOf: path) }
    companion = try more.beside.map { path in
      let classifier = try TextClassifier(contentsOf: path)
      if !quiet { for line in Self.facts(ofCompanion: classifier, path) { Console.line(line) } }
      return classifier
    }
    try base?.requireNetworkToGrow()
    vectors = command.vectors
    var recipe =
      try going?.recipe
      ?? command.recipe.recipe(
        base: base?.record.recipe, pretrained: sources.pretrained, packed: packed, beside: command.options,
        vocabulary: sources.vocabulary, at: command.sources.vocab, quiet: quiet)
    try more.requireUse(of: recipe.model)
    recipe.options.watchesStates = more.tensorboard != nil
    self.recipe = recipe
    card = try more.card.map { path in try ModelCard(contentsOf: path) }
    try ranks?.requireBatches(recipe.options)
    destination = isFirst ? try TextClassifier.checkDestination(output, reference: more.reference) : nil
    checkpoints =
      try going?.checkpoints
      ?? (isFirst
        ? command.checkpoints.open(
          output: output, model: recipe.model, inputs: command.inputPaths(recipe)) : nil)
    let settings = try command.recipe.settings()
    givesEmbeddingSize = RecipeKey.named("embedding-dim").map(settings.has) ?? false
    givesSubwordDropout = RecipeKey.named("subword-dropout").map(settings.has) ?? false
    inputs = if let packed { .packed(packed) } else { .texts(try command.corpora()) }
    if going == nil, case .texts(let texts) = inputs, texts.development != nil {
      try settings.requireUse(in: recipe, beside: [RecipeKey.ownDevelopmentPart])
    }
    compute = try command.computing.compute()
    try TrainOutputs(command, checkpoint: checkpoints?.path).requireApart()
    let logs = try Logs(command, recipe, going: going?.checkpoints)
    logs.keepPlaces(in: checkpoints, ResumedCommand.withoutDistribution(arguments))
    reporter = TrainReporter(
      corpus: command.corpus, recipe: recipe, kernels: compute.family.name, threads: compute.threadCount,
      log: logs.json.map(TrainingLog.init), curves: logs.curves)
  }

  /// The files that grow during training.
  private struct Logs {
    let json: LogFile?
    private let csv: LogFile?
    private let board: TensorBoardFolder?

    /// - Parameter going: the state of a resumed run, with the valid length of each file; nil for a new run.
    init(_ command: TrainCommand, _ recipe: TrainingRecipe, going: TrainingCheckpoints?) throws {
      let (more, model) = (command.more, command.output ?? "")
      let read = command.inputPaths(recipe)
      json = try more.jsonLog.map { path in
        try LogFile(
          "--json-log", path: path, inputs: read, model: model,
          keeping: going.map { $0.savedLogBytes ?? 0 })
      }
      csv = try more.csvLog.map { path in
        try LogFile(
          "--csv-log", path: path, inputs: read + [more.jsonLog].compactMap(\.self), model: model,
          keeping: going.map { $0.savedTableBytes ?? 0 })
      }
      board = try more.tensorboard.map { path in
        try StateFolder.requireOwnPlace("--tensorboard", path, inputs: read)
        return try TensorBoardFolder(path: path)
      }
    }

    var curves: [any TrainingCurves] {
      let all: [(any TrainingCurves)?] = [csv.map(EpochCSV.init), board]
      return all.compactMap(\.self)
    }

    /// Stores the command and the lengths of the logs in checkpoints.
    func keepPlaces(in checkpoints: TrainingCheckpoints?, _ arguments: [String]) {
      let (log, table) = (json?.position, csv?.position)
      checkpoints?.keep(
        command: StoredCommand(
          arguments: arguments, directory: FileManager.default.currentDirectoryPath,
          streams: ResumedCommand.streams(arguments)),
        logBytes: { log?.value }, tableBytes: { table?.value })
    }
  }

  /// - Parameters:
  ///   - isPaused: whether training should end as if interrupted, to be continued later.
  ///   - onStage: called after the user's output.
  /// - Throws: `ExitCode` if training was interrupted before there was a model; the reason is printed.
  func train(
    _ interruption: Interruption, isPaused: () -> Bool = { false },
    onStage: (TrainingStage) -> Void = { _ in }
  ) throws -> TextClassifier {
    interruption.setOutlook(outlook)
    func tell(_ stage: TrainingStage) {
      switch stage {
      case .training(.began), .training(.resumed): interruption.begin(.steps)
      case .ngramsBegan(let isLast): interruption.begin(.ngrams(isLast: isLast))
      default: break
      }
      reporter.stage(stage)
      if case .vocabulary = stage { warnOfLetters() }
      if case .vectors(let vectors) = stage { warnOfSize(vectors) }
      onStage(stage)
    }
    let isInterrupted = { interruption.isRequested || isPaused() }
    do throws(DiscernError) {
      let unlabelled: Corpus? = if case .texts(let texts) = inputs { texts.unlabelled } else { nil }
      return try TextClassifier.train(
        on: inputs.source, unlabelled: unlabelled, vocabulary: sources.vocabulary, vectors: vectors,
        growingFrom: base, pretrained: sources.pretrained, teacher: sources.teacher, beside: companion,
        recipe: recipe, destination: destination, checkpoints: checkpoints, link: link, compute: compute,
        onStage: tell,
        isInterrupted: isInterrupted)
    } catch {
      reporter.clear()
      guard case .interrupted = error else { throw error }
      let moment =
        switch interruption.work {
        case .reading, .saving: ""
        case .ngrams: " during n-gram training"
        case .steps: " before the first epoch was complete"
        }
      Console.error("interrupted\(moment): \(outlook)")
      throw ExitCode(interruption.exitStatus)
    }
  }

  /// Describes the networks that are kept unchanged, with their own figures.
  private static func facts(ofCompanion classifier: TextClassifier, _ path: String) -> [String] {
    let networks = classifier.networks
    let count = networks.reduce(0) { $0 + $1.parameterCount }
    return [
      "beside it: \(DisplayText.escaped(path)): \(networks.count.counted("network")), \(count.grouped) "
        + "parameters (frozen)"
    ]
      + (classifier.record.network ?? classifier.record.together ?? []).map {
        "beside it alone: \(TrainReporter.words($0))"
      }
  }

  /// Warns if `--embedding-dim` has no effect, which is known once the vectors are read.
  private func warnOfSize(_ vectors: WordVectors) {
    let asked = recipe.encoder.embeddingSize
    guard givesEmbeddingSize, asked != vectors.dimension else { return }
    Console.warning(
      "--embedding-dim \(asked) has no effect: the dimension of --vectors is \(vectors.dimension); leave it "
        + "out")
  }

  /// Warns if `--subword-dropout` has no effect, which is known once the texts' words are counted.
  private func warnOfLetters() {
    let network = reporter.recipe.encoder
    guard givesSubwordDropout, network.subwordBuckets == 0 else { return }
    Console.warning(
      "--subword-dropout \(network.subwordDropout) has no effect: too few words of these texts are seen only "
        + "once for letters to be used; leave it out, or give --subword-buckets 16384")
  }

  /// The state that is kept if training gives no model, and how to resume it.
  private var outlook: String {
    guard let checkpoints, checkpoints.hasOwnState else {
      return "nothing was written; the same command starts over"
    }
    return "no model was written; to resume: " + CheckpointArguments.resumption(of: checkpoints.path)
  }
}
