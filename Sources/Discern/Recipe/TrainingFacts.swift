import DiscernCorpus
import DiscernModels

/// What is known of the texts once their words are counted.
package struct TextFacts: Sendable {
  /// How long they are.
  package let lengths: TextLengths
  /// Whether the vocabulary is made of them.
  package let buildsVocabulary: Bool
  /// The share of their tokens that occur nowhere else, 0...1.
  package let onceShare: Double

  package init(_ lengths: TextLengths, buildsVocabulary: Bool = true, onceShare: Double = 0) {
    self.lengths = lengths
    self.buildsVocabulary = buildsVocabulary
    self.onceShare = onceShare
  }
}

/// What is known of the training part once it is encoded.
package struct LabelFacts: Sendable {
  /// The number of texts that are learned from.
  package let texts: Int
  /// Their tokens that are read, all together.
  package let tokens: Int
  /// The largest number of labels of a task.
  package let labels: Int
  /// Whether a text of some task can have any number of labels.
  package let isMultiLabel: Bool

  /// Whether the network begins with weights that know texts already.
  package let isPretrained: Bool

  package init(texts: Int, tokens: Int, labels: Int, isMultiLabel: Bool = false, isPretrained: Bool = false) {
    self.texts = texts
    self.tokens = tokens
    self.labels = labels
    self.isMultiLabel = isMultiLabel
    self.isPretrained = isPretrained
  }

  init(_ data: TrainingTexts, isPretrained: Bool) {
    self.init(
      texts: data.learned.textCount, tokens: data.learned.tokenCount,
      labels: data.tasks.map(\.labels.count).max() ?? 0,
      isMultiLabel: data.tasks.contains { if case .thresholds = $0.decision { true } else { false } },
      isPretrained: isPretrained)
  }
}
