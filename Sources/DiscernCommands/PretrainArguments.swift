import ArgumentParser
import Discern
import DiscernTensor

extension RecurrentCell: ExpressibleByArgument {}

/// The shape of what is pretrained.
struct PretrainNetworkArguments: ParsableArguments {
  private static let defaults = PretrainingOptions()

  @Option(help: "Words at most, <pad> and <unk> included. Default: \(defaults.vocabularySize).")
  var vocabSize: Int?

  @Option(help: "Leave rarer words out. Default: \(defaults.minimumCount).")
  var minCount: Int?

  @Option(help: "Features of a word's vector. Default: \(defaults.network.embeddingSize).")
  var embeddingDim: Int?

  @Option(help: "What the layers are made of.")
  var cell: RecurrentCell = defaults.network.cell

  @Option(help: "Units of each direction.")
  var hidden = defaults.network.hiddenSize

  @Option(help: "Recurrent layers.")
  var layers = defaults.network.layerCount

  @Flag(inversion: .prefixedNo, help: "Also predict each word from those behind it.")
  var bidirectional = defaults.network.isBidirectional

  func set(in options: inout PretrainingOptions) {
    options.vocabularySize = vocabSize ?? options.vocabularySize
    options.minimumCount = minCount ?? options.minimumCount
    options.network.embeddingSize = embeddingDim ?? options.network.embeddingSize
    options.network.cell = cell
    options.network.hiddenSize = hidden
    options.network.layerCount = layers
    options.network.isBidirectional = bidirectional
  }
}

/// How it is trained.
struct PretrainTrainingArguments: ParsableArguments {
  private static let defaults = PretrainingOptions()

  @Option(help: "Passes over the texts.")
  var epochs = defaults.epochs

  @Option(help: "Texts that are read side by side.")
  var batchSize = defaults.batchSize

  @Option(help: "Tokens of a text between two updates: states are carried on, gradients are cut.")
  var bptt = defaults.segmentLength

  @Option(help: "Words that the true one is told from in a step, at most.")
  var negatives = defaults.drawnWords

  @Option(help: "The rate that learning begins with; it falls along a cosine.")
  var learningRate = defaults.learningRate

  @Option(help: "The share of the texts to measure on; of long ones at most some 50,000 tokens.")
  var validationFraction = defaults.validationFraction

  @Option(help: "Keys all random draws.")
  var seed = defaults.seed

  @Option(
    help: ArgumentHelp(
      "Write a JSON object a line: the run, every epoch, the end; -: to standard output.", valueName: "path"))
  var jsonLog: String?

  @Option(
    help: ArgumentHelp(
      "Keep the state in this folder, also when it is over. Default: OUTPUT.checkpoint, removed once all is "
        + "saved.", valueName: "folder"))
  var checkpoint: String?

  @Flag(help: "Go on from the state in that folder, with the same texts and options.")
  var resume = false

  func set(in options: inout PretrainingOptions) {
    options.epochs = epochs
    options.batchSize = batchSize
    options.segmentLength = bptt
    options.drawnWords = negatives
    options.learningRate = learningRate
    options.validationFraction = validationFraction
    options.seed = seed
  }

  /// Where no folder was named, one that cannot be made is no reason to stop.
  func checkpoints(output: String) throws -> PretrainingCheckpoints? {
    do throws(DiscernError) {
      return try PretrainingCheckpoints(
        folder: checkpoint ?? CheckpointArguments.folder(besides: output), isResuming: resume,
        isLasting: checkpoint != nil)
    } catch {
      guard checkpoint == nil, !resume, case .checkpoint(.cannotWrite) = error else { throw error }
      Console.warning("\(error); the training goes on without checkpoints")
      return nil
    }
  }
}
