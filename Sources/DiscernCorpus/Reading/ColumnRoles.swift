/// The columns or keys that were requested, and the role of each.
struct ColumnRoles<Column: Equatable> {
  private(set) var asked: [(column: Column, option: String)] = []

  /// - Parameters:
  ///   - options: of a command, that ask for the texts', labels', weights' and groups' columns.
  ///   - find: the column that is meant; nil where none is requested.
  init(
    _ options: CorpusOptions, _ find: (ColumnSelector?) throws(CorpusError) -> Column?
  ) throws(CorpusError) {
    let labels = options.labelColumns.map { column in
      (column.column, column.task.isEmpty ? "--label-column" : "--task")
    }
    let others = [
      (options.textColumn, "--text-column"), (options.weightColumn, "--weight-column"),
      (options.groupColumn, "--group-column"),
    ]
    for (selector, option) in labels + others {
      if let column = try find(selector) { asked.append((column, option)) }
    }
  }

  var columns: [Column] { asked.map(\.column) }

  /// The first column that is requested twice.
  var twice: Column? {
    asked.indices.first { place in asked[..<place].contains { $0.column == asked[place].column } }
      .map { asked[$0].column }
  }

  /// The option that asks for that column.
  func option(for column: Column?) -> String? { asked.first { $0.column == column }?.option }
}

extension UsualNames {
  /// Checks that the columns of texts and labels, unless others are named for them, are not requested as
  /// something else: the data would silently be read differently.
  ///
  /// - Parameters:
  ///   - place: of a column that the model's training data had.
  ///   - option: the one that requests a column as something else.
  static func check(
    _ names: [String], of path: String, _ options: CorpusOptions, place: (ColumnSelector) -> Int?,
    option: (Int) -> String?
  ) throws(CorpusError) {
    func check(_ role: String, _ usual: [String], _ trained: ColumnSelector?) throws(CorpusError) {
      guard let column = trained.flatMap(place) ?? sure(of: usual, in: names), let option = option(column)
      else { return }
      throw .otherRole(path: path, name: names[column], role: role, option: option)
    }
    let trained = options.trainedColumns
    if options.textColumn == nil { try check("text", text, trained?.text) }
    if options.labelColumns.count == 1, options.labelColumn == nil {
      try check("label", label, trained?.labels.count == 1 ? trained?.labels[0] : nil)
    }
  }
}
