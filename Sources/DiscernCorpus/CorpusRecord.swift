/// A text with its labels, as a program has it in memory.
///
/// ```swift
/// CorpusRecord("What a lovely film!", label: "pos")
/// CorpusRecord("Rain, and no dog", labels: ["topic": "weather", "things": ["dog", "rain"]], weight: 2)
/// ```
public struct CorpusRecord: Sendable, Hashable {
  /// A text's labels for one task.
  public enum Labels: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    /// The one label of a task in which each text has one.
    case one(String)
    /// The labels of a task in which a text may have any number of them, none too.
    case any([String])

    /// One label.
    public init(stringLiteral label: String) { self = .one(label) }
    /// Any number of labels.
    public init(arrayLiteral labels: String...) { self = .any(labels) }
  }

  /// Any text without NUL.
  public var text: String
  /// By the task's name, which is empty for the only task of a model. A task that is missing here has no
  /// known label for the text.
  public var labels: [String: Labels]
  /// The weight of the text in training; 0 or above.
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

  /// - Parameter label: that of the only task; nil: it has none.
  public init(_ text: String, label: String? = nil, weight: Float = 1, group: String? = nil) {
    self.init(text, labels: label.map { ["": .one($0)] } ?? [:], weight: weight, group: group)
  }
}
