import DiscernVocabulary

/// Numbers labels in the order in which they come, or looks them up in a given set.
struct LabelCollector {
  private let known: LabelSet?
  private(set) var names: [[UInt8]] = []
  private(set) var hashes: [ContentHash] = []
  private var numbers: [ContentHash: Int32] = [:]

  /// The number of a record without a label.
  static let none: Int32 = -1

  init(known: LabelSet? = nil) { self.known = known }

  /// The record's label as a number, good for `hash(of:)` and, in the end, `remapped`. Throws
  /// `unknownLabel` if the label is not in the given set.
  mutating func number(of record: borrowing Record) throws(CorpusError) -> Int32 {
    guard let label = record.label else { return Self.none }
    let hash = ContentHash(label)
    if let number = numbers[hash] { return number }
    if let known, known.id(of: label) == nil {
      throw .unknownLabel(
        record.location, label: String(decoding: label, as: UTF8.self), known: known.names)
    }
    let number = Int32(names.count)
    names.append(Array(label))
    hashes.append(hash)
    numbers[hash] = number
    return number
  }

  func name(_ number: Int32) -> String { String(decoding: names[Int(number)], as: UTF8.self) }

  /// Replaces numbers by the ids of the given set, or of the set of all labels that came.
  func remapped(_ numbers: [Int32]) throws(VocabularyError) -> (labels: [Int32], set: LabelSet) {
    let strings = names.map { String(decoding: $0, as: UTF8.self) }
    let set: LabelSet
    if let known { set = known } else { set = try LabelSet(strings) }
    let ids = strings.map { Int32(set.id(of: $0) ?? -1) }
    return (numbers.map { $0 < 0 ? $0 : ids[Int($0)] }, set)
  }
}
