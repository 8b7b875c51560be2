import DiscernTensor
import DiscernVocabulary

extension NGramVocabulary {
  /// The rows of many texts, the same for any number of threads.
  ///
  /// - Parameter isInterrupted: called from time to time, on any thread; once it returns true, the result is
  ///   incomplete.
  package func rows(
    of texts: WordTexts, _ compute: Compute, isInterrupted: @escaping @Sendable () -> Bool = { false }
  ) -> NGramRows {
    rows(
      of: texts, forEach: { count, task in compute.forEach(count, task) }, isInterrupted: isInterrupted)
  }

  /// The same in blocks of texts.
  package func rowBlocks(
    of texts: WordTexts, _ compute: Compute, isInterrupted: @escaping @Sendable () -> Bool = { false }
  ) -> NGramRowBlocks {
    rowBlocks(
      of: texts, forEach: { count, task in compute.forEach(count, task) }, isInterrupted: isInterrupted)
  }
}
