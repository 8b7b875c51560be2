/// Findings from reading a corpus.
public struct ReadingReport: Sendable, Equatable, Codable {
  /// One input and its interpretation.
  public struct Input: Sendable, Equatable, Codable {
    /// As it was given.
    public let path: String
    /// Its layout.
    public let format: InputFormat
    /// Whether the first row was taken for column names; nil where that does not apply.
    public let hasHeader: Bool?
    /// The column or key that was read as text; nil where there are none.
    public let textColumn: String?
    /// The one with the labels; those of several tasks with commas between them.
    public let labelColumn: String?
    /// The same columns as a model keeps them; nil where there are none.
    public var columns: TableColumns?
    /// Notes, such as folders that were left out.
    public internal(set) var notes: [String]
    /// Texts that may be missing: members that were left out, names that are not UTF-8.
    public internal(set) var warnings: [String] = []
    /// The labels of the first row of a table without a header: names of columns, if no other row has them.
    public internal(set) var firstLabels: [String]?
    /// Rows that were handed over.
    public internal(set) var rows = 0
  }

  /// A row that could not be used, and why.
  public struct SkippedRow: Sendable, Equatable, Codable {
    /// Its place.
    public let location: RecordLocation
    /// Its problem, for people.
    public let reason: String
  }

  /// The inputs in their order.
  public internal(set) var inputs: [Input] = []
  /// Rows that were handed over.
  public internal(set) var rows = 0
  /// Lines with nothing in them, between rows.
  public internal(set) var blankLines = 0
  /// Rows that could not be used.
  public internal(set) var skippedRows = 0
  /// The first twenty of them.
  public internal(set) var firstSkippedRows: [SkippedRow] = []
  /// How many rows were skipped for which kind of reason.
  public internal(set) var skippedByKind: [String: Int] = [:]
  /// Labels that had white space at an end, which was left out.
  public internal(set) var trimmedLabels = 0
  /// Cells whose labels were written as a list, `['a', 'b']`.
  public internal(set) var listCells = 0
  /// Labels that the model does not have, whose texts were left out.
  public internal(set) var unseenLabels: [UnseenLabel] = []

  mutating func skip(_ location: RecordLocation, _ problem: RowProblem) {
    skippedRows += 1
    skippedByKind[problem.kind, default: 0] += 1
    if firstSkippedRows.count < 20 {
      firstSkippedRows.append(SkippedRow(location: location, reason: problem.description))
    }
  }
}
