/// How a table is written: what separates its fields, whether they may stand in quotes, and the lines
/// before its first row.
struct TableForm: Equatable {
  var separator = FieldSeparator.comma
  /// Whether a field may stand in quotes, with separators, line breaks and doubled quotes in it.
  var hasQuotes = true
  /// Lines before the first row: a line `sep=;` and comments.
  var preambleLines = 0
  /// What is worth telling.
  var notes: [String] = []

  static let csv = TableForm()
  static let tsv = TableForm(separator: .tab, hasQuotes: false)

  var format: InputFormat { separator == .tab ? .tsv : .csv }
}
