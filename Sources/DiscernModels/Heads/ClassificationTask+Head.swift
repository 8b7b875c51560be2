import DiscernCorpus
import DiscernVocabulary

extension ClassificationTask {
  /// The output that answers it.
  package var head: HeadConfiguration {
    HeadConfiguration(
      name: name, isMultiLabel ? .labels(count: labels.count) : .classes(count: labels.count))
  }
}
