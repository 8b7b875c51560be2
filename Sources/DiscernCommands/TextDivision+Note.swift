import DiscernCorpus
import DiscernIO

extension TextDivision.Groups {
  /// A note for users, on one line.
  var note: String {
    var facts: [String] = []
    if let copies = nearCopies {
      facts.append(
        copies.groups == 0
          ? "no near-duplicates"
          : "\(copies.texts.grouped) texts in \(copies.groups.grouped) groups of near-duplicates, at most "
            + "\(copies.largest.grouped) in one")
    }
    if let without = textsWithoutGroup, without > 0 {
      facts.append("\(without.grouped) without a group, each a group of its own")
    }
    return "division" + (column.map { " by “\(DisplayText.escaped($0))”" } ?? "")
      + ": training has \(trainingTexts.grouped) texts in \(training.grouped) groups, development "
      + "\(developmentTexts.grouped) in \(development.grouped); the largest has \(largest.grouped)"
      + facts.map { "; \($0)" }.joined()
  }
}
