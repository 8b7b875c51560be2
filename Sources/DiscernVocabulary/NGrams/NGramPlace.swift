/// A known n-gram and its place in a text.
package struct NGramPlace: Sendable, Hashable {
  /// The n-gram's number.
  package let feature: Int
  /// The words of the text that it touches.
  package let words: Range<Int>
}

/// Keeps places in the order in which they are found.
struct NGramPlaces: NGramSink {
  private(set) var all: [NGramPlace] = []

  mutating func add(_ feature: Int32, at first: Int, count: Int) {
    all.append(NGramPlace(feature: Int(feature), words: first..<first + count))
  }
}
