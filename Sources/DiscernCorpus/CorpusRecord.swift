/// A text with its labels, in memory.
///
/// ```swift
/// CorpusRecord("What a lovely film!", label: "pos")
/// CorpusRecord("Rain, and no dog", labels: ["topic": "weather", "things": ["dog", "rain"]], weight: 2)
/// ```
public struct CorpusRecord: Sendable, Hashable {
  /// A text's labels for one task.
  public enum Labels: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    /// The label for a task with one label per text.
    case one(String)
    /// The labels for a task with any number of labels per text, possibly none.
    case any([String])

    /// One label.
    public init(stringLiteral label: String) { self = .one(label) }
    /// Any number of labels.
    public init(arrayLiteral labels: String...) { self = .any(labels) }
  }

  /// Any text without NUL.
  public var text: String
  /// By the task's name, which is empty for a model's only task. The labels for a missing task are unknown.
  public var labels: [String: Labels]
  /// The weight of the text in training; at least 0.
  public var weight: Float
  /// Texts of one group stay on one side when a part is held out for development; nil: the text forms its own
  /// group.
  public var group: String?

  /// A text with labels for tasks by name.
  public init(_ text: String, labels: [String: Labels], weight: Float = 1, group: String? = nil) {
    self.text = text
    self.labels = labels
    self.weight = weight
    self.group = group
  }

  /// - Parameter label: the label for the only task; nil: unknown.
  public init(_ text: String, label: String? = nil, weight: Float = 1, group: String? = nil) {
    self.init(text, labels: label.map { ["": .one($0)] } ?? [:], weight: weight, group: group)
  }
}
