import DiscernIO
import DiscernSystem

/// Draws the negative words of a sampled softmax: by their counts to the power of 3/4 (Mikolov et al. 2013),
/// the same words for all tokens of a batch.
package struct WordSampler: Sendable {
  /// [V] log of the probability that a draw contains the word: subtracted from its logit (Bengio and Senécal
  /// 2008; Jean et al. 2015).
  package let logInclusion: [Float]
  /// [V] cumulative sums of the words' shares.
  private let sums: [Double]
  /// The number of draws, with replacement.
  private let drawCount: Int

  /// - Parameters:
  ///   - counts: [V]; a word that never occurs is drawn like one that occurs once, and `<pad>`, 0, never.
  ///   - drawCount: the maximum number of words.
  package init(counts: [Int], drawCount: Int) {
    precondition(counts.count > 1 && drawCount > 0, "\(drawCount) draws of \(counts.count) words")
    let shares = counts.enumerated().map { $0 == 0 ? 0 : pow(Double(max(1, $1)), 0.75) }
    var sum = 0.0
    sums = shares.map { share in
      sum += share
      return sum
    }
    let total = sum
    logInclusion = shares.map { share in
      share > 0 ? Float(log(-expm1(Double(drawCount) * log1p(-share / total)))) : 0
    }
    self.drawCount = drawCount
  }

  /// The distinct words of a draw, ascending.
  package func draw(_ stream: RandomStream) -> [Int32] {
    let total = sums[sums.count - 1]
    var isDrawn = [Bool](repeating: false, count: sums.count)
    for index in 0..<drawCount {
      let point = Double(stream.bits(index) >> 11) * 0x1p-53 * total
      // The first word whose sum is above the point.
      var (low, high) = (1, sums.count - 1)
      while low < high {
        let middle = (low + high) / 2
        if sums[middle] > point { high = middle } else { low = middle + 1 }
      }
      isDrawn[low] = true
    }
    return isDrawn.indices.filter { isDrawn[$0] }.map { Int32($0) }
  }
}
