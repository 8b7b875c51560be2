import DiscernIO

/// A label that does not occur in a model's training data.
public struct UnseenLabel: Sendable, Equatable, Codable, CustomStringConvertible {
  /// Empty for the only task of a model.
  public let task: String
  /// As written in the data.
  public let label: String
  /// The number of texts with this label.
  public internal(set) var count: Int
  /// The location of the first of these texts.
  public let first: RecordLocation

  /// “neutral” (3 texts, first at test.tsv:7)
  public var description: String {
    "“\(DisplayText.cut(DisplayText.escaped(label), to: 60))”" + (task.isEmpty ? "" : " of \(task)")
      + " (\(count == 1 ? "1 text, at" : "\(count) texts, first at") \(first))"
  }

  /// The first twenty labels as text.
  static func list(_ labels: [UnseenLabel]) -> String {
    labels.prefix(20).map(\.description).joined(separator: ", ")
      + (labels.count > 20 ? " and \(labels.count - 20) more" : "")
  }
}
