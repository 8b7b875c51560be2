import DiscernCorpus

/// A labelled text that a report shows.
package struct ReportedText: Sendable {
  package let location: RecordLocation
  package let text: String
  /// The labels that it has.
  package let labels: [String]
  /// The labels that it was given, likeliest first.
  package let predicted: [Classification.Candidate]
  /// Why: which words moved the label that the report is about.
  package let explanation: Explanation?
}

/// A text whose label is probably wrong.
package struct SuspectedText: Sendable {
  package let location: RecordLocation
  package let text: String
  /// The label that it has; nil for one that it lacks, in a multi-label task.
  package let given: String?
  /// The label that it should have; nil for one that it should not have, in a multi-label task.
  package let suggested: String?
  /// How much more probable it is that the label is wrong than that it is right, 0...1.
  package let margin: Double
}

/// Texts that have something in common, and how many of them are wholly right.
package struct TextGroup: Sendable, Equatable {
  package let name: String
  package let count: Int
  package let right: Int
}
