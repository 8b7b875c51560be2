import DiscernCorpus
import DiscernIO
import DiscernTensor

/// The size of a batch.
public enum BatchSize: Hashable, Sendable {
  /// A number of texts.
  case texts(Int)
  /// At most this many tokens (but at least one text).
  case tokens(Int)
}

/// Divides texts into batches of similar length.
///
/// Invariants: every text occurs exactly once in an epoch; the same seed and epoch give the same batches; the
/// batch with the most tokens comes first, so that memory use peaks immediately. Texts are shuffled and
/// divided into windows of several batches; a window is sorted by length, and its batches are shuffled again.
/// A window of one batch is plain shuffling (the most padding, if batches were padded); a window of the whole
/// epoch sorts all texts by length (the least randomness).
///
/// A corpus of more than `readTokens` tokens is read in parts: its blocks are shuffled, as many as fit into
/// that number of tokens are taken at a time, and their texts are ordered like those of a small corpus; only
/// the first part's largest batch is moved to the front. Memory use then does not depend on the size of the
/// corpus, nor the order on where the texts are stored.
package struct LengthBuckets: Sendable, Hashable {
  package let batchSize: BatchSize
  /// Batches in a window.
  package let window: Int
  package let seed: UInt64
  /// The maximum number of tokens whose texts are shuffled together, unless a single block has more.
  package let readTokens: Int

  package static let readTokens = 1 << 23

  package init(
    batchSize: BatchSize, window: Int = 50, seed: UInt64, readTokens: Int = LengthBuckets.readTokens
  ) {
    switch batchSize {
    case .texts(let count): precondition(count > 0, "a batch of \(count) texts")
    case .tokens(let count): precondition(count > 0, "a batch of \(count) tokens")
    }
    precondition(window > 0, "a window of \(window) batches")
    self.batchSize = batchSize
    self.window = window
    self.seed = seed
    self.readTokens = readTokens
  }

  /// The batches of an epoch, from a corpus in blocks.
  ///
  /// - Parameter lengths: returns the lengths of a block's texts; called whenever they are needed.
  package func plan(
    _ blocks: TextBlocks, epoch: Int,
    lengths: @escaping @Sendable (Int) throws(ShardError) -> [Int]
  ) throws(ShardError) -> EpochPlan {
    let parts = parts(blocks, epoch: epoch)
    let make: @Sendable (Int) throws(ShardError) -> [[Int]] = { part throws(ShardError) in
      var (texts, all): ([Int], [Int]) = ([], [])
      for block in parts[part] {
        texts += blocks.texts(block)
        all += try lengths(block)
      }
      let batches = batches(lengths: all, epoch: epoch, part: part)
      return parts.count == 1 ? batches : batches.map { $0.map { texts[$0] } }
    }
    var counts: [Int] = []
    for part in parts.indices {
      if case .texts(let size) = batchSize {
        let texts = parts[part].reduce(0) { $0 + blocks.texts($1).count }
        counts.append((texts - 1) / size + 1)
      } else {
        counts.append(try make(part).count)
      }
    }
    return EpochPlan(counts: counts, make: make)
  }

  /// The blocks that are read together, ascending; determined by seed and epoch.
  func parts(_ blocks: TextBlocks, epoch: Int) -> [[Int]] {
    if blocks.count == 0 { return [] }
    let order = KeyedPermutation(
      count: blocks.count, stream: RandomStream(seed: seed, purpose: .shuffle, counter: epoch, number: -1))
    var parts: [[Int]] = []
    var tokens = 0
    for place in 0..<blocks.count {
      let block = order[place]
      if parts.isEmpty || tokens + blocks.tokens[block] > readTokens {
        parts.append([])
        tokens = 0
      }
      parts[parts.count - 1].append(block)
      tokens += blocks.tokens[block]
    }
    return parts.map { $0.sorted() }
  }

  /// The batches of an epoch, each a list of text indices, from a corpus that is shuffled as a whole.
  ///
  /// - Parameter part: the part's number, if these texts are one of several parts of a corpus.
  package func batches(lengths: [Int], epoch: Int, part: Int = 0) -> [[Int]] {
    guard !lengths.isEmpty else { return [] }
    let stream = RandomStream(seed: seed, purpose: .shuffle, counter: epoch, number: part)
    let order = stream.permutation(lengths.count)
    let mean = max(1, lengths.reduce(0, +) / lengths.count)
    let textsPerBatch =
      switch batchSize {
      case .texts(let count): count
      case .tokens(let count): max(1, count / mean)
      }
    let (windowTexts, overflow) = textsPerBatch.multipliedReportingOverflow(by: window)
    var result: [[Int]] = []
    for start in stride(from: 0, to: order.count, by: overflow ? order.count : windowTexts) {
      let end = overflow ? order.count : min(order.count, start + windowTexts)
      let sorted = order[start..<end].enumerated().sorted { a, b in
        let (la, lb) = (lengths[a.element], lengths[b.element])
        return la != lb ? la > lb : a.offset < b.offset
      }.map(\.element)
      let batches = divide(sorted, lengths)
      let shuffled = RandomStream(
        seed: seed ^ UInt64(start + 1), purpose: .shuffle, counter: epoch, number: part
      ).permutation(batches.count)
      result += shuffled.map { batches[$0] }
    }
    if part > 0 { return result }
    let tokens = result.map { $0.reduce(0) { $0 + lengths[$1] } }
    if let largest = tokens.indices.max(by: { tokens[$0] < tokens[$1] }) { result.swapAt(0, largest) }
    return result
  }

  private func divide(_ texts: [Int], _ lengths: [Int]) -> [[Int]] {
    var result: [[Int]] = []
    var current: [Int] = []
    var tokens = 0
    for text in texts {
      let isFull =
        switch batchSize {
        case .texts(let count): current.count >= count
        case .tokens(let count): tokens + lengths[text] > count
        }
      if isFull && !current.isEmpty {
        result.append(current)
        current = []
        tokens = 0
      }
      current.append(text)
      tokens += lengths[text]
    }
    if !current.isEmpty { result.append(current) }
    return result
  }
}
