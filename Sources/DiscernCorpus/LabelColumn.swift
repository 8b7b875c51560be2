/// The place of one task's labels and how they are written.
public struct LabelColumn: Sendable, Hashable {
  /// The task's name; empty for the only task of a model.
  public var task: String
  /// The column or key. Nil: found by a usual name, or by the columns' content; only for a single task.
  public var column: ColumnSelector?
  /// The separator of a text's labels in a multi-label task; nil: a text has one label.
  public var separator: LabelSeparator?

  /// By default the only task's labels, one per text, in a column that is found automatically.
  public init(task: String = "", column: ColumnSelector? = nil, separator: LabelSeparator? = nil) {
    self.task = task
    self.column = column
    self.separator = separator
  }

  /// Whether a name can be a task's: at least one letter, digit, `_` or `-`, and no other character. It
  /// becomes part of the names of weights.
  public static func isTaskName(_ name: String) -> Bool {
    !name.isEmpty
      && name.unicodeScalars.allSatisfy {
        $0 == "_" || $0 == "-" || $0.properties.isAlphabetic || $0.properties.numericType != nil
      }
  }
}
