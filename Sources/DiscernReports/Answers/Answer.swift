import Discern
import DiscernCorpus

/// The answer for one line of input.
package struct Answer {
  package enum Evidence: String {
    case normal, empty, uncertain, error
    case allUnknown = "all-unknown"
  }

  package let location: RecordLocation
  /// Nil if the line could not be classified; `problem` says why.
  package let result: Classification?
  package let problem: String?
  /// The text itself, if requested.
  package let text: String?
  package let evidence: Evidence
  /// Values passed through from the input.
  package let kept: [KeptValue?]

  /// - Parameter minimum: an answer with a label below this probability is uncertain.
  package init(
    _ location: RecordLocation, _ result: Classification?, problem: String?, text: String?,
    kept: [KeptValue?], minimum: Float
  ) {
    self.location = location
    self.result = result
    self.problem = problem
    self.text = text
    self.kept = kept
    switch result?.evidence {
    case nil: evidence = .error
    case .empty: evidence = .empty
    case .allUnknown: evidence = .allUnknown
    case .normal:
      let isSure =
        result?.predictions.allSatisfy { $0.labels.allSatisfy { $0.probability >= minimum } } ?? false
      evidence = isSure ? .normal : .uncertain
    }
  }
}
