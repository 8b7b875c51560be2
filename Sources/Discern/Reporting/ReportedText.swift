import DiscernCorpus

/// A labelled text that a report shows.
package struct ReportedText: Sendable {
  package let location: RecordLocation
  package let text: String
  /// Its true labels.
  package let labels: [String]
  /// The predicted labels, most probable first.
  package let predicted: [Classification.Candidate]
  /// Which words changed the logit of the reported label.
  package let explanation: Explanation?
}

/// A text whose label is probably wrong.
package struct SuspectedText: Sendable {
  package let location: RecordLocation
  package let text: String
  /// The label in the data; nil in a multi-label task if the label is missing.
  package let given: String?
  /// The suggested label; nil in a multi-label task if the label should be removed.
  package let suggested: String?
  /// How much more probable it is that the label is wrong than that it is right, 0...1.
  package let margin: Double
}

/// Texts that have something in common, and how many of them are entirely right.
package struct TextGroup: Sendable, Equatable {
  package let name: String
  package let count: Int
  package let right: Int
}
