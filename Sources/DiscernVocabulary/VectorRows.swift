/// The rows of a vector file, or of a part of it, that are wanted; the others are counted.
struct VectorRows: Sendable {
  /// The treatment of a row.
  enum Place {
    /// Its numbers are the next of `values`.
    case kept
    /// Its numbers are `unknownRow`.
    case unknown
    case dropped
  }

  /// The vocabulary whose words' rows are wanted; nil for all rows.
  let vocabulary: Vocabulary?
  /// With a vocabulary: the ids of the kept rows, in their order.
  private(set) var ids: [Int32] = []
  /// Without a vocabulary: the kept tokens, in their order.
  private(set) var tokens = TokenTable()
  /// The numbers of the kept rows, one row after the other. [rows kept, dimension]
  var values: [Float] = []
  /// The numbers of `<unk>`'s row, if there is one.
  var unknownRow: [Float]?
  /// The number of all rows.
  var count = 0
  /// The number of rows whose token has been kept before.
  private(set) var repeatedCount = 0
  /// The number of rows without a visible token.
  private(set) var invisibleCount = 0
  private var hasUnknown = false
  private var isFound: [Bool]

  init(vocabulary: Vocabulary?) {
    self.vocabulary = vocabulary
    isFound = [Bool](repeating: false, count: vocabulary?.count ?? 0)
  }

  /// The number of kept rows.
  var keptCount: Int { vocabulary == nil ? tokens.count : ids.count }

  /// Counts a row, and returns its treatment: the first row of a wanted token is kept.
  mutating func place(of token: UnsafeBufferPointer<UInt8>) -> Place {
    count += 1
    guard VisibleToken.isVisible(token) else {
      invisibleCount += 1
      return .dropped
    }
    if Vocabulary.isSpecial(token) {
      guard token.elementsEqual(Vocabulary.unknownToken.utf8), !hasUnknown else { return .dropped }
      hasUnknown = true
      return .unknown
    }
    if let vocabulary {
      let id = vocabulary.id(of: token)
      if id == Vocabulary.unknownID { return .dropped }
      if isFound[Int(id)] { return dropRepeated() }
      isFound[Int(id)] = true
      ids.append(id)
      return .kept
    }
    let before = tokens.count
    _ = tokens.insert(token)
    return tokens.count > before ? .kept : dropRepeated()
  }

  /// Counts a row that has numbers but no token.
  mutating func countWithoutToken() {
    count += 1
    invisibleCount += 1
  }

  private mutating func dropRepeated() -> Place {
    repeatedCount += 1
    return .dropped
  }
}
