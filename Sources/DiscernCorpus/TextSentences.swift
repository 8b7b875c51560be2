/// The beginnings of the sentences in some texts, for models that read texts sentence by sentence. Each text
/// has at least one sentence, which begins with its first token.
///
/// Cost: 4 bytes per sentence, 8 bytes per text.
package struct TextSentences: Sendable, Equatable {
  /// [texts + 1] the start of each text's sentences in `all`.
  private var offsets = [0]
  /// [sentences] the index of each one's first token in its text.
  private var all: [Int32] = []

  package init() {}

  package var textCount: Int { offsets.count - 1 }

  /// The first token of each of a text's sentences, ascending from 0.
  package subscript(text: Int) -> ArraySlice<Int32> { all[offsets[text]..<offsets[text + 1]] }

  /// Appends a text, by the first token of each of its sentences.
  package mutating func append(_ starts: some Sequence<Int>) {
    let count = all.count
    for start in starts { all.append(Int32(start)) }
    precondition(all.count > count && all[count] == 0, "a text's first sentence begins with its first token")
    offsets.append(all.count)
  }

  package mutating func append(contentsOf other: TextSentences) {
    let base = all.count
    all.append(contentsOf: other.all)
    offsets.append(contentsOf: other.offsets.dropFirst().map { $0 + base })
  }

  package func selecting(_ texts: [Int]) -> TextSentences {
    var result = TextSentences()
    for text in texts {
      result.all.append(contentsOf: self[text])
      result.offsets.append(result.all.count)
    }
    return result
  }
}
