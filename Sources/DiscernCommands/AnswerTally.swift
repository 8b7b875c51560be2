import DiscernIO
import DiscernReports

/// Counts the answers of a run.
struct AnswerTally {
  private(set) var lines = 0
  private var counts: [Answer.Evidence: Int] = [:]

  mutating func add(_ answer: Answer) {
    lines += 1
    counts[answer.evidence, default: 0] += 1
  }

  var summary: String {
    let parts: [(Answer.Evidence, String)] = [
      (.empty, "empty"), (.allUnknown, "without a known word"), (.uncertain, "uncertain"),
      (.error, "not classified"),
    ]
    return "\(lines.grouped) lines"
      + parts.compactMap { evidence, words in counts[evidence].map { ", \($0.grouped) \(words)" } }.joined()
  }
}
