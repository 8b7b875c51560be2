/// Findings from reading a corpus.
public struct ReadingReport: Sendable, Equatable, Codable {
  /// One input and its interpretation.
  public struct Input: Sendable, Equatable, Codable {
    /// As given.
    public let path: String
    /// Its layout.
    public let format: InputFormat
    /// Whether the first row was taken for column names; nil if that does not apply.
    public let hasHeader: Bool?
    /// The column or key that was read as text; nil if the format has none.
    public let textColumn: String?
    /// The column or key of the labels; those of several tasks are joined by commas.
    public let labelColumn: String?
    /// The same columns as a model records them; nil if there are none.
    public var columns: TableColumns?
    /// Notes, such as folders that were left out.
    public internal(set) var notes: [String]
    /// Warnings, such as that members were left out or names are not UTF-8.
    public internal(set) var warnings: [String] = []
    /// The labels of the first row of a table without a header: probably column names, if no other row has
    /// them.
    public internal(set) var firstLabels: [String]?
    /// The number of records that were read.
    public internal(set) var rows = 0
  }

  /// A row that could not be used, and the reason.
  public struct SkippedRow: Sendable, Equatable, Codable {
    /// Its location.
    public let location: RecordLocation
    /// Its problem, as text for people.
    public let reason: String
  }

  /// The inputs, in order.
  public internal(set) var inputs: [Input] = []
  /// The number of records that were read.
  public internal(set) var rows = 0
  /// The number of blank lines between rows.
  public internal(set) var blankLines = 0
  /// The number of rows that could not be used.
  public internal(set) var skippedRows = 0
  /// The first twenty skipped rows.
  public internal(set) var firstSkippedRows: [SkippedRow] = []
  /// The number of skipped rows by kind of problem.
  public internal(set) var skippedByKind: [String: Int] = [:]
  /// The number of labels with white space at an end, which was removed.
  public internal(set) var trimmedLabels = 0
  /// The number of cells whose labels were written as a list, `['a', 'b']`.
  public internal(set) var listCells = 0
  /// Labels that the model lacks; their texts were left out.
  public internal(set) var unseenLabels: [UnseenLabel] = []

  mutating func skip(_ location: RecordLocation, _ problem: RowProblem) {
    skippedRows += 1
    skippedByKind[problem.kind, default: 0] += 1
    if firstSkippedRows.count < 20 {
      firstSkippedRows.append(SkippedRow(location: location, reason: problem.description))
    }
  }
}
