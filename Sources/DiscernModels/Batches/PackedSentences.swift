import DiscernTensor

/// How the texts of a batch are divided into sentences: all sentences packed as sequences of words, and the
/// texts packed as sequences of sentences.
///
/// N texts, M sentences, S tokens in all, U distinct words. Sequences of the same length keep the batch's
/// order, so if every text has one sentence, all orders equal the batch's.
package struct PackedSentences: Sendable {
  /// M sentences, the longest first, in S rows.
  package let words: PackedLayout
  /// [S] the row in the batch of each of these tokens.
  package let tokens: TokenRows
  /// [S] the distinct word of each of these tokens.
  package let tokenRows: TokenRows
  /// N texts, the one with the most sentences first, in M rows.
  package let texts: PackedLayout
  /// [M] the sentence in each row of `texts`.
  package let sentences: TokenRows
  /// [N] the place of each of the batch's texts in `texts`.
  package let places: TokenRows

  /// M
  package var count: Int { words.sequenceCount }

  /// - Parameters:
  ///   - starts: by text of the batch, the first token of each of its sentences.
  ///   - layout: the batch's own.
  ///   - rows: the distinct word of each of its tokens.
  init(starts: [ArraySlice<Int32>], _ layout: PackedLayout, _ rows: TokenRows) {
    var all: [(text: Int, start: Int, length: Int)] = []
    for (text, own) in starts.enumerated() {
      for (place, start) in zip(own.indices, own) {
        let end = place + 1 < own.endIndex ? Int(own[place + 1]) : layout.lengths[text]
        precondition(Int(start) < end, "a sentence from token \(start) to \(end)")
        all.append((text, Int(start), end - Int(start)))
      }
    }
    let order = Self.descending(all.map(\.length))
    words = PackedLayout(lengths: order.map { all[$0].length })
    var tokens: [Int32] = []
    tokens.reserveCapacity(layout.tokenCount)
    for step in 0..<words.stepCount {
      for sequence in 0..<words.batchSizes[step] {
        let sentence = all[order[sequence]]
        tokens.append(Int32(layout.offsets[sentence.start + step] + sentence.text))
      }
    }
    self.tokens = TokenRows(rowOfToken: tokens, rowCount: layout.tokenCount)
    tokenRows = TokenRows(rowOfToken: tokens.map { rows.rowOfToken[Int($0)] }, rowCount: rows.rowCount)

    var sequenceOfSentence = [Int32](repeating: 0, count: all.count)
    for (sequence, sentence) in order.enumerated() { sequenceOfSentence[sentence] = Int32(sequence) }
    var firstSentence = [0]
    for own in starts { firstSentence.append(firstSentence[firstSentence.count - 1] + own.count) }
    let textOrder = Self.descending(starts.map(\.count))
    texts = PackedLayout(lengths: textOrder.map { starts[$0].count })
    var sentences: [Int32] = []
    sentences.reserveCapacity(all.count)
    for step in 0..<texts.stepCount {
      for sequence in 0..<texts.batchSizes[step] {
        sentences.append(sequenceOfSentence[firstSentence[textOrder[sequence]] + step])
      }
    }
    self.sentences = TokenRows(rowOfToken: sentences, rowCount: all.count)
    var places = [Int32](repeating: 0, count: starts.count)
    for (place, text) in textOrder.enumerated() { places[text] = Int32(place) }
    self.places = TokenRows(rowOfToken: places, rowCount: starts.count)
  }

  private static func descending(_ lengths: [Int]) -> [Int] {
    lengths.indices.sorted { lengths[$0] != lengths[$1] ? lengths[$0] > lengths[$1] : $0 < $1 }
  }
}
