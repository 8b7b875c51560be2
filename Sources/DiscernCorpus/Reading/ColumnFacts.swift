import DiscernVocabulary
import Foundation

/// What the values of a column are like.
struct ColumnFacts {
  /// Values, empty ones aside.
  let count: Int
  let emptyCount: Int
  /// The different values, without white space around them.
  let values: Set<String>
  /// How many of them come once.
  let singletons: Int
  let isNumeric: Bool
  /// In characters.
  let meanLength: Double
  let medianLength: Int
  let shortest: Int
  let meanWords: Double
  let areSingleWords: Bool
  /// Dates, addresses of web pages, or the names of parts such as `train`: neither texts nor labels.
  let isMarker: Bool

  /// How much of a value is looked at: beyond that it is a text, whatever follows.
  private static let lookedAt = 4096

  init(_ cells: [String]) {
    let filled = cells.map { String(decoding: $0.utf8.prefix(Self.lookedAt), as: UTF8.self) }.map {
      $0.trimmingCharacters(in: .whitespaces)
    }.filter { !$0.isEmpty }
    count = filled.count
    emptyCount = cells.count - filled.count
    var counts: [String: Int] = [:]
    for value in filled { counts[value, default: 0] += 1 }
    values = Set(counts.keys)
    singletons = counts.values.count { $0 == 1 }
    isNumeric = !filled.isEmpty && filled.allSatisfy(Self.isNumber)
    let lengths = filled.map(\.count).sorted()
    medianLength = lengths.isEmpty ? 0 : lengths[lengths.count / 2]
    shortest = lengths.first ?? 0
    let total = Double(max(filled.count, 1))
    meanLength = Double(lengths.reduce(0, +)) / total
    let words = filled.map(Self.words)
    meanWords = Double(words.reduce(0, +)) / total
    areSingleWords = words.allSatisfy { $0 <= 1 }
    isMarker =
      !filled.isEmpty
      && (filled.allSatisfy(Self.isDate) || filled.allSatisfy { $0.hasPrefix("http") }
        || filled.allSatisfy { PartName($0)?.stem.isEmpty ?? false })
  }

  var distinct: Int { values.count }

  /// Whether values come again, as classes do.
  var isCategorical: Bool { count >= 4 && distinct * 2 <= count }

  /// Numbers of which none comes twice, as identifiers are.
  var isIdentifier: Bool { isNumeric && count >= 4 && distinct == count }

  /// Whether it could hold texts or labels: neither identifiers nor markers nor mostly nothing.
  var isOfUse: Bool { !isIdentifier && !isMarker && count > emptyCount && !(count >= 4 && distinct == 1) }

  /// Whether its values read like texts: several words, and mostly different ones.
  var isTextual: Bool { meanWords >= 3 && distinct * 2 > count }

  static func isNumber(_ value: String) -> Bool {
    Array(value.utf8).withUnsafeBufferPointer {
      if case .value = DecimalFloat.parse($0) { true } else { false }
    }
  }

  /// Numbers with `-`, `/` or `.` between them, and perhaps a time behind.
  private static func isDate(_ value: String) -> Bool {
    let day = value.prefix { $0 != " " && $0 != "T" }
    let numbers = day.split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "/" || $0 == "." }
    return numbers.count == 3
      && numbers.allSatisfy { (1...4).contains($0.count) && $0.allSatisfy(\.isNumber) }
  }

  /// Pieces between spaces; of writing without spaces about as many words as it has.
  private static func words(_ value: String) -> Int {
    let pieces = value.split(separator: " ").count
    let ideographs = value.unicodeScalars.count { (0x0E00...0x0EFF).contains($0.value) || $0.value >= 0x2E80 }
    return max(pieces, ideographs / 2)
  }
}
