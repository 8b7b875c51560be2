import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernTraining
import DiscernVocabulary

/// All settings for training a classifier on labelled texts. Those in `automatic` are chosen by the number of
/// texts, their lengths and labels unless they are set; a model's record contains the chosen values.
public struct TrainingRecipe: Hashable, Sendable {
  /// How a text is divided into words.
  public var tokenizer = TokenizerConfiguration()
  /// The maximum number of words in a vocabulary built from the training texts, including `<pad>` and
  /// `<unk>`.
  public var vocabularySize = 25_000
  /// Rarer words are left out of the vocabulary.
  public var minimumCount = 1
  /// The maximum number of tokens in a text; longer texts are cut; nil: no limit.
  public var maximumTokens: Int? = 400
  /// Which tokens of a longer text are kept.
  public var truncation = Truncation.head
  /// The share of the training texts held out for development when there is no development data.
  public var validationFraction = 0.1
  /// Which texts stay together when a part is held out.
  public var developmentSplit = DevelopmentSplit.stratified
  /// The kind of model.
  public var model = ModelKind.joined
  /// The n-grams, if the model has any.
  public var ngrams = NGramConfiguration()
  /// The kind of network in a joined model and, except for a transformer, in a recurrent one. With a
  /// transformer, more settings depend on the texts.
  public var network = NetworkKind.recurrent {
    didSet {
      if network == .transformer, oldValue != network { automatic.formUnion(FittingTable.transformerKeys) }
    }
  }
  /// A recurrent network's shape. If word vectors are given, they determine the embedding size; per-step
  /// batch normalisation has `maximumTokens` steps, and attention projections read as many tokens. For a
  /// transformer, only its dropouts on states and on the pooled vector apply.
  public var encoder = RecurrentConfiguration()
  /// The number of self-attention blocks, if the network has any.
  public var attentionLayers = 1
  /// The number of heads in each block.
  public var attentionHeads = 4
  /// The number of units per direction in the layer of a hierarchical network that reads sentences; nil: as
  /// many as in the layers that read words.
  public var sentenceHiddenSize: Int?
  /// The number of a pretrained transformer's top layers that are trained; 0: only the heads are trained.
  public var unfrozenLayers = 0
  /// Whether probabilities are calibrated by a temperature found on the development texts.
  public var calibrates = true
  /// The number of models trained, with consecutive seeds; the probabilities of several are averaged.
  public var ensembleSize = 1
  /// Whether the trained model labels the unlabelled texts and a second training uses both.
  public var selfTrains = false
  /// Whether self-training also retrains the networks of a joined model, not only its n-grams.
  public var selfTrainsNetwork = true
  /// How the weights are trained.
  public var options = TrainingOptions()
  /// The weights of labels in the loss, by task; the entry without a name applies to every task without its
  /// own.
  public var classWeights: [String: ClassWeighting] = [:]
  /// The names of the keys whose values depend on the texts as long as their properties have the defaults:
  /// those set neither by a file nor by a flag.
  public var automatic = FittingTable.keys

  /// The defaults.
  public init() {}

  /// Whether its network is a pretrained transformer.
  public var isTransformer: Bool { model == .transformer || model == .joined && network == .transformer }

  /// Whether its network has self-attention blocks trained from scratch.
  public var hasSelfAttention: Bool {
    (model == .joined || model == .recurrent) && (network == .hybrid || network == .attention)
  }
  /// Whether its network reads texts sentence by sentence.
  public var isHierarchical: Bool { (model == .recurrent || model == .joined) && network == .hierarchical }

  /// The number of consecutive training runs of networks.
  var runCount: Int { ensembleSize * (selfTrains && trainsNetworkAgain ? 2 : 1) }

  /// Whether self-training retrains networks.
  var trainsNetworkAgain: Bool { selfTrainsNetwork || !model.hasNGrams }

  /// Checks every setting that does not depend on the data.
  ///
  /// - Throws: `DiscernError.text`, `.training`, `.ngrams` or `.model`, for the first invalid value.
  public func validate() throws(DiscernError) {
    try wrapping(DiscernError.text) { () throws(TextError) in try tokenizer.validate() }
    try wrapping(DiscernError.training) { () throws(TrainingError) in try options.validate() }
    do throws(NGramError) { try ngrams.validate() } catch { throw .ngrams(error) }
    let batchNorm = encoder.batchNorm
    if batchNorm.isByStep && maximumTokens == nil {
      throw .training(
        .invalidOption(
          name: "batch-norm", value: batchNorm.rawValue,
          expected: "flattened or none without max-tokens: per-step statistics need a limit of tokens"))
    }
    if hasSelfAttention, let rows = encoder.attentionProjection, maximumTokens == nil {
      throw .training(
        .invalidOption(
          name: "attention-projection", value: "\(rows)",
          expected: "0 without max-tokens: a projection has a weight for each position up to that limit"))
    }
    // Sizes that depend on the data are filled in later; a transformer has its own.
    var recurrent = self
    if isTransformer {
      recurrent.encoder = RecurrentConfiguration()
      recurrent.encoder.outputDropout = encoder.outputDropout
    }
    let shape = recurrent.configuration(
      vocabularySize: 2, heads: [HeadConfiguration(.classes(count: 2))],
      embeddingSize: recurrent.encoder.embeddingSize)
    try wrapping(DiscernError.model) { () throws(ModelError) in try shape.validate() }
    func require(_ holds: Bool, _ name: String, _ value: some Any, _ expected: String) throws(DiscernError) {
      if !holds { throw .training(.invalidOption(name: name, value: "\(value)", expected: expected)) }
    }
    func require(_ value: Int, _ range: ClosedRange<Int>, _ name: String) throws(DiscernError) {
      try require(range.contains(value), name, value, "\(range.lowerBound) to \(range.upperBound)")
    }
    try require(
      model != .recurrent || network != .transformer, "encoder", network.rawValue,
      "recurrent, hybrid, attention or hierarchical with --model recurrent; for a pretrained transformer "
        + "give --model transformer, or joined")
    try require(
      model != .transformer || network != .hierarchical, "encoder", network.rawValue,
      "transformer with --model transformer; for a hierarchical network give --model recurrent, or joined")
    try require(
      !recurrent.encoder.hasSkipGates || options.activations == .float32, "activations",
      options.activations.rawValue, "\(ActivationStorage.float32.rawValue) with --skip-gates")
    try require(unfrozenLayers, 0...256, "unfreeze")
    try require(attentionLayers, 1...64, "attention-layers")
    let rate = encoder.layerDropout ?? 0
    try require(!isTransformer || rate >= 0 && rate < 1, "layer-dropout", rate, "0 to below 1")
    let limit = Int(Int32.max)
    try require(maximumTokens ?? 1, 1...limit, "max-tokens")
    try require(vocabularySize, 3...limit, "vocab-size")
    try require(ensembleSize, 1...1000, "ensemble")
    try require(minimumCount, 1...limit, "min-count")
    try require(
      validationFraction > 0 && validationFraction < 1, "validation-fraction",
      validationFraction, "above 0, below 1")
  }

  /// Checks the settings for named tasks.
  ///
  /// - Throws: `DiscernError.training` naming the first task that does not exist.
  public func validate(tasks: [String]) throws(DiscernError) {
    try wrapping(DiscernError.training) { () throws(TrainingError) in
      try options.validate(tasks: tasks)
      for name in classWeights.keys.sorted() where !name.isEmpty && !tasks.contains(name) {
        throw .unknownTask(name: name, known: tasks)
      }
    }
  }

  /// - Parameter transformer: the pretrained transformer; nil for other networks.
  package func configuration(
    vocabularySize: Int, heads: [HeadConfiguration], embeddingSize: Int,
    transformer: TransformerConfiguration? = nil
  ) -> ClassifierConfiguration {
    if var transformer {
      transformer.unfrozenLayers = unfrozenLayers
      transformer.layerDropout = encoder.layerDropout ?? 0
      transformer.outputDropout = encoder.outputDropout
      return ClassifierConfiguration(
        vocabularySize: vocabularySize, encoder: .transformer(transformer), heads: heads)
    }
    var encoder = encoder
    encoder.embeddingSize = embeddingSize
    encoder.batchNormSteps = encoder.batchNorm.isByStep ? maximumTokens : nil
    if hasSelfAttention {
      (encoder.attentionLayers, encoder.attentionHeads) = (attentionLayers, attentionHeads)
    } else {
      (encoder.attentionWindow, encoder.attentionProjection) = (nil, nil)
      encoder.attentionMemory = nil
    }
    // These follow from other settings.
    encoder.relativePositions =
      encoder.hasRelativePositions ? true : encoder.attentionMemory == nil ? nil : false
    encoder.attentionProjectionTokens = encoder.attentionProjection == nil ? nil : maximumTokens
    if hasSelfAttention, network == .attention { (encoder.layerCount, encoder.isBidirectional) = (0, false) }
    return ClassifierConfiguration(
      vocabularySize: vocabularySize,
      encoder: isHierarchical
        ? .hierarchical(HierarchicalConfiguration(words: encoder, sentenceHiddenSize: sentenceHiddenSize))
        : .recurrent(encoder),
      heads: heads)
  }
}
