/// The columns or keys of a table or of JSON that were read, recorded in a model, so that
/// other data of the same form is read in the same way.
public struct TableColumns: Sendable, Equatable, Codable {
  /// By name if there are names, otherwise by number.
  public let text: ColumnSelector
  /// By task; empty for data without labels.
  public let labels: [ColumnSelector]
  /// The number of columns in a row; nil for JSON.
  public let count: Int?
  /// The separator of the fields; nil for JSON.
  public let separator: FieldSeparator?

  /// - Parameter count: the number of columns; nil for JSON.
  public init(
    text: ColumnSelector, labels: [ColumnSelector], count: Int? = nil, separator: FieldSeparator? = nil
  ) {
    self.text = text
    self.labels = labels
    self.count = count
    self.separator = separator
  }
}
