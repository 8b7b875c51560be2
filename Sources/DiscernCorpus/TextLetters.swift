import DiscernVocabulary

/// The letters of some texts' unknown words, for models that read these words by their letters.
///
/// Each `<unk>` among the texts' ids has a bag, in order; the bag of an empty text's `<unk>` is empty.
package struct TextLetters: Sendable, Equatable {
  /// [texts + 1] the start of each text's words in `bags`.
  private var offsets = [0]
  private(set) var bags = LetterBags()
  /// [V] the letters of the known words, for training, which sometimes reads these by their letters too.
  package let ofKnown: LetterBags?

  package init(ofKnown: LetterBags? = nil) { self.ofKnown = ofKnown }

  package var textCount: Int { offsets.count - 1 }

  /// The places of a text's unknown words in `bags`.
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
