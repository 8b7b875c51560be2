import DiscernCorpus
import DiscernModels

extension LabelledTexts {
  /// Checks that a model can learn from these texts: each has tokens, all words are in the vocabulary, and
  /// all labels belong to the heads.
  ///
  /// - Parameter part: the data's name in the error.
  /// - Throws: `TrainingError` naming the first text, counted from 1.
  func check(for model: ClassifierConfiguration, part: String) throws(TrainingError) {
    if texts.count == 0 { throw .noTexts(part: part) }
    guard targets.count == model.heads.count else {
      throw .wrongTargetCount(part: part, count: targets.count, expected: model.heads.count)
    }
    for (head, labels) in zip(model.heads, targets) {
      let rules = head.rules
      guard rules.fits(labels) else { throw .wrongKind(part: part, task: head.name) }
      for text in 0..<texts.count {
        guard let label = rules.unknownLabel(labels, text: text) else { continue }
        throw .unknownLabel(
          part: part, text: text + 1, task: head.name, label: Int(label), count: head.outputCount)
      }
      if labels.numbers.allSatisfy({ $0 < 0 }) { throw .noLabels(part: part, task: head.name) }
    }
    try Self.check(texts, for: model, part: part)
  }

  /// The same for texts without labels.
  static func check(
    _ texts: EncodedTexts, for model: ClassifierConfiguration, part: String
  ) throws(TrainingError) {
    for text in 0..<texts.count {
      if texts.length(text) == 0 { throw .emptyText(part: part, text: text + 1) }
      if let word = texts[text].first(where: { $0 < 0 || Int($0) >= model.vocabularySize }) {
        throw .unknownWord(part: part, text: text + 1, id: Int(word), count: model.vocabularySize)
      }
    }
  }
}
