import DiscernIO

/// How a corpus is read. By default everything is recognised automatically.
public struct CorpusOptions: Sendable {
  /// The layout of the inputs.
  public var format = InputFormat.automatic
  /// The column or key with the text. Nil: found by a usual name, or by the columns' content.
  public var textColumn: ColumnSelector?
  /// The place of each task's labels, at least one; if there are several, each must name its column.
  public var labelColumns = [LabelColumn()]
  /// The column or key with the texts' weights, numbers of at least 0. Nil: every text weighs 1.
  public var weightColumn: ColumnSelector?
  /// The column or key with the texts' groups: texts of one group stay on one side of a division. Nil: every
  /// text forms its own group.
  public var groupColumn: ColumnSelector?
  /// The treatment of rows that cannot be used.
  public var onError = ErrorPolicy.stop
  /// Whether the first row of a table names the columns. Nil: it does if a column was chosen by name, or if
  /// its cells look like names: one is a usual name for a text or a label, or they are unlike the cells below
  /// them; and none is a class that occurs again below.
  public var header: Bool?
  /// The separator of a table's fields; nil: a comma, tab, semicolon or bar, whichever divides the rows
  /// alike.
  public var separator: FieldSeparator?
  /// The columns of texts and labels in a model's training data: used if the data has the same columns and no
  /// others are selected.
  public var trainedColumns: TableColumns?
  /// Whether every row must have a label for at least one task. If not, a corpus may be plain lines or have
  /// no label column.
  public var needsLabels = true
  /// The encoding of names in folders and archives that are not UTF-8. Nil: their bytes are written as
  /// `\xE9`, so that names remain distinct.
  public var namesEncoding: TextEncoding?
  /// The limit for unpacking compressed files and archives.
  public var unpackLimit = UnpackLimit()
  /// Whether the inputs are read only once, so that a stream need not be copied.
  package var readsOnce = false
  /// The encoding of all inputs. Nil: UTF-8, or UTF-16 or UTF-32 if a byte order mark says so.
  public var encoding: TextEncoding?
  /// The longest line, record or text in bytes; longer ones are bad rows.
  public var maximumLineBytes = 16 << 20
  /// Whether records are delivered as soon as they arrive. If so, standard input, and other streams whose
  /// names indicate no format, are read as plain lines unless a format is given.
  package var answersAtOnce = false
  /// Whether a file that is not JSON by name or content is a table.
  package var expectsTable = false
  /// Whether lines are only read from files that are not tables or JSON by their name or content.
  package var refusesTables = false
  /// Columns or keys whose values are passed on with the texts.
  package var keptColumns: [ColumnSelector] = []
  /// Whether a JSON object must have strings at these keys.
  package var needsKept = false

  /// Everything is recognised automatically.
  public init() {}

  /// The column or key with the first task's label. Nil: found by a usual name, or by the columns' content.
  public var labelColumn: ColumnSelector? {
    get { labelColumns.first?.column }
    set { labelColumns[0].column = newValue }
  }
}

extension CorpusOptions {
  /// Whether `path` is read as lines without inspection of its content, since a line may begin like
  /// compressed data or UTF-16.
  func takesLines(of path: String) -> Bool {
    answersAtOnce && path == "-" && (format == .automatic || format == .lines)
  }

  /// Decodes the names in a folder or archive.
  func nameDecoder(for path: String) -> NameDecoder { NameDecoder(path: path, encoding: namesEncoding) }
}
