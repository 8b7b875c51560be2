/// Consecutive texts, grouped into blocks. A block is read at once and, in a large corpus, shuffled as a
/// unit. It ends before the text that would make it too large, so that the blocks are the same wherever the
/// texts are stored.
package struct TextBlocks: Sendable, Equatable {
  /// The maximum number of texts in a block.
  package static let textLimit = 1024
  /// The maximum number of tokens in a block of several texts.
  package static let tokenLimit = 1 << 18

  /// [blocks + 1] the first text of each block, then the end of the last.
  package private(set) var starts = [0]
  /// [blocks] the number of tokens in each.
  package private(set) var tokens: [Int] = []

  package init() {}

  /// - Parameter lengths: the number of tokens of each text.
  package init(lengths: some Sequence<Int>) {
    for length in lengths { append(length) }
  }

  package var count: Int { tokens.count }
  package var textCount: Int { starts[starts.count - 1] }
  package var tokenCount: Int { tokens.reduce(0, +) }

  package func texts(_ block: Int) -> Range<Int> { starts[block]..<starts[block + 1] }

  /// The block that a text is in.
  package func block(of text: Int) -> Int {
    var (low, high) = (0, count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if starts[middle] <= text { low = middle } else { high = middle - 1 }
    }
    return low
  }

  /// Whether a text of the given length begins a new block.
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

  /// Appends a block whose bounds are already known.
  package mutating func append(texts: Int, tokens: Int) {
    starts.append(textCount + texts)
    self.tokens.append(tokens)
  }
}
