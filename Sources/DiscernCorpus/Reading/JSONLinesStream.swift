import DiscernIO
import DiscernSystem

/// Records from JSON objects: one per line, or over several lines, also in one array. Only the selected
/// values are kept; the rest is checked and skipped.
final class JSONLinesStream: RecordStream {
  /// The keys of text, labels, weight and group.
  struct Keys {
    struct Label {
      let name: String
      let separator: LabelSeparator?
    }

    let text: String
    /// By task; empty without labels.
    let labels: [Label]
    let weight: String?
    let group: String?
    /// The keys whose values are passed on with the texts.
    var kept: [String] = []
    /// Whether an object without one of them, or with another value than a string there, is a bad row.
    var needsKept = false
  }

  private let path: String
  private var frames: JSONFrames
  private let keys: Keys
  private let needsLabels: Bool
  private let textKey: [UInt8]
  /// The labels' keys, then the weight's and the group's.
  private let cellKeys: [[UInt8]]
  private var scanner = JSONScanner()
  private var text = ByteBuffer()
  private var cells = ByteBuffer()
  /// The range of each key's value in `cells`; nil if it is missing.
  private var spans: [Range<Int>?] = []
  /// For each kept key, whether any object had it; and the keys of the first object.
  private var hasKept: [Bool]
  private var firstNames: [String]?

  init(_ input: InputBuffer, layout: JSONFrames.Layout, keys: Keys, needsLabels: Bool) {
    path = input.path
    frames = JSONFrames(input, layout)
    self.keys = keys
    self.needsLabels = needsLabels
    textKey = Array(keys.text.utf8)
    hasKept = keys.kept.map { _ in false }
    cellKeys = (keys.labels.map(\.name) + [keys.weight, keys.group].compactMap { $0 }).map { Array($0.utf8) }
  }

  func next() throws(CorpusError) -> StreamStep {
    switch try frames.next() {
    case .end: return .end
    case .blank: return .blank
    case .bad(let problem, let line): return .bad(RecordLocation(path: path, line: line), problem)
    case .value(let bytes, let line): return record(bytes, line)
    }
  }

  private var weightCell: Int? { keys.weight == nil ? nil : keys.labels.count }

  private func record(_ json: UnsafeBufferPointer<UInt8>, _ line: Int) -> StreamStep {
    scanner.start(json)
    scanner.skipSpace()
    do throws(JSONError) {
      if let problem = try scan(json) { return .bad(RecordLocation(path: path, line: line), problem) }
      let kept = try kept(json)
      if keys.needsKept, let problem = try Self.problem(keys.kept, kept, json) {
        return .bad(RecordLocation(path: path, line: line), problem)
      }
      let bytes = cells.bytes
      let values = spans.map { $0.map { UnsafeBufferPointer(rebasing: bytes[$0]) } }
      return .record(
        RawRecord(
          text: text.bytes, labels: Array(values.prefix(keys.labels.count)),
          weight: weightCell.flatMap { values[$0] }, group: keys.group == nil ? nil : values.last ?? nil,
          path: path, line: line, kept: kept))
    } catch {
      return .bad(
        RecordLocation(path: path, line: line + error.line - 1),
        .invalidJSON(column: error.column, explanation: error.explanation))
    }
  }

  private func kept(_ json: UnsafeBufferPointer<UInt8>) throws(JSONError) -> [KeptValue?] {
    if keys.kept.isEmpty { return [] }
    let members = try StrictJSON.parse(json).object ?? []
    if firstNames == nil { firstNames = members.map(\.key) }
    return keys.kept.enumerated().map { index, key in
      guard let member = members.first(where: { $0.key.utf8.elementsEqual(key.utf8) }) else { return nil }
      hasKept[index] = true
      return KeptValue(member.value)
    }
  }

  /// The problem of the first value that is missing or is not a string.
  private static func problem(
    _ keys: [String], _ values: [KeptValue?], _ json: UnsafeBufferPointer<UInt8>
  ) throws(JSONError) -> RowProblem? {
    for (key, value) in zip(keys, values) {
      if let value, !value.isJSON { continue }
      let members = try StrictJSON.parse(json).object ?? []
      guard let member = members.first(where: { $0.key.utf8.elementsEqual(key.utf8) }) else {
        return .missingKey(key, available: members.map(\.key))
      }
      return .wrongType(key: key, found: member.value.typeName, expected: "a string")
    }
    return nil
  }

  func finish() -> (notes: [String], warnings: [String]) {
    // Otherwise every object without one was named.
    guard let firstNames, !keys.needsKept else { return ([], []) }
    let missing = zip(keys.kept, hasKept).filter { !$1 }.map(\.0)
    return (
      [],
      missing.map {
        "no object has the key “\($0)”, which --keep asks for" + NearestName.hint(for: $0, among: firstNames)
      }
    )
  }

  /// Fills `text` and `cells` from the scanner's current object, and returns its problem, if any.
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
    if let weight = keys.weight, let weightCell, spans[weightCell] == nil {
      return .missingKey(weight, available: try Self.names(in: line))
    }
    return nil
  }

  /// Keeps the value of the key of a label, the weight or the group.
  private func scanCell(_ cell: Int, _ line: UnsafeBufferPointer<UInt8>) throws(JSONError) -> RowProblem? {
    let isWeight = cell == weightCell
    let isLabel = cell < keys.labels.count
    let separator = isLabel ? keys.labels[cell].separator : nil
    let start = cells.count
    if scanner.stands(at: UInt8(ascii: "\"")) {
      try scanner.string()
      cells.append(scanner.stringBytes)
    } else if scanner.standsAtNumber {
      cells.append(UnsafeBufferPointer(rebasing: line[try scanner.number()]))
    } else if !isWeight, scanner.stands(at: UInt8(ascii: "t")) || scanner.stands(at: UInt8(ascii: "f")) {
      let isTrue = try scanner.value(building: true, depth: 1).bool == true
      for byte in (isTrue ? "true" : "false").utf8 { cells.append(byte) }
    } else if let separator, scanner.stands(at: UInt8(ascii: "[")) {
      let list = try scanner.value(building: true, depth: 1).array ?? []
      if let problem = append(list, of: keys.labels[cell].name, separator) { return problem }
    } else {
      // A task may lack a label if there are others, and a text may lack a group.
      let mayBeNull = isLabel ? !needsLabels || keys.labels.count > 1 : !isWeight
      let isNull = scanner.stands(at: UInt8(ascii: "n"))
      let found = scanner.typeName
      _ = try scanner.value(building: false, depth: 1)
      if isNull, mayBeNull { return nil }
      let expected =
        isWeight
        ? "a number"
        : separator != nil
          ? "a string, a number, true, false or a list of them"
          : "a string, a number, true or false"
            + (isLabel && found == "an array" ? "; --multi-label , reads lists" : "")
      return .wrongType(
        key: String(decoding: cellKeys[cell], as: UTF8.self), found: found, expected: expected)
    }
    spans[cell] = start..<cells.count
    return nil
  }

  /// Appends the labels of a list, joined by the separator.
  private func append(_ list: [JSONValue], of key: String, _ separator: LabelSeparator) -> RowProblem? {
    for (index, element) in list.enumerated() {
      guard let label = element.string ?? element.number ?? element.bool.map({ $0 ? "true" : "false" }) else {
        return .wrongType(
          key: key, found: "a list with something else in it",
          expected: "a list of strings, numbers, true and false")
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
}
