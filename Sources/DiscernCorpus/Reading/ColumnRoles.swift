/// The columns or keys that were requested, and the role of each.
struct ColumnRoles<Column: Equatable> {
  private(set) var asked: [(column: Column, option: String)] = []

  /// - Parameters:
  ///   - options: may request columns for the texts, labels, weights and groups.
  ///   - find: finds the requested column; nil if none is requested.
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

  /// The option that requests a column.
  func option(for column: Column?) -> String? { asked.first { $0.column == column }?.option }
}

extension UsualNames {
  /// Checks that the columns of texts and labels, unless others are selected for them, are not requested for
  /// another role, which would silently change how the data is read.
  ///
  /// - Parameters:
  ///   - place: the index of a column of the model's training data.
  ///   - option: the option that requests a column for another role.
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
