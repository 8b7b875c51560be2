import ArgumentParser
import Discern
import DiscernBundle
import DiscernCorpus
import DiscernIO
import DiscernTensor
import DiscernVocabulary
import Foundation

/// A training whose choices are made and whose files are open.
struct TrainJob {
  typealias Going = (checkpoints: TrainingCheckpoints, recipe: TrainingRecipe)

  let destination: ModelDestination
  /// What the model's card begins with; nil: the one that is there, or a new one.
  let card: ModelCard?
  let checkpoints: TrainingCheckpoints?
  let reporter: TrainReporter
  private let inputs: Inputs
  private let vocabulary: Vocabulary?
  private let vectors: String?
  private let base: TextClassifier?
  private let pretrained: PretrainedEncoder?
  private let teacher: TextClassifier?
  private let recipe: TrainingRecipe
  private let compute: Compute

  private enum Inputs {
    case texts((training: Corpus, development: Corpus?, unlabelled: Corpus?))
    case packed(PackedTexts)
  }
  /// Whether a flag says how words are read by letters.
  private let givesSubwordDropout: Bool
  /// Whether a flag says how long words' vectors are.
  private let givesEmbeddingSize: Bool

  /// - Parameters:
  ///   - arguments: all of the command's.
  ///   - going: the state and the recipe of a training that goes on.
  init(_ command: TrainCommand, _ arguments: [String], going: Going?) throws {
    let (more, output, quiet) = (command.more, command.output ?? "", command.corpus.quiet)
    try command.requireNothingBesidePacked()
    let packed = try command.packedPath.map { path in try PackedTexts(contentsOf: path).noting() }
    vocabulary = try more.vocab.map { path in try Vocabulary(path: path).noting(path, quiet: quiet) }
    base = try more.growFrom.map { path in try TextClassifier(contentsOf: path) }
    try base?.requireNetworkToGrow()
    pretrained = try more.pretrained.map { path in try PretrainedEncoder(contentsOf: path).noting(path) }
    teacher = try more.teacher.map { path in try TextClassifier(contentsOf: path) }
    vectors = command.vectors
    var recipe =
      try going?.recipe
      ?? command.recipe.recipe(
        base: base?.record.recipe, pretrained: pretrained, packed: packed, beside: command.options,
        vocabulary: vocabulary,
        at: more.vocab, quiet: quiet)
    try more.requireUse(of: recipe.model)
    recipe.options.watchesStates = more.tensorboard != nil
    self.recipe = recipe
    card = try more.card.map { path in try ModelCard(contentsOf: path) }
    destination = try TextClassifier.checkDestination(output)
    checkpoints =
      try going?.checkpoints ?? command.checkpoints.open(output: output, model: recipe.model)
    givesEmbeddingSize = try RecipeKey.named("embedding-dim").map(command.recipe.settings().has) ?? false
    givesSubwordDropout = try RecipeKey.named("subword-dropout").map(command.recipe.settings().has) ?? false
    inputs = if let packed { .packed(packed) } else { .texts(try command.corpora()) }
    if going == nil, case .texts(let texts) = inputs, texts.development != nil {
      try command.recipe.settings().requireUse(in: recipe, beside: [RecipeKey.ownDevelopmentPart])
    }
    compute = try command.computing.compute()
    try TrainOutputs(command, checkpoint: checkpoints?.path).requireApart()
    let read = command.inputPaths(recipe)
    let log = try more.jsonLog.map { path in
      try LogFile(
        "--json-log", path: path, inputs: read, model: output,
        keeping: going.map { $0.checkpoints.savedLogBytes ?? 0 })
    }
    let table = try more.csvLog.map { path in
      try LogFile(
        "--csv-log", path: path, inputs: read + [more.jsonLog].compactMap(\.self), model: output,
        keeping: going.map { $0.checkpoints.savedTableBytes ?? 0 })
    }
    let board = try more.tensorboard.map { try TensorBoardFolder(path: $0, inputs: read) }
    let (logPosition, tablePosition) = (log?.position, table?.position)
    checkpoints?.keep(
      command: StoredCommand(
        arguments: arguments, directory: FileManager.default.currentDirectoryPath,
        streams: ResumedCommand.streams(arguments)),
      logBytes: { logPosition?.value }, tableBytes: { tablePosition?.value })
    let curves: [(any TrainingCurves)?] = [table.map(EpochCSV.init), board]
    reporter = TrainReporter(
      corpus: command.corpus, recipe: recipe, kernels: compute.family.name, threads: compute.threadCount,
      log: log.map(TrainingLog.init), curves: curves.compactMap(\.self))
  }

  /// - Parameters:
  ///   - isPaused: whether it should end as if it were interrupted, to go on later.
  ///   - onStage: told after people were.
  /// - Throws: `ExitCode` where it was interrupted before there was a model; why is said.
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
      switch inputs {
      case .packed(let packed):
        return try TextClassifier.train(
          on: packed, vectors: vectors, growingFrom: base, pretrained: pretrained, recipe: recipe,
          destination: destination, checkpoints: checkpoints, compute: compute, onStage: tell,
          isInterrupted: isInterrupted)
      case .texts(let texts):
        return try TextClassifier.train(
          on: texts.training, development: texts.development, unlabelled: texts.unlabelled,
          vocabulary: vocabulary, vectors: vectors, growingFrom: base, pretrained: pretrained,
          teacher: teacher, recipe: recipe, destination: destination, checkpoints: checkpoints,
          compute: compute, onStage: tell, isInterrupted: isInterrupted)
      }
    } catch {
      reporter.clear()
      guard case .interrupted = error else { throw error }
      let moment =
        switch interruption.work {
        case .reading: ""
        case .ngrams: " while n-grams were trained"
        case .steps: " before an epoch was complete"
        }
      Console.error("interrupted\(moment): \(outlook)")
      throw ExitCode(interruption.exitStatus)
    }
  }

  /// How long vectors are is known once they are read.
  private func warnOfSize(_ vectors: WordVectors) {
    let asked = recipe.encoder.embeddingSize
    guard givesEmbeddingSize, asked != vectors.dimension else { return }
    Console.warning(
      "--embedding-dim \(asked) means nothing: those of --vectors have \(vectors.dimension) numbers; leave "
        + "it out")
  }

  /// Whether letters have a table is known once the texts' words are counted.
  private func warnOfLetters() {
    let network = reporter.recipe.encoder.recurrent
    guard givesSubwordDropout, network.subwordBuckets == 0 else { return }
    Console.warning(
      "--subword-dropout \(network.subwordDropout) means nothing: of these texts too few words are seen once "
        + "for letters to be read; leave it out, or give --subword-buckets 16384")
  }

  /// What is kept of a training without a model, and how it goes on.
  private var outlook: String {
    guard let checkpoints, checkpoints.hasOwnState else {
      return "nothing was written; the same command begins anew"
    }
    return "no model was written; to go on: " + CheckpointArguments.resumption(of: checkpoints.path)
  }
}
