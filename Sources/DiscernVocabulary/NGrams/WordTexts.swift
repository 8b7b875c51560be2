import DiscernText

/// Texts as the numbers of all their words, in one flat array, with the table of the words.
///
/// Text `i` is `ids[offsets[i]..<offsets[i + 1]]`. Words are numbered in order of first occurrence, so that
/// numbers depend only on the texts. Cost: 4 bytes per token, 8 bytes per text, and the table.
package struct WordTexts: Sendable {
  /// The distinct words.
  package private(set) var table: TokenTable
  /// [tokens] the words' numbers in the table.
  package private(set) var ids: [Int32] = []
  /// [texts + 1] the start of each text in `ids`, and the end of the last.
  package private(set) var offsets: [Int] = [0]

  /// - Parameter hash: other than the process's own only in tests.
  package init(hash: TokenHash = .ofProcess) { table = TokenTable(hash: hash) }

  /// The number of texts.
  package var count: Int { offsets.count - 1 }

  /// The words of text `index`.
  package subscript(index: Int) -> ArraySlice<Int32> { ids[offsets[index]..<offsets[index + 1]] }

  /// Appends a text: its normalised bytes and the places of its words in them.
  package mutating func append(
    _ utf8: UnsafeBufferPointer<UInt8>, _ words: UnsafeBufferPointer<TokenRange>
  ) {
    for word in words { ids.append(table.insert(UnsafeBufferPointer(rebasing: utf8[word.range]))) }
    offsets.append(ids.count)
  }

  /// Appends a text.
  package mutating func append(_ tokens: TokenBuffer) {
    tokens.withUnsafeTokens { utf8, words in append(utf8, words) }
  }

  /// Appends a text of words.
  package mutating func append(words: some Sequence<String>) {
    for word in words {
      var word = word
      ids.append(word.withUTF8 { table.insert($0) })
    }
    offsets.append(ids.count)
  }

  /// Appends texts in their order.
  package mutating func append(contentsOf other: WordTexts) {
    let numbers = (0..<other.table.count).map { index in
      other.table[index].withUnsafeBufferPointer { table.insert($0) }
    }
    let base = ids.count
    ids.append(contentsOf: other.ids.lazy.map { numbers[Int($0)] })
    offsets.append(contentsOf: other.offsets.dropFirst().lazy.map { $0 + base })
  }

  /// The texts of the given indices, in that order, with the same table.
  package func selecting(_ indices: [Int]) -> WordTexts {
    var result = self
    result.ids = []
    result.offsets = [0]
    result.ids.reserveCapacity(indices.reduce(0) { $0 + offsets[$1 + 1] - offsets[$1] })
    result.offsets.reserveCapacity(indices.count + 1)
    for index in indices {
      result.ids.append(contentsOf: self[index])
      result.offsets.append(result.ids.count)
    }
    return result
  }
}
