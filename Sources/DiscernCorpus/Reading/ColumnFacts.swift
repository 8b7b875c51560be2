import DiscernSystem
import DiscernVocabulary

/// Statistics of a column's values.
struct ColumnFacts {
  /// The number of values, without empty ones.
  let count: Int
  let emptyCount: Int
  /// The distinct values, without surrounding white space.
  let values: Set<String>
  /// The number of distinct values that occur once.
  let singletons: Int
  let isNumeric: Bool
  /// In characters.
  let meanLength: Double
  let medianLength: Int
  let shortest: Int
  let meanWords: Double
  let areSingleWords: Bool
  /// Whether all are dates, URLs or the names of parts such as `train`: neither texts nor labels.
  let isMarker: Bool

  /// The number of bytes of a value that are examined: a longer value is a text, whatever follows.
  private static let lookedAt = 4096

  init(_ cells: [String]) {
    let filled = cells.map(Self.beginning).filter { !$0.isEmpty }
    count = filled.count
    emptyCount = cells.count - filled.count
    var counts: [String: Int] = [:]
    for value in filled { counts[value, default: 0] += 1 }
    values = Set(counts.keys)
    singletons = counts.values.count { $0 == 1 }
    isNumeric = !filled.isEmpty && filled.allSatisfy(Self.isNumber)
    let measures = filled.map(Self.measure)
    let lengths = measures.map(\.length).sorted()
    medianLength = lengths.isEmpty ? 0 : lengths[lengths.count / 2]
    shortest = lengths.first ?? 0
    let total = Double(max(filled.count, 1))
    meanLength = Double(lengths.reduce(0, +)) / total
    meanWords = Double(measures.reduce(0) { $0 + $1.words }) / total
    areSingleWords = measures.allSatisfy { $0.words <= 1 }
    isMarker =
      !filled.isEmpty
      && (filled.allSatisfy(Self.isDate) || filled.allSatisfy { $0.hasPrefix("http") }
        || filled.allSatisfy { PartName($0)?.stem.isEmpty ?? false })
  }

  var distinct: Int { values.count }

  /// Whether values are repeated, as classes are.
  var isCategorical: Bool { count >= 4 && distinct * 2 <= count }

  /// Whether the values are numbers and all distinct, like identifiers.
  var isIdentifier: Bool { isNumeric && count >= 4 && distinct == count }

  /// Whether it could hold texts or labels: neither identifiers, markers, mostly empty values nor a single
  /// value.
  var isOfUse: Bool { !isIdentifier && !isMarker && count > emptyCount && !(count >= 4 && distinct == 1) }

  /// Whether the values look like texts: several words each, and mostly distinct.
  var isTextual: Bool { meanWords >= 3 && distinct * 2 > count }

  static func isNumber(_ value: String) -> Bool {
    Array(value.utf8).withUnsafeBufferPointer {
      if case .value = DecimalFloat.parse($0) { true } else { false }
    }
  }

  /// Three numbers with `-`, `/` or `.` between them, possibly followed by a time.
  private static func isDate(_ value: String) -> Bool {
    let day = value.prefix { $0 != " " && $0 != "T" }
    let numbers = day.split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "/" || $0 == "." }
    return numbers.count == 3
      && numbers.allSatisfy { (1...4).contains($0.count) && $0.allSatisfy(\.isNumber) }
  }

  /// The part that is examined, without surrounding white space. Most values have none, as their first and
  /// last byte show.
  private static func beginning(_ cell: String) -> String {
    let part =
      cell.utf8.count <= lookedAt ? cell : String(decoding: cell.utf8.prefix(lookedAt), as: UTF8.self)
    guard let first = part.utf8.first, let last = part.utf8.last else { return part }
    let visible = UInt8(0x21)...0x7E
    return visible.contains(first) && visible.contains(last)
      ? part : part.trimmed()
  }

  /// The number of characters, and of words between spaces; for scripts without spaces, an estimate of the
  /// words. In ASCII, bytes are counted, which is fast even for a thousand long texts.
  private static func measure(_ value: String) -> (length: Int, words: Int) {
    var pieces = 0
    var isASCII = true
    var before = UInt8(0x20)
    for byte in value.utf8 {
      if before == 0x20, byte != 0x20 { pieces += 1 }
      if byte >= 0x80 { isASCII = false }
      before = byte
    }
    if isASCII { return (value.utf8.count, pieces) }
    let ideographs = value.unicodeScalars.count { (0x0E00...0x0EFF).contains($0.value) || $0.value >= 0x2E80 }
    return (value.count, max(pieces, ideographs / 2))
  }
}
