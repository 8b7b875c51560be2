import Discern
import DiscernSystem

/// The wording of explanations, the same in a terminal and on a page.
package enum ExplanationWords {
  /// The meaning of the scores.
  package static func method(_ method: ExplanationMethod) -> String {
    switch method {
    case .gradients: "integrated gradients of a network, exact contributions of n-grams"
    case .occlusion: "drop of the logit without the word"
    case .attention: "attention weights of the pooling; they are not reasons for the label"
    }
  }

  /// `logit +1.83: +0.10 without words, +1.73 by words`; only the logit if the explanation has no base.
  package static func sum(_ explanation: Explanation, isTypeset: Bool = false) -> String {
    func figure(_ value: Float) -> String { ExplainedText.figure(value, isTypeset: isTypeset) }
    let logit = "logit " + figure(explanation.logit)
    guard let base = explanation.base else { return logit }
    let words = explanation.words.reduce(0) { $0 + $1.score }
    return logit + ": \(figure(base)) without words, \(figure(words)) by words"
  }

  /// The reliability of the scores; nil if there is nothing to report.
  package static func reliability(_ explanation: Explanation) -> String? {
    switch explanation.reliability {
    case .exact: return "exact"
    case .notAReason: return "not a reason"
    case .close: return "gap \(percent(explanation.gap ?? 0))"
    case .unreliable: return "not reliable" + (explanation.gap.map { ": gap \(percent($0))" } ?? "")
    }
  }

  /// A share as a percentage with two decimals, or `below 0.01 %`.
  package static func percent(_ share: Double) -> String {
    guard share.isFinite else { return "without bound" }
    return share < 0.0001 && share > 0 ? "below 0.01 %" : String(format: "%.2f %%", 100 * share)
  }
}
