/// The form of a table: its separator, whether fields may be quoted, and the lines before its first row.
struct TableForm: Equatable {
  var separator = FieldSeparator.comma
  /// Whether a field may be quoted, with separators, line breaks and doubled quotes in it.
  var hasQuotes = true
  /// The number of lines before the first row: a line `sep=;` and comments.
  var preambleLines = 0
  /// Notes for the user.
  var notes: [String] = []

  static let csv = TableForm()
  static let tsv = TableForm(separator: .tab, hasQuotes: false)

  var format: InputFormat { separator == .tab ? .tsv : .csv }
}
