import DiscernIO
import DiscernTensor

/// How much goes into a batch.
public enum BatchSize: Hashable, Sendable {
  /// A number of texts.
  case texts(Int)
  /// At most so many tokens (but at least one text).
  case tokens(Int)
}

/// Divides texts into batches of similar length.
///
/// Invariants: every text exactly once an epoch; the same seed and epoch give the same batches; the
/// batch with the most tokens comes first, so that memory peaks at once. Texts are shuffled, a window
/// of batches is taken and sorted by length, and the window's batches are shuffled again. A window of
/// one batch is plain shuffling (most padding, were there any); one over everything orders the epoch
/// by length (least randomness).
package struct LengthBuckets: Sendable, Hashable {
  package let batchSize: BatchSize
  /// Batches a window.
  package let window: Int
  package let seed: UInt64

  package init(batchSize: BatchSize, window: Int = 50, seed: UInt64) {
    switch batchSize {
    case .texts(let count): precondition(count > 0, "a batch of \(count) texts")
    case .tokens(let count): precondition(count > 0, "a batch of \(count) tokens")
    }
    precondition(window > 0, "a window of \(window) batches")
    self.batchSize = batchSize
    self.window = window
    self.seed = seed
  }

  /// The epoch's batches, each a list of text indices.
  package func batches(lengths: [Int], epoch: Int) -> [[Int]] {
    guard !lengths.isEmpty else { return [] }
    let stream = RandomStream(seed: seed, purpose: .shuffle, counter: epoch)
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
        seed: seed ^ UInt64(start + 1), purpose: .shuffle, counter: epoch
      ).permutation(batches.count)
      result += shuffled.map { batches[$0] }
    }
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

/// What padding would have cost: the share of a padded batch's cells that hold no token.
public struct PaddingCost: Sendable, Hashable, Codable {
  /// With batches of randomly chosen texts.
  public let shuffled: Double
  /// With these batches.
  public let bucketed: Double

  /// Of examples without a length.
  package static let none = PaddingCost()

  private init() {
    shuffled = 0
    bucketed = 0
  }

  package init(lengths: [Int], buckets: LengthBuckets, epoch: Int = 0) {
    func share(_ batches: [[Int]]) -> Double {
      var (cells, tokens) = (0, 0)
      for batch in batches {
        cells += batch.count * (batch.map { lengths[$0] }.max() ?? 0)
        tokens += batch.reduce(0) { $0 + lengths[$1] }
      }
      return cells == 0 ? 0 : 1 - Double(tokens) / Double(cells)
    }
    bucketed = share(buckets.batches(lengths: lengths, epoch: epoch))
    let plain = LengthBuckets(batchSize: buckets.batchSize, window: 1, seed: buckets.seed)
    shuffled = share(plain.batches(lengths: lengths, epoch: epoch))
  }
}
