import DiscernCorpus
import DiscernModels
import DiscernText
import DiscernVocabulary

/// The content of the manifest of a folder of packed texts.
package struct ShardContent: Codable, Sendable {
  /// How the texts became words.
  package let tokenizer: TokenizerConfiguration
  /// Nil: texts were not cut.
  package let maximumTokens: Int?
  package let truncation: Truncation
  package let vocabularySize: Int
  /// Of the vocabulary's file as training writes it.
  package let vocabularyDigest: String
  package let tasks: [ClassificationTask]
  /// The bytes of a word's id.
  package let idBytes: Int
  /// Whether texts have weights.
  package let hasWeights: Bool
  package let training: Part
  package let development: Part
  /// Findings from reading the texts.
  package let trainingSummary: EncodingSummary
  /// Nil where a part of the training texts was held out.
  package let developmentSummary: EncodingSummary?
  /// How a part was held out: the choices by key; nil where there were development texts.
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
    /// In the order of the texts.
    package let files: [String]
    /// By task: the different sets of labels; an empty list where a text has one label.
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
