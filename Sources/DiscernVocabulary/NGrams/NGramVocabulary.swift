import DiscernSystem

/// The n-grams of a linear model: their numbers, and the number of its training texts that have each.
///
/// Numbers count from 0; n-grams that more texts have come first. N-grams of words are a trie, whose steps
/// are pairs in one exact table; all n-grams of letters are tokens of another.
package struct NGramVocabulary: Sendable {
  /// The kind of an n-gram's parts.
  package enum Kind: Sendable, Equatable {
    case words
    case letters
  }

  package let configuration: NGramConfiguration
  /// The number of texts that the n-grams were counted in.
  package let textCount: Int
  /// [features] the number of these texts that have each.
  package let documentCounts: [Int32]
  /// The words, sorted by their bytes.
  let words: TokenTable
  /// [words] the feature of the single word.
  let wordFeatures: [Int32]
  /// (Feature of words, next word) → longer feature. By feature, the pair of the feature without the last
  /// word (-1 for a single word, `lettersParent` for letters), and of the last word, or the number in
  /// `letters`.
  let nodes: NodeTable
  /// The n-grams of letters, sorted by their bytes.
  let letters: TokenTable
  /// [letters] their features.
  let letterFeatures: [Int32]
  /// The features in the order of the file: the trie's, then letters.
  let fileOrder: [Int32]
  /// Nil if n-grams are kept by name.
  let hashing: NGramHashing?

  static let lettersParent: Int32 = -2

  /// The number of features.
  package var count: Int { documentCounts.count }

  /// N-grams by name, in the order of the file.
  init(_ list: NGramList, textCount: Int, _ configuration: NGramConfiguration) {
    let wordGrams = list.parents.count
    let counts = list.counts
    // The most frequent first: their weights lie together.
    let order = Self.order(counts)
    var numbers = [Int32](repeating: 0, count: counts.count)
    for (number, place) in order.enumerated() { numbers[place] = Int32(number) }
    var wordFeatures = [Int32](repeating: 0, count: list.words.count)
    var parents = [Int32](repeating: Self.lettersParent, count: counts.count)
    var lasts = parents
    for place in 0..<wordGrams {
      let feature = numbers[place]
      let word = list.lasts[place]
      lasts[Int(feature)] = word
      if list.parents[place] < 0 {
        parents[Int(feature)] = -1
        wordFeatures[Int(word)] = feature
      } else {
        parents[Int(feature)] = numbers[Int(list.parents[place])]
      }
    }
    for index in 0..<list.letters.count { lasts[Int(numbers[wordGrams + index])] = Int32(index) }
    self.configuration = configuration
    self.textCount = textCount
    documentCounts = order.map { counts[$0] }
    words = list.words
    self.wordFeatures = wordFeatures
    nodes = NodeTable(firsts: parents, seconds: lasts)
    letters = list.letters
    letterFeatures = Array(numbers[wordGrams...])
    fileOrder = numbers
    hashing = nil
  }

  /// Hashed n-grams, which share numbers.
  init(hashedCounts: [Int32], textCount: Int, bits: Int, _ configuration: NGramConfiguration) {
    self.configuration = configuration
    self.textCount = textCount
    documentCounts = hashedCounts
    words = TokenTable()
    wordFeatures = []
    nodes = NodeTable()
    letters = TokenTable()
    letterFeatures = []
    fileOrder = []
    hashing = NGramHashing(bits: bits)
  }

  /// The places of counts, the greatest first and equal ones in their order.
  private static func order(_ counts: [Int32]) -> [Int] {
    let greatest = Int(counts.max() ?? 0)
    if greatest > 4 * counts.count + 1024 {
      return counts.indices.sorted { counts[$0] != counts[$1] ? counts[$0] > counts[$1] : $0 < $1 }
    }
    var starts = [Int](repeating: 0, count: greatest + 2)
    for count in counts { starts[greatest - Int(count) + 1] += 1 }
    for index in 1..<starts.count { starts[index] += starts[index - 1] }
    var result = [Int](repeating: 0, count: counts.count)
    for (place, count) in counts.enumerated() {
      result[starts[greatest - Int(count)]] = place
      starts[greatest - Int(count)] += 1
    }
    return result
  }

  /// The share of the texts' n-grams that share their number with another, estimated from the numbers in use;
  /// nil if n-grams are kept by name.
  package var collisionRate: Double? {
    if hashing == nil { return nil }
    var (grams, shared) = (0.0, 0.0)
    // Words and letters have half of the numbers each. With all numbers equally likely, -size ln(1 - share)
    // n-grams use this share of the numbers on average.
    for kind in 0...1 {
      let size = Double(count / 2)
      let used = stride(from: kind, to: count, by: 2).count { documentCounts[$0] > 0 }
      let share = Double(used) / size
      let own = share < 1 ? -size * log(1 - share) : size * log(size)
      grams += own
      shared += share * own
    }
    return grams > 0 ? shared / grams : 0
  }

  /// The number of bytes in all words and n-grams of letters, each counted once.
  package var nameBytes: Int { words.bytes.count + letters.bytes.count }

  /// The kind of a feature's parts.
  package func kind(_ feature: Int) -> Kind {
    if hashing != nil { return feature & 1 == 0 ? .words : .letters }
    return nodes.first(feature) == Self.lettersParent ? .letters : .words
  }

  /// A feature's words, with spaces between them, or its letters, spaces included; nil if n-grams have no
  /// names.
  package func name(_ feature: Int) -> String? {
    if hashing != nil { return nil }
    if kind(feature) == .letters {
      return String(decoding: letters[Int(nodes.second(feature))], as: UTF8.self)
    }
    var words: [String] = []
    var place = feature
    while place >= 0 {
      words.append(String(decoding: self.words[Int(nodes.second(place))], as: UTF8.self))
      place = Int(nodes.first(place))
    }
    return words.reversed().joined(separator: " ")
  }

  /// A reader of texts, for one thread.
  package func makeReader() -> NGramReader { NGramReader(self) }
}
