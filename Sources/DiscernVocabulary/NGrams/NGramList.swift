/// N-grams in the order of their file: the trie of words, depth first with children sorted by their words'
/// bytes, then letters sorted by their bytes.
struct NGramList {
  /// The words that are n-grams by themselves, sorted by their bytes.
  var words = TokenTable()
  /// [n-grams of words] the place in this list of the n-gram without the last word; -1 for a single word.
  var parents: [Int32] = []
  /// [n-grams of words] the last word.
  var lasts: [Int32] = []
  /// The n-grams of letters, sorted by their bytes.
  var letters = TokenTable()
  /// [n-grams of words, then letters] the number of texts that have each.
  var counts: [Int32] = []

  /// Some of a table's tokens, sorted by their bytes.
  static func sorted(_ tokens: [Int32], of table: TokenTable) -> [Int32] {
    let keyed = tokens.map { token -> (UInt64, Int32) in
      var key: UInt64 = 0
      for (place, byte) in table[Int(token)].prefix(8).enumerated() {
        key |= UInt64(byte) << UInt64(56 - 8 * place)
      }
      return (key, token)
    }
    return keyed.sorted { left, right in
      left.0 != right.0
        ? left.0 < right.0
        : table[Int(left.1)].lexicographicallyPrecedes(table[Int(right.1)])
    }.map(\.1)
  }
}
