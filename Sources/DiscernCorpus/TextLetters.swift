import DiscernVocabulary

/// The letters of some texts' unknown words, for models that read those by them.
///
/// Each `<unk>` among the texts' ids has a bag, in their order; that of an empty text's is empty.
package struct TextLetters: Sendable, Equatable {
  /// [texts + 1] where each text's begin in `bags`.
  private var offsets = [0]
  private(set) var bags = LetterBags()
  /// [V] the letters of the words that are known, for training, which reads those too by them now and then.
  package let ofKnown: LetterBags?

  package init(ofKnown: LetterBags? = nil) { self.ofKnown = ofKnown }

  package var textCount: Int { offsets.count - 1 }

  /// The places of a text's unknown words.
  package func words(of text: Int) -> Range<Int> { offsets[text]..<offsets[text + 1] }

  /// The buckets of the unknown word at a place.
  package subscript(place: Int) -> ArraySlice<Int32> { bags[place] }

  /// Appends a text's unknown words.
  package mutating func append(_ words: LetterBags) {
    bags.append(contentsOf: words)
    offsets.append(bags.count)
  }

  mutating func append(contentsOf other: TextLetters) {
    let base = bags.count
    bags.append(contentsOf: other.bags)
    offsets.append(contentsOf: other.offsets.dropFirst().map { $0 + base })
  }

  func selecting(_ texts: [Int]) -> TextLetters {
    var result = TextLetters(ofKnown: ofKnown)
    for text in texts {
      for place in words(of: text) { result.bags.append(bags[place]) }
      result.offsets.append(result.bags.count)
    }
    return result
  }
}
