import DiscernCorpus

/// Where the training texts of a classifier come from.
package enum TrainingSource {
  case corpus(Corpus, development: Corpus?)
  case packed(PackedTexts)

  var corpus: Corpus? { if case .corpus(let corpus, _) = self { corpus } else { nil } }
  var development: Corpus? { if case .corpus(_, let development) = self { development } else { nil } }
  var packed: PackedTexts? { if case .packed(let packed) = self { packed } else { nil } }
}
