import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernTraining
import DiscernVocabulary

/// All choices between labelled texts and a trained classifier. Where nothing is said of them, the number of
/// texts, their lengths and labels decide about those in `automatic`; a model's record has what came of it.
public struct TrainingRecipe: Hashable, Sendable {
  /// How a text becomes words.
  public var tokenizer = TokenizerConfiguration()
  /// Words of a vocabulary built from the training texts, `<pad>` and `<unk>` included.
  public var vocabularySize = 25_000
  /// Rarer words are not taken into the vocabulary.
  public var minimumCount = 1
  /// Longer texts are cut; `nil`: never.
  public var maximumTokens: Int? = 400
  /// Which tokens of a longer text stay.
  public var truncation = Truncation.head
  /// The share of the training texts held out for development when there is no development data.
  public var validationFraction = 0.1
  /// What is kept on one side when they are held out.
  public var developmentSplit = DevelopmentSplit.stratified
  /// What the classifier judges by.
  public var model = ModelKind.joined
  /// The n-grams, of a model that has some.
  public var ngrams = NGramConfiguration()
  /// Which network a joined model has; of a recurrent one, whether it is hierarchical. More of a
  /// transformer's choices follow from the texts.
  public var network = NetworkKind.recurrent {
    didSet {
      if network == .transformer, oldValue != network { automatic.formUnion(FittingTable.transformerKeys) }
    }
  }
  /// A recurrent network's shape. The size of word vectors is theirs where there are some; per-step batch
  /// normalisation has `maximumTokens` steps, and projections of attention read as many tokens. Of a
  /// transformer its dropouts on states and on the pooled vector count alone.
  public var encoder = RecurrentConfiguration()
  /// Blocks of self-attention, of a network that has some.
  public var attentionLayers = 1
  /// Heads of each of them.
  public var attentionHeads = 4
  /// Units of each direction of the layer that reads sentences, of a hierarchical network; `nil`: as many as
  /// those that read words have.
  public var sentenceHiddenSize: Int?
  /// How many of a pretrained transformer's top layers training moves; 0: its heads alone.
  public var unfrozenLayers = 0
  /// Whether one number, found on the development texts, makes the probabilities honest.
  public var calibrates = true
  /// How many models are trained, with seeds one after the other; several decide together.
  public var ensembleSize = 1
  /// Whether texts without labels are labelled by what was trained, and all is trained once more on both.
  public var selfTrains = false
  /// Whether self-training trains the networks of a joined model again, too, not its n-grams alone.
  public var selfTrainsNetwork = true
  /// How its weights are found.
  public var options = TrainingOptions()
  /// What labels weigh in the loss, by task; the one without a name holds for every task that has none of
  /// its own.
  public var classWeights: [String: ClassWeighting] = [:]
  /// The names of the keys whose values follow from the texts, as long as their properties are the defaults:
  /// those that neither a file nor a flag says anything of.
  public var automatic = FittingTable.keys

  /// The defaults.
  public init() {}

  /// Whether its network is a pretrained transformer.
  public var isTransformer: Bool { model == .transformer || model == .joined && network == .transformer }

  /// Whether its network has blocks of self-attention that it learns itself.
  public var hasSelfAttention: Bool {
    (model == .joined || model == .recurrent) && (network == .hybrid || network == .attention)
  }
  /// Whether its network reads texts sentence by sentence.
  public var isHierarchical: Bool { (model == .recurrent || model == .joined) && network == .hierarchical }

  /// Trainings of networks, one after the other.
  var runCount: Int { ensembleSize * (selfTrains && trainsNetworkAgain ? 2 : 1) }

  /// Of self-training.
  var trainsNetworkAgain: Bool { selfTrainsNetwork || !model.hasNGrams }

  /// Checks every choice that does not depend on the data.
  ///
  /// - Throws: `DiscernError.text`, `.training` or `.model`, naming the first value that cannot be.
  public func validate() throws(DiscernError) {
    try wrapping(DiscernError.text) { () throws(TextError) in try tokenizer.validate() }
    try wrapping(DiscernError.training) { () throws(TrainingError) in try options.validate() }
    do throws(NGramError) { try ngrams.validate() } catch { throw .ngrams(error) }
    let batchNorm = encoder.batchNorm
    if batchNorm.isByStep && maximumTokens == nil {
      throw .training(
        .invalidOption(
          name: "batch-norm", value: batchNorm.rawValue,
          expected: "flattened or none without max-tokens: statistics of each step need a limit of tokens"))
    }
    if hasSelfAttention, let rows = encoder.attentionProjection, maximumTokens == nil {
      throw .training(
        .invalidOption(
          name: "attention-projection", value: "\(rows)",
          expected: "0 without max-tokens: a projection has a weight for each place up to that limit"))
    }
    // Sizes that the data decide are put in later; those of a transformer are its own.
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

  /// Checks the choices for tasks by name.
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

  /// - Parameter transformer: the pretrained one, if the network is one.
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
    }
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
