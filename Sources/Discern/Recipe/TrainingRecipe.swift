import DiscernCorpus
import DiscernModels
import DiscernText
import DiscernTraining

/// All choices between labelled texts and a trained classifier. The defaults are a good start for
/// texts from a sentence to a page.
public struct TrainingRecipe: Codable, Hashable, Sendable {
  public var tokenizer = TokenizerConfiguration()
  /// Words of a vocabulary built from the training texts, `<pad>` and `<unk>` included.
  public var vocabularySize = 25_000
  /// Rarer words are not taken into the vocabulary.
  public var minimumCount = 1
  /// Longer texts are cut; `nil`: never.
  public var maximumTokens: Int? = 400
  public var truncation = Truncation.head
  /// The share of the training texts held out for development when there is no development data.
  public var developmentFraction = 0.1
  /// Without word vectors; with vectors it is theirs.
  public var embeddingSize = 100
  public var hiddenSize = 128
  public var layerCount = 1
  public var pooling: [Pooling] = [.additive]
  public var attentionSize = 128
  public var trainsEmbedding = true
  public var embeddingDropout: Float = 0.5
  public var layerDropout: Float = 0.5
  public var outputDropout: Float = 0.5
  /// Whether one number, found on the development texts, makes the probabilities honest.
  public var calibrates = true
  /// How many models are trained, with seeds one after the other; several decide together.
  public var seeds = 1
  public var options = TrainingOptions()
  /// What labels weigh in the loss, by task; the one without a name holds for every task that has none of
  /// its own.
  public var classWeights: [String: ClassWeighting] = [:]

  public init() {}

  /// Checks every choice that does not depend on the data.
  ///
  /// - Throws: `DiscernError.training`, `.model` or `.conflict`, naming the first value that cannot be.
  public func validate() throws(DiscernError) {
    try wrapping(DiscernError.training) { () throws(TrainingError) in try options.validate() }
    // Sizes that the data decide are put in later.
    let shape = configuration(
      vocabularySize: 2, heads: [ClassifierHead(classCount: 2)], embeddingSize: embeddingSize)
    try wrapping(DiscernError.model) { () throws(ModelError) in try shape.validate() }
    func require(_ holds: Bool, _ name: String, _ value: some Any, _ expected: String) throws(DiscernError) {
      if !holds { throw .conflict("the \(name) is \(value), expected \(expected)") }
    }
    try require(maximumTokens ?? 1 >= 1, "limit of tokens", maximumTokens ?? 0, "at least 1")
    try require(vocabularySize >= 3, "size of the vocabulary", vocabularySize, "at least 3")
    try require((1...1000).contains(seeds), "number of seeds", seeds, "1 to 1000")
    try require(minimumCount >= 1, "minimum count", minimumCount, "at least 1")
    try require(
      developmentFraction > 0 && developmentFraction < 1, "development fraction", developmentFraction,
      "above 0, below 1")
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

  package func configuration(
    vocabularySize: Int, heads: [ClassifierHead], embeddingSize: Int
  ) -> ClassifierConfiguration {
    var result = ClassifierConfiguration(vocabularySize: vocabularySize, heads: heads)
    result.embeddingSize = embeddingSize
    result.hiddenSize = hiddenSize
    result.layerCount = layerCount
    result.pooling = pooling
    result.attentionSize = attentionSize
    result.trainsEmbedding = trainsEmbedding
    result.embeddingDropout = embeddingDropout
    result.layerDropout = layerDropout
    result.outputDropout = outputDropout
    return result
  }
}
