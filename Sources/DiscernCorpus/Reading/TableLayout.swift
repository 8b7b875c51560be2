import Foundation

/// What the columns of a CSV or TSV are: decided once, from the first rows.
struct TableLayout {
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

  /// Reads ahead in `input` without using anything up. Nil if there is no row at all.
  init?(_ input: InputBuffer, isCSV: Bool, options: CorpusOptions) throws(CorpusError) {
    var wanted = Self.sampleBytes
    var rows: [[String]]
    while true {
      let bytes = try input.peek(wanted)
      let isWhole = input.isAtEnd && bytes.count == input.count
      rows = try Self.sample(input.path, bytes, isWhole: isWhole, isCSV: isCSV)
      if isWhole || !rows.isEmpty { break }
      wanted *= 2  // not even the first row ends within the sample
    }
    guard let first = rows.first else { return nil }
    let path = input.path

    hasHeader = options.header ?? Self.looksLikeHeader(first, rows.dropFirst(), options)
    fieldCount = first.count
    names = hasHeader ? first : (1...first.count).map { String($0) }
    let data = hasHeader ? Array(rows.dropFirst()) : rows

    let header = hasHeader ? first : nil
    let namedText = try options.textColumn.map { (selector) throws(CorpusError) in
      try Self.find(selector, in: header, count: first.count, path: path)
    }
    var labels: [Int] = []
    for column in options.labelColumns {
      guard let selector = column.column else { continue }
      labels.append(try Self.find(selector, in: header, count: first.count, path: path))
    }
    let weight = try options.weightColumn.map { (selector) throws(CorpusError) in
      try Self.find(selector, in: header, count: first.count, path: path)
    }
    if let namedText, labels == [namedText] {
      throw .sameColumn(path: path, name: names[namedText])
    }
    let asked = labels + [namedText, weight].compactMap { $0 }
    if let twice = asked.indices.first(where: { asked[..<$0].contains(asked[$0]) }) {
      throw .columnTwice(path: path, name: names[asked[twice]])
    }
    let isSingle = options.labelColumns.count == 1
    let chosen = Self.choose(
      text: namedText, label: isSingle ? labels.first : nil, wantsLabel: isSingle,
      others: Set(isSingle ? [weight].compactMap { $0 } : asked), names: header, count: first.count,
      rows: data)
    guard let text = chosen.text else {
      throw .undecidedColumn(path: path, role: "text", available: names)
    }
    if isSingle { labels = [chosen.label].compactMap { $0 } }
    if labels.count < options.labelColumns.count, options.needsLabels {
      if first.count == 1 { throw .unlabelled(path: path, format: isCSV ? .csv : .tsv) }
      throw .undecidedColumn(path: path, role: "label", available: names)
    }
    self.text = text
    self.labels = labels.count < options.labelColumns.count ? [] : labels
    self.weight = weight
  }

  private static func sample(
    _ path: String, _ bytes: UnsafeBufferPointer<UInt8>, isWhole: Bool, isCSV: Bool
  ) throws(CorpusError) -> [[String]] {
    let copy = InputBuffer(path: path, copying: bytes)
    let reader = DelimitedReader(copy, isCSV: isCSV)
    var rows: [[String]] = []
    reading: while rows.count < sampleRows {
      let step = try reader.next()
      // What is cut off by the end of the sample says nothing.
      if !isWhole {
        if copy.count == 0 { break }
        if case .bad(.unclosedQuote) = step { break }
      }
      switch step {
      case .row:
        rows.append((0..<reader.fieldCount).map { String(decoding: reader.field($0), as: UTF8.self) })
      case .blank: continue
      // The first row is what the others are held against, so it has to be good; the reading that
      // follows meets the same problem and reports it.
      case .bad: if rows.isEmpty { continue }
      case .end: break reading
      }
    }
    return rows
  }

  private static func find(
    _ selector: ColumnSelector, in header: [String]?, count: Int, path: String
  ) throws(CorpusError) -> Int {
    let available = header ?? (1...count).map { String($0) }
    switch selector {
    case .number(let number):
      guard number >= 1, number <= count else {
        throw .columnOutOfRange(path: path, number: number, available: available)
      }
      return number - 1
    case .name(let name):
      let matches = available.indices.filter { available[$0].utf8.elementsEqual(name.utf8) }
      guard let match = matches.first, header != nil else {
        throw .unknownColumn(path: path, name: name, available: available)
      }
      if matches.count > 1 { throw .repeatedColumn(path: path, name: name) }
      return match
    }
  }

  /// Whether the first row names the columns: see `CorpusOptions.header`.
  private static func looksLikeHeader(
    _ first: [String], _ rest: ArraySlice<[String]>, _ options: CorpusOptions
  ) -> Bool {
    for selector in [options.textColumn, options.weightColumn] + options.labelColumns.map(\.column) {
      if case .name = selector { return true }
    }
    let cells = first.map(UsualNames.normalised)
    guard Set(cells).count == cells.count, cells.allSatisfy(isNameLike) else { return false }
    return cells.indices.contains { column in
      (UsualNames.text.contains(cells[column]) || UsualNames.label.contains(cells[column]))
        && !rest.contains { $0.count > column && UsualNames.normalised($0[column]) == cells[column] }
    }
  }

  /// Letters, digits and `_ - .`, at most 40 of them, with at most one space; or nothing, as pandas calls
  /// its index.
  private static func isNameLike(_ cell: String) -> Bool {
    cell.count <= 40 && cell.filter { $0 == " " }.count <= 1
      && cell.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || $0.isASCII && "0123456789_-.: ".unicodeScalars.contains($0)
      }
  }

  /// - Parameters:
  ///   - wantsLabel: whether a column is looked for that was not named.
  ///   - others: columns that are neither.
  private static func choose(
    text: Int?, label: Int?, wantsLabel: Bool, others: Set<Int>, names: [String]?, count: Int,
    rows: [[String]]
  ) -> (text: Int?, label: Int?) {
    var text = text
    var label = label
    func taken(_ column: Int?) -> Set<Int> { others.union([column].compactMap { $0 }) }
    if let names {
      if text == nil { text = UsualNames.first(of: UsualNames.text, in: names, except: taken(label)) }
      if label == nil, wantsLabel {
        label = UsualNames.first(of: UsualNames.label, in: names, except: taken(text))
      }
    }
    if text != nil, label != nil || !wantsLabel { return (text, label) }
    // What is left once identifiers are put aside.
    let free = (0..<count).filter { column in
      column != text && column != label && !others.contains(column)
        && !(names.map { UsualNames.identifier.contains(UsualNames.normalised($0[column])) } ?? false)
    }
    if !wantsLabel { return (free.count == 1 ? free[0] : nil, nil) }
    if text == nil, label == nil {
      if count == 1 { return (0, nil) }
      guard free.count == 2, let found = labelColumn(of: free, rows: rows) else { return (nil, nil) }
      return (free[0] == found ? free[1] : free[0], found)
    }
    guard free.count == 1 else { return (text, label) }
    return (text ?? free[0], label ?? free[0])
  }

  /// Of two columns the one that holds labels: from twenty rows on the one with at most half as many
  /// different values; otherwise, or where that does not decide, the one with the shorter values.
  private static func labelColumn(of columns: [Int], rows: [[String]]) -> Int? {
    func measure(_ column: Int) -> (distinct: Int, length: Int) {
      let values = rows.filter { $0.count > column }.map { $0[column] }
      return (Set(values.map { Array($0.utf8) }).count, values.reduce(0) { $0 + $1.utf8.count })
    }
    let (a, b) = (measure(columns[0]), measure(columns[1]))
    if rows.count >= 20 {
      if a.distinct * 2 <= b.distinct { return columns[0] }
      if b.distinct * 2 <= a.distinct { return columns[1] }
    }
    if a.length == b.length { return nil }
    return a.length < b.length ? columns[0] : columns[1]
  }
}
