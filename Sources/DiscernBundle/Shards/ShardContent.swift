import DiscernCorpus
import DiscernModels
import DiscernText
import DiscernVocabulary

/// The content of the manifest of a folder of packed texts.
package struct ShardContent: Codable, Sendable {
  /// The configuration of the tokenizer.
  package let tokenizer: TokenizerConfiguration
  /// Nil: texts were not truncated.
  package let maximumTokens: Int?
  package let truncation: Truncation
  package let vocabularySize: Int
  /// The SHA-256 of the vocabulary's file as training writes it.
  package let vocabularyDigest: String
  package let tasks: [ClassificationTask]
  /// The number of bytes in a word's id.
  package let idBytes: Int
  /// Whether texts have weights.
  package let hasWeights: Bool
  package let training: Part
  package let development: Part
  /// Findings from reading the texts.
  package let trainingSummary: EncodingSummary
  /// Nil if a part of the training texts was held out.
  package let developmentSummary: EncodingSummary?
  /// How a part was held out: the settings by key; nil if there were development texts.
  package let division: [String: String]?
  package let columns: TableColumns?
  /// The names of the files that were packed.
  package let sources: [String]
  package let developmentSources: [String]?

  /// Texts to train on, or to evaluate on.
  package struct Part: Codable, Sendable, Equatable {
    package let texts: Int
    package let tokens: Int
    package let blocks: Int
    /// The names of the shards, in the order of the texts.
    package let files: [String]
    /// By task: the distinct sets of labels; empty if each text has one label.
    package let sets: [[[Int32]]]

    package init(texts: Int, tokens: Int, blocks: Int, files: [String], sets: [[[Int32]]]) {
      self.texts = texts
      self.tokens = tokens
      self.blocks = blocks
      self.files = files
      self.sets = sets
    }
  }

  package init(
    tokenizer: TokenizerConfiguration, maximumTokens: Int?, truncation: Truncation, vocabulary: Vocabulary,
    tasks: [ClassificationTask], hasWeights: Bool, training: Part, development: Part,
    trainingSummary: EncodingSummary, developmentSummary: EncodingSummary?, division: [String: String]?,
    columns: TableColumns?, sources: [String], developmentSources: [String]?
  ) {
    self.tokenizer = tokenizer
    self.maximumTokens = maximumTokens
    self.truncation = truncation
    vocabularySize = vocabulary.count
    vocabularyDigest = FileDigest.of(bytes: vocabulary.fileContents).sha256
    self.tasks = tasks
    idBytes = ShardLayout.idBytes(vocabularySize: vocabulary.count)
    self.hasWeights = hasWeights
    self.training = training
    self.development = development
    self.trainingSummary = trainingSummary
    self.developmentSummary = developmentSummary
    self.division = division
    self.columns = columns
    self.sources = sources
    self.developmentSources = developmentSources
  }

  var layout: ShardLayout {
    ShardLayout(idBytes: idBytes, taskCount: tasks.count, hasWeights: hasWeights)
  }
}
