import Foundation

/// JSON Lines: one object a line. Only the two values that are wanted are kept; the rest is checked and
/// passed over.
final class JSONLinesStream: RecordStream {
  /// The keys that hold text and label.
  struct Keys {
    let text: String
    let label: String?
  }

  private let input: InputBuffer
  private let keys: Keys
  private let needsLabels: Bool
  private let textKey: [UInt8]
  private let labelKey: [UInt8]?
  private var scanner = JSONScanner()
  private var text = ByteBuffer()
  private var label = ByteBuffer()

  init(_ input: InputBuffer, keys: Keys, needsLabels: Bool) {
    self.input = input
    self.keys = keys
    self.needsLabels = needsLabels
    textKey = Array(keys.text.utf8)
    labelKey = keys.label.map { Array($0.utf8) }
  }

  func next() throws(CorpusError) -> StreamStep {
    let number = input.line
    guard let line = try input.takeLine() else { return .end }
    scanner.start(line)
    scanner.skipSpace()
    if scanner.position == line.count { return .blank }
    let problem: RowProblem
    do throws(JSONError) {
      switch try scan(line) {
      case .found(let hasLabel):
        return .record(
          RawRecord(
            text: text.bytes, label: hasLabel ? label.bytes : nil, path: input.path, line: number))
      case .problem(let found): problem = found
      }
    } catch {
      problem = .invalidJSON(column: error.column, explanation: error.explanation)
    }
    return .bad(RecordLocation(path: input.path, line: number), problem)
  }

  private enum Outcome {
    case found(hasLabel: Bool)
    case problem(RowProblem)
  }

  /// Fills `text` and `label` from the object that the scanner stands at.
  private func scan(_ line: UnsafeBufferPointer<UInt8>) throws(JSONError) -> Outcome {
    guard line[scanner.position] == UInt8(ascii: "{") else {
      _ = try scanner.value(building: false, depth: 0)
      try scanner.expectEnd()
      return .problem(.notAnObject)
    }
    var hasText = false
    var hasLabel = false
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
      } else if let labelKey, Self.equal(name, labelKey) {
        label.removeAll()
        if scanner.stands(at: UInt8(ascii: "\"")) {
          try scanner.string()
          label.append(scanner.stringBytes)
          hasLabel = true
        } else if scanner.standsAtNumber {
          label.append(UnsafeBufferPointer(rebasing: line[try scanner.number()]))
          hasLabel = true
        } else {
          if needsLabels || !scanner.stands(at: UInt8(ascii: "n")) {
            problem = .wrongType(
              key: String(decoding: labelKey, as: UTF8.self), found: scanner.typeName,
              expected: "a string or a number")
          }
          _ = try scanner.value(building: false, depth: 1)
        }
      } else {
        _ = try scanner.value(building: false, depth: 1)
      }
    }
    try scanner.expectEnd()
    if let problem { return .problem(problem) }
    if !hasText { return .problem(.missingKey(keys.text, available: try Self.names(in: line))) }
    if !hasLabel, needsLabels, let label = keys.label {
      return .problem(.missingKey(label, available: try Self.names(in: line)))
    }
    return .found(hasLabel: hasLabel)
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
    let label = options.labelColumn?.description
    if let text, text == label { throw .sameColumn(path: input.path, name: text) }
    if let text, label != nil { return Keys(text: text, label: label) }
    var sample = try input.peek(TableLayout.sampleBytes)
    while !input.isAtEnd, !sample.contains(0x0A) { sample = try input.peek(sample.count * 2) }
    let copy = InputBuffer(path: input.path, copying: sample)
    while let line = try copy.takeLine() {
      guard let names = try? names(in: line), !names.isEmpty else { continue }
      let textIndex =
        names.firstIndex { $0 == text }
        ?? UsualNames.first(
          of: UsualNames.text, in: names, except: names.firstIndex { $0 == label })
      guard let chosenText = text ?? textIndex.map({ names[$0] }) else {
        throw .undecidedColumn(path: input.path, role: "text", available: names)
      }
      let chosenLabel =
        label ?? UsualNames.first(of: UsualNames.label, in: names, except: textIndex).map { names[$0] }
      if chosenLabel == nil, options.needsLabels {
        throw .undecidedColumn(path: input.path, role: "label", available: names)
      }
      return Keys(text: chosenText, label: chosenLabel)
    }
    // No object in the first MiB: the reading itself will say what is wrong with its lines.
    return input.count == 0 ? nil : Keys(text: text ?? "text", label: label ?? "label")
  }
}
