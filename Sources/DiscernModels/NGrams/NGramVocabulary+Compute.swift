import DiscernTensor
import DiscernVocabulary

extension NGramVocabulary {
  /// The rows of many texts, the same for any number of threads.
  package func rows(of texts: WordTexts, _ compute: Compute) -> NGramRows {
    rows(of: texts) { count, task in compute.forEach(count, task) }
  }
}
