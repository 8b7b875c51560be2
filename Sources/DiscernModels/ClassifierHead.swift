/// One output of a classifier: the question that it answers of every text.
public struct ClassifierHead: Codable, Hashable, Sendable {
  /// The task's name; may be empty where it is the only one.
  public var name: String
  /// The labels that it chooses from.
  public var classCount: Int
  /// Whether a text may have any number of labels: each is then a yes-or-no question with a probability
  /// of its own (sigmoid); otherwise the labels share one (softmax).
  public var isMultiLabel: Bool

  public init(name: String = "", classCount: Int, isMultiLabel: Bool = false) {
    self.name = name
    self.classCount = classCount
    self.isMultiLabel = isMultiLabel
  }
}
