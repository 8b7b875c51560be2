import DiscernSystem

/// The roles of a table's columns, determined once from the first rows.
struct TableLayout {
  let form: TableForm
  let hasHeader: Bool
  let fieldCount: Int
  /// The header's names, or `1`, `2` … without one.
  let names: [String]
  let text: Int
  /// By task; empty without labels.
  let labels: [Int]
  let weight: Int?
  let group: Int?
  /// Columns that are passed on with the texts.
  private(set) var kept: [Int] = []

  /// The number of rows, within the first MiB, that are examined.
  static let sampleRows = 1000
  static let sampleBytes = 1 << 20

  /// Looks ahead in `input`, which is past the preamble, without consuming anything. Nil if there is no row
  /// at all.
  init?(_ input: InputBuffer, _ form: TableForm, options: CorpusOptions) throws(CorpusError) {
    input.quotingSeparator = form.hasQuotes ? form.separator.byte : nil
    let rows = try Self.rows(input, form)
    guard let first = rows.first else { return nil }
    let count = first.count
    let rest = rows.dropFirst().filter { $0.count == count && $0 != first }
    let repeats = rows.dropFirst().count { $0 == first }
    let below = Self.facts(rest, count)
    let header = first.map { $0.trimmed() }
    let hasHeader =
      options.header
      ?? (Self.isHeaderChosen(header, options) || HeaderGuess(first, rest, below, repeats: repeats).isHeader)
    self.hasHeader = hasHeader
    self.form = form
    fieldCount = count
    names = hasHeader ? header : (1...count).map { String($0) }
    let columns = ColumnNames(path: input.path, names: hasHeader ? header : nil, count: count)
    for column in options.keptColumns {
      if let place = try columns.find(column) { kept.append(place) }
    }
    group = try columns.find(options.groupColumn)
    (text, labels, weight) = try Self.choose(
      columns, hasHeader ? below : Self.facts(rows.filter { $0.count == count }, count), form, options)
    if options.expectsTable, kept.first == text {
      throw .sameColumn(path: input.path, name: names[text])
    }
  }

  private static func facts(_ rows: [[String]], _ count: Int) -> [ColumnFacts] {
    (0..<count).map { column in ColumnFacts(rows.map { $0[column] }) }
  }

  /// The columns of the text, of each task's label and of the weight.
  private static func choose(
    _ columns: ColumnNames, _ facts: [ColumnFacts], _ form: TableForm, _ options: CorpusOptions
  ) throws(CorpusError) -> (text: Int, labels: [Int], weight: Int?) {
    let path = columns.path
    let names = columns.available
    var text = try columns.find(options.textColumn)
    var labels: [Int] = []
    for column in options.labelColumns {
      if let place = try columns.find(column.column) { labels.append(place) }
    }
    let weight = try columns.find(options.weightColumn)
    if let text, labels == [text] { throw .sameColumn(path: path, name: names[text]) }
    let group = try columns.find(options.groupColumn)
    let roles = try ColumnRoles(options) { (column) throws(CorpusError) in try columns.find(column) }
    let asked = roles.columns
    if let twice = roles.twice { throw .columnTwice(path: path, name: names[twice]) }
    let isSingle = options.labelColumns.count == 1
    if let header = columns.names {
      try UsualNames.check(
        header, of: path, options, place: { columns.place($0, options.trainedColumns?.count) },
        option: roles.option)
    }
    let others = Set(isSingle ? [weight, group].compactMap { $0 } : asked)
    func choice(_ text: Int?, _ label: Int?) -> ColumnChoice {
      ColumnChoice(
        text: text, label: label, wantsLabel: isSingle, others: others, names: columns.names, facts: facts)
    }
    // The groups or weights may look like the only texts.
    let alone = ColumnChoice(
      text: nil, label: labels.first, wantsLabel: isSingle, others: [], names: columns.names, facts: facts)
    if text == nil, isSingle, let column = group ?? weight, alone.text == column {
      throw .otherRole(
        path: path, name: names[column], role: "text", option: roles.option(for: column) ?? "")
    }
    // The columns of the training data, if this data has them and no others are requested. Two columns
    // without names may have been exchanged, so there the rows take precedence.
    let rowsDecide =
      columns.count == 2 && columns.names == nil && choice(text, isSingle ? labels.first : nil).isComplete
    if let trained = options.trainedColumns, !rowsDecide {
      if text == nil, let place = columns.place(trained.text, trained.count), !asked.contains(place) {
        text = place
      }
      if isSingle, labels.isEmpty, trained.labels.count == 1,
        let place = columns.place(trained.labels[0], trained.count), place != text, place != weight,
        place != group
      {
        labels = [place]
      }
    }
    let chosen = choice(text, isSingle ? labels.first : nil)
    guard let text = chosen.text else {
      throw .undecidedColumn(path: path, role: "text", available: names)
    }
    if isSingle { labels = [chosen.label].compactMap { $0 } }
    if labels.count < options.labelColumns.count {
      if options.needsLabels {
        if columns.count == 1 { throw .unlabelled(path: path, format: form.format) }
        throw .undecidedColumn(path: path, role: "label", available: names)
      }
      labels = []
    }
    return (text, labels, weight)
  }

  /// The first rows; the very first is complete, however long it is.
  private static func rows(_ input: InputBuffer, _ form: TableForm) throws(CorpusError) -> [[String]] {
    var wanted = sampleBytes
    while true {
      let bytes = try input.peek(wanted)
      let isWhole = input.isAtEnd && bytes.count == input.count
      let sample = try TableSample(input.path, bytes, isWhole: isWhole, form: form, limit: sampleRows)
      if isWhole || !sample.rows.isEmpty { return sample.rows }
      // A stream that pauses gives fewer rows.
      if bytes.count < wanted { _ = try input.lookFurther() } else { wanted *= 2 }
    }
  }

  /// Whether a column is selected by name, or the first row has the name of the model's own text column.
  private static func isHeaderChosen(_ first: [String], _ options: CorpusOptions) -> Bool {
    func has(_ name: String) -> Bool { first.contains { $0.utf8.elementsEqual(name.utf8) } }
    let chosen = [options.textColumn, options.weightColumn, options.groupColumn] + options.keptColumns
    for selector in chosen + options.labelColumns.map(\.column) {
      switch selector {
      case .name: return true
      // Columns are counted from 1, so 0 can only be a name.
      case .number(0) where has("0"): return true
      default: continue
      }
    }
    if case .name(let name) = options.trainedColumns?.text { return has(name) }
    return false
  }

  /// The part of the layout that a model records.
  var columns: TableColumns {
    func selector(_ column: Int) -> ColumnSelector {
      hasHeader ? .name(names[column]) : .number(column + 1)
    }
    return TableColumns(
      text: selector(text), labels: labels.map(selector), count: fieldCount, separator: form.separator)
  }
}
