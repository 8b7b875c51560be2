import Foundation

/// What the columns of a table are: decided once, from the first rows.
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

  /// How many rows, within the first MiB, decide.
  static let sampleRows = 1000
  static let sampleBytes = 1 << 20

  /// Reads ahead in `input`, which stands behind the preamble, without using anything up. Nil if there is
  /// no row at all.
  init?(_ input: InputBuffer, _ form: TableForm, options: CorpusOptions) throws(CorpusError) {
    let rows = try Self.rows(input, form)
    guard let first = rows.first else { return nil }
    let path = input.path
    let count = first.count
    let rest = rows.dropFirst().filter { $0.count == count && $0 != first }
    func facts(_ rows: [[String]]) -> [ColumnFacts] {
      (0..<count).map { column in ColumnFacts(rows.map { $0[column] }) }
    }
    let below = facts(rest)
    hasHeader =
      options.header
      ?? (Self.isHeaderChosen(first, options) || HeaderGuess(first, rest, below).isHeader)
    self.form = form
    fieldCount = count
    names = hasHeader ? first : (1...count).map { String($0) }
    let columns = ColumnNames(path: path, names: hasHeader ? first : nil, count: count)
    var namedText = try columns.find(options.textColumn)
    var labels: [Int] = []
    for column in options.labelColumns {
      if let place = try columns.find(column.column) { labels.append(place) }
    }
    let weight = try columns.find(options.weightColumn)
    if let namedText, labels == [namedText] { throw .sameColumn(path: path, name: names[namedText]) }
    let asked = labels + [namedText, weight].compactMap { $0 }
    if let twice = asked.indices.first(where: { asked[..<$0].contains(asked[$0]) }) {
      throw .columnTwice(path: path, name: names[asked[twice]])
    }
    let isSingle = options.labelColumns.count == 1
    // What the model was trained on, where the data has it and nothing else is asked for.
    if let trained = options.trainedColumns {
      if namedText == nil, let place = columns.place(trained.text, trained.count), !asked.contains(place) {
        namedText = place
      }
      if isSingle, labels.isEmpty, trained.labels.count == 1,
        let place = columns.place(trained.labels[0], trained.count), place != namedText, place != weight
      {
        labels = [place]
      }
    }
    let chosen = ColumnChoice(
      text: namedText, label: isSingle ? labels.first : nil, wantsLabel: isSingle,
      others: Set(isSingle ? [weight].compactMap { $0 } : asked), names: hasHeader ? first : nil,
      facts: hasHeader ? below : facts(rows.filter { $0.count == count }))
    guard let text = chosen.text else {
      throw .undecidedColumn(path: path, role: "text", available: names)
    }
    if isSingle { labels = [chosen.label].compactMap { $0 } }
    if labels.count < options.labelColumns.count, options.needsLabels {
      if count == 1 { throw .unlabelled(path: path, format: form.format) }
      throw .undecidedColumn(path: path, role: "label", available: names)
    }
    self.text = text
    self.labels = labels.count < options.labelColumns.count ? [] : labels
    self.weight = weight
  }

  /// The first rows; the first one whole, however long it is.
  private static func rows(_ input: InputBuffer, _ form: TableForm) throws(CorpusError) -> [[String]] {
    var wanted = sampleBytes
    while true {
      let bytes = try input.peek(wanted)
      let isWhole = input.isAtEnd && bytes.count == input.count
      let sample = try TableSample(input.path, bytes, isWhole: isWhole, form: form, limit: sampleRows)
      if isWhole || !sample.rows.isEmpty { return sample.rows }
      wanted *= 2
    }
  }

  /// Whether a column is chosen by a name, or the first row has the name that the model's own texts had.
  private static func isHeaderChosen(_ first: [String], _ options: CorpusOptions) -> Bool {
    func has(_ name: String) -> Bool { first.contains { $0.utf8.elementsEqual(name.utf8) } }
    for selector in [options.textColumn, options.weightColumn] + options.labelColumns.map(\.column) {
      switch selector {
      case .name: return true
      // Columns are counted from 1, so that this one can only be a name.
      case .number(0) where has("0"): return true
      default: continue
      }
    }
    if case .name(let name) = options.trainedColumns?.text { return has(name) }
    return false
  }

  /// What a model keeps of this.
  var columns: TableColumns {
    func selector(_ column: Int) -> ColumnSelector {
      hasHeader ? .name(names[column]) : .number(column + 1)
    }
    return TableColumns(
      text: selector(text), labels: labels.map(selector), count: fieldCount, separator: form.separator)
  }
}
