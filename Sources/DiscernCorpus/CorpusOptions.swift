/// How a corpus is read. The defaults recognise everything by themselves.
public struct CorpusOptions: Sendable {
  public var format = InputFormat.automatic
  /// The column or key with the text. Nil: by a usual name, or by what the columns hold.
  public var textColumn: ColumnSelector?
  /// The column or key with the label. Nil: by a usual name, or by what the columns hold.
  public var labelColumn: ColumnSelector?
  public var onError = ErrorPolicy.stop
  /// Whether the first row of a CSV or TSV names the columns. Nil: it does when a column was chosen by
  /// name, or when its cells look like names, one of them is a usual name for a text or a label, and
  /// that one does not come again below.
  public var header: Bool?
  /// Whether every row must have a label. Without, a corpus may be plain lines or have no label column.
  public var needsLabels = true

  public init() {}
}
