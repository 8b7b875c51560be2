import DiscernCorpus
import DiscernModels

/// The facts about the texts once their words are counted.
package struct TextFacts: Sendable {
  /// The lengths of the texts.
  package let lengths: TextLengths
  /// Whether the vocabulary is built from them.
  package let buildsVocabulary: Bool
  /// The share of their tokens that occur only once, 0...1.
  package let onceShare: Double

  package init(_ lengths: TextLengths, buildsVocabulary: Bool = true, onceShare: Double = 0) {
    self.lengths = lengths
    self.buildsVocabulary = buildsVocabulary
    self.onceShare = onceShare
  }
}

/// The facts about the training part once it is encoded.
package struct LabelFacts: Sendable {
  /// The number of training texts.
  package let texts: Int
  /// The total number of tokens that are read of these texts.
  package let tokens: Int
  /// The largest number of labels of a task.
  package let labels: Int
  /// Whether any task is multi-label.
  package let isMultiLabel: Bool

  /// Whether the network begins with pretrained weights.
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
