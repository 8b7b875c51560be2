import DiscernVocabulary

/// Numbers the rows' values for one task, each a label or a list of labels, in order of occurrence; or looks
/// labels up in a given set.
struct LabelCollector {
  private let column: LabelColumn
  private let known: LabelSet?
  /// The labels, or lists of them, as in the rows.
  private(set) var names: [[UInt8]] = []
  private(set) var hashes: [ContentHash] = []
  /// The same as `names`, for look-ups: labels are distinguished by all their bytes.
  private var table = TokenTable()
  /// Labels that occur but are not in the given set.
  private(set) var unseen: [UnseenLabel] = []
  private var unseenTable = TokenTable()

  /// The number of a row with a label that is not in the given set.
  static let unseenNumber: Int32 = -2

  init(_ column: LabelColumn = LabelColumn(), known: LabelSet? = nil) {
    self.column = column
    self.known = known
  }

  /// The number of a row's label or list, for use with `hashes`, `names` and, at the end, `conclude`; or
  /// `unseenNumber` if a label is not in the given set.
  mutating func number(of cell: UnsafeBufferPointer<UInt8>?, at location: RecordLocation) -> Int32 {
    guard let cell else { return TaskLabels.none }
    let found = table.find(cell)
    if found >= 0 { return found }
    if let known {
      let others = labels(of: cell).filter { known.id(of: $0) == nil }
      for label in others { note(label, location) }
      if !others.isEmpty { return Self.unseenNumber }
    }
    names.append(Array(cell))
    hashes.append(ContentHash(cell))
    return table.append(cell)
  }

  private mutating func note(_ label: UnsafeBufferPointer<UInt8>, _ location: RecordLocation) {
    let place = Int(unseenTable.insert(label))
    if place < unseen.count {
      unseen[place].count += 1
    } else {
      let name = String(decoding: label, as: UTF8.self)
      unseen.append(UnseenLabel(task: column.task, label: name, count: 1, first: location))
    }
  }

  func name(_ number: Int32) -> String { String(decoding: names[Int(number)], as: UTF8.self) }

  /// The labels that a number stands for.
  func labels(_ number: Int32) -> [[UInt8]] {
    names[Int(number)].withUnsafeBufferPointer { cell in labels(of: cell).map { Array($0) } }
  }

  private func labels(of cell: UnsafeBufferPointer<UInt8>) -> [UnsafeBufferPointer<UInt8>] {
    column.separator.map { $0.split(cell) } ?? [cell]
  }

  /// The task with the given labels, or with all that occur, and the rows' labels as ids. Nil if no label
  /// occurs and none are given.
  func conclude(_ numbers: [Int32]) throws(VocabularyError) -> LabelTarget? {
    let cells = names.map { name in
      name.withUnsafeBufferPointer { cell in labels(of: cell).map { String(decoding: $0, as: UTF8.self) } }
    }
    let came = cells.joined()
    let set: LabelSet
    if let known {
      set = known
    } else {
      if came.isEmpty { return nil }
      set = try LabelSet(came)
    }
    let ids = cells.map { cell in Set(cell.map { Int32(set.id(of: $0) ?? -1) }).sorted() }
    guard column.separator != nil else {
      let single = TaskLabels(numbers: numbers.map { $0 < 0 ? $0 : ids[Int($0)][0] })
      return LabelTarget(column: column, labelSet: set, labels: single)
    }
    // The same set may have been written in several ways; sets are numbered in their own order.
    let sets = Set(ids).sorted { $0.lexicographicallyPrecedes($1) }
    let places = Dictionary(uniqueKeysWithValues: zip(sets, Int32(0)...))
    let several = TaskLabels(numbers: numbers.map { $0 < 0 ? $0 : places[ids[Int($0)]] ?? -1 }, sets: sets)
    return LabelTarget(column: column, labelSet: set, labels: several)
  }
}
