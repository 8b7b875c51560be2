import DiscernIO
import Foundation

/// JSON Lines: one object a line. Only the values that are wanted are kept; the rest is checked and
/// passed over.
final class JSONLinesStream: RecordStream {
  /// The keys that hold text, labels and weight.
  struct Keys {
    struct Label {
      let name: String
      let separator: LabelSeparator?
    }

    let text: String
    /// By task; empty without labels.
    let labels: [Label]
    let weight: String?
  }

  private let input: InputBuffer
  private let keys: Keys
  private let needsLabels: Bool
  private let textKey: [UInt8]
  /// The labels' keys, then the weight's.
  private let cellKeys: [[UInt8]]
  private var scanner = JSONScanner()
  private var text = ByteBuffer()
  private var cells = ByteBuffer()
  /// Where each key's value stands in `cells`; nil where it is missing.
  private var spans: [Range<Int>?] = []

  init(_ input: InputBuffer, keys: Keys, needsLabels: Bool) {
    self.input = input
    self.keys = keys
    self.needsLabels = needsLabels
    textKey = Array(keys.text.utf8)
    cellKeys = (keys.labels.map(\.name) + [keys.weight].compactMap { $0 }).map { Array($0.utf8) }
  }

  func next() throws(CorpusError) -> StreamStep {
    let number = input.line
    guard let line = try input.takeLine() else { return .end }
    scanner.start(line)
    scanner.skipSpace()
    if scanner.position == line.count { return .blank }
    let problem: RowProblem
    do throws(JSONError) {
      if let found = try scan(line) {
        problem = found
      } else {
        let bytes = cells.bytes
        let values = spans.map { $0.map { UnsafeBufferPointer(rebasing: bytes[$0]) } }
        return .record(
          RawRecord(
            text: text.bytes, labels: Array(values.prefix(keys.labels.count)),
            weight: keys.weight == nil ? nil : values.last ?? nil, path: input.path, line: number))
      }
    } catch {
      problem = .invalidJSON(column: error.column, explanation: error.explanation)
    }
    return .bad(RecordLocation(path: input.path, line: number), problem)
  }

  /// Fills `text` and `cells` from the object that the scanner stands at, and says what is wrong with it.
  private func scan(_ line: UnsafeBufferPointer<UInt8>) throws(JSONError) -> RowProblem? {
    guard line[scanner.position] == UInt8(ascii: "{") else {
      _ = try scanner.value(building: false, depth: 0)
      try scanner.expectEnd()
      return .notAnObject
    }
    cells.removeAll()
    spans = Array(repeating: nil, count: cellKeys.count)
    var hasText = false
    var problem: RowProblem?
    var object = try scanner.beginObject(depth: 1)
    while let key = try scanner.nextKey(&object) {
      let name = scanner.keyBytes(key)
      if Self.equal(name, textKey) {
        guard scanner.stands(at: UInt8(ascii: "\"")) else {
          problem = .wrongType(key: keys.text, found: scanner.typeName, expected: "a string")
          _ = try scanner.value(building: false, depth: 1)
          continue
        }
        try scanner.string()
        text.removeAll()
        text.append(scanner.stringBytes)
        hasText = true
      } else if let cell = cellKeys.firstIndex(where: { Self.equal(name, $0) }) {
        problem = try scanCell(cell, line) ?? problem
      } else {
        _ = try scanner.value(building: false, depth: 1)
      }
    }
    try scanner.expectEnd()
    if let problem { return problem }
    if !hasText { return .missingKey(keys.text, available: try Self.names(in: line)) }
    if needsLabels, keys.labels.count == 1, spans[0] == nil {
      return .missingKey(keys.labels[0].name, available: try Self.names(in: line))
    }
    if let weight = keys.weight, spans[cellKeys.count - 1] == nil {
      return .missingKey(weight, available: try Self.names(in: line))
    }
    return nil
  }

  /// Keeps the value of a label's or the weight's key.
  private func scanCell(_ cell: Int, _ line: UnsafeBufferPointer<UInt8>) throws(JSONError) -> RowProblem? {
    let isWeight = cell == keys.labels.count
    let separator = isWeight ? nil : keys.labels[cell].separator
    let start = cells.count
    if scanner.stands(at: UInt8(ascii: "\"")) {
      try scanner.string()
      cells.append(scanner.stringBytes)
    } else if scanner.standsAtNumber {
      cells.append(UnsafeBufferPointer(rebasing: line[try scanner.number()]))
    } else if let separator, scanner.stands(at: UInt8(ascii: "[")) {
      let list = try scanner.value(building: true, depth: 1).array ?? []
      if let problem = append(list, of: keys.labels[cell].name, separator) { return problem }
    } else {
      // A task may be without a label where others have one.
      let mayBeNull = !isWeight && (!needsLabels || keys.labels.count > 1)
      let isNull = scanner.stands(at: UInt8(ascii: "n"))
      let found = scanner.typeName
      _ = try scanner.value(building: false, depth: 1)
      if isNull, mayBeNull { return nil }
      let expected = separator == nil ? "a string or a number" : "a string, a number or a list of them"
      return .wrongType(
        key: String(decoding: cellKeys[cell], as: UTF8.self), found: found, expected: expected)
    }
    spans[cell] = start..<cells.count
    return nil
  }

  /// Appends the labels of a list with the separator between them.
  private func append(_ list: [JSONValue], of key: String, _ separator: LabelSeparator) -> RowProblem? {
    for (index, element) in list.enumerated() {
      guard let label = element.string ?? element.number else {
        return .wrongType(
          key: key, found: "a list with something else in it", expected: "a list of strings or numbers")
      }
      if label.utf8.contains(separator.byte) {
        return .separatorInLabel(label: label, separator: separator.description)
      }
      if index > 0 { cells.append(separator.byte) }
      for byte in label.utf8 { cells.append(byte) }
    }
    return nil
  }

  private static func equal(_ bytes: UnsafeBufferPointer<UInt8>, _ key: [UInt8]) -> Bool {
    bytes.count == key.count && bytes.elementsEqual(key)
  }

  private static func names(in line: UnsafeBufferPointer<UInt8>) throws(JSONError) -> [String] {
    (try StrictJSON.parse(line)).object?.map(\.key) ?? []
  }

  // MARK: Which keys

  /// The keys that the options name, otherwise the usual ones that the first good object holds. Nil if
  /// there is no object to look at.
  static func chooseKeys(_ input: InputBuffer, options: CorpusOptions) throws(CorpusError) -> Keys? {
    let text = options.textColumn?.description
    let columns = options.labelColumns.map { $0.column?.description }
    let weight = options.weightColumn?.description
    let isSingle = columns.count == 1
    if let text, columns == [text] { throw .sameColumn(path: input.path, name: text) }
    let asked = ([text, weight] + columns).compactMap { $0 }
    if let twice = asked.indices.first(where: { asked[..<$0].contains(asked[$0]) }) {
      throw .columnTwice(path: input.path, name: asked[twice])
    }
    func keys(_ text: String, _ names: [String?]) -> Keys {
      let labels = zip(options.labelColumns, names).compactMap { column, name in
        name.map { Keys.Label(name: $0, separator: column.separator) }
      }
      return Keys(text: text, labels: labels.count < columns.count ? [] : labels, weight: weight)
    }
    if let text, columns.allSatisfy({ $0 != nil }) { return keys(text, columns) }
    var sample = try input.peek(TableLayout.sampleBytes)
    while !input.isAtEnd, !sample.contains(0x0A) { sample = try input.peek(sample.count * 2) }
    let copy = InputBuffer(path: input.path, copying: sample)
    while let line = try copy.takeLine() {
      guard let names = try? names(in: line), !names.isEmpty else { continue }
      let taken = Set(names.indices.filter { asked.contains(names[$0]) })
      let textIndex =
        names.firstIndex { $0 == text } ?? UsualNames.first(of: UsualNames.text, in: names, except: taken)
      guard let chosenText = text ?? textIndex.map({ names[$0] }) else {
        throw .undecidedColumn(path: input.path, role: "text", available: names)
      }
      var chosen = columns
      if isSingle, columns[0] == nil {
        let free = taken.union([textIndex].compactMap { $0 })
        chosen = [UsualNames.first(of: UsualNames.label, in: names, except: free).map { names[$0] }]
      }
      if chosen.contains(where: { $0 == nil }), options.needsLabels {
        throw .undecidedColumn(path: input.path, role: "label", available: names)
      }
      return keys(chosenText, chosen)
    }
    // No object in the first MiB: the reading itself will say what is wrong with its lines.
    return input.count == 0 ? nil : keys(text ?? "text", isSingle ? [columns[0] ?? "label"] : columns)
  }
}
