/// Neighbouring texts as blocks: what is read together, and what an epoch's order moves as one where a corpus
/// is large. A block ends before the text with which it would have too many texts or tokens, so that it is
/// the same wherever the texts are.
package struct TextBlocks: Sendable, Equatable {
  /// Of a block at most.
  package static let textLimit = 1024
  /// Of a block of several texts at most.
  package static let tokenLimit = 1 << 18

  /// [blocks + 1] the first text of each, and their end.
  package private(set) var starts = [0]
  /// [blocks] the tokens of each.
  package private(set) var tokens: [Int] = []

  package init() {}

  /// - Parameter lengths: tokens of each text.
  package init(lengths: some Sequence<Int>) {
    for length in lengths { append(length) }
  }

  package var count: Int { tokens.count }
  package var textCount: Int { starts[starts.count - 1] }
  package var tokenCount: Int { tokens.reduce(0, +) }

  package func texts(_ block: Int) -> Range<Int> { starts[block]..<starts[block + 1] }

  /// The block of a text.
  package func block(of text: Int) -> Int {
    var (low, high) = (0, count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if starts[middle] <= text { low = middle } else { high = middle - 1 }
    }
    return low
  }

  /// Whether a text of that length begins another block.
  package func isFull(before length: Int) -> Bool {
    guard let last = tokens.last else { return true }
    return texts(count - 1).count >= Self.textLimit || last + length > Self.tokenLimit
  }

  package mutating func append(_ length: Int) {
    if isFull(before: length) {
      tokens.append(0)
      starts.append(textCount)
    }
    tokens[tokens.count - 1] += length
    starts[starts.count - 1] += 1
  }

  /// Takes up a block that was divided before.
  package mutating func append(texts: Int, tokens: Int) {
    starts.append(textCount + texts)
    self.tokens.append(tokens)
  }
}
