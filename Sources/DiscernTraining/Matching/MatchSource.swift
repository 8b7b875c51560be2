import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTensor

/// Batches of pairs: a text with its partner, or with another text of its label, drawn again in each epoch.
///
/// Texts are shuffled, and not sorted by length: otherwise all negatives would be of similar length.
package struct MatchSource: BatchSource {
  package let examples: MatchExamples
  private let buckets: LengthBuckets
  private let seed: UInt64
  /// Texts that have a partner.
  package let usable: [Int]
  /// By label, its texts; empty if partners are given.
  private let byLabel: [[Int]]
  /// [texts] the index of each among the texts of its label.
  private let placeInLabel: [Int]

  package init(_ examples: MatchExamples, batchSize: Int, seed: UInt64) {
    self.examples = examples
    self.seed = seed
    buckets = LengthBuckets(batchSize: .texts(batchSize), window: 1, seed: seed)
    usable = examples.usable
    guard case .labels(let labels) = examples.partners else {
      (byLabel, placeInLabel) = ([], [])
      return
    }
    var byLabel = [[Int]](repeating: [], count: Int(labels.max() ?? -1) + 1)
    placeInLabel = labels.enumerated().map { text, label in
      byLabel[Int(label)].append(text)
      return byLabel[Int(label)].count - 1
    }
    self.byLabel = byLabel
  }

  package var exampleCount: Int { usable.count }
  package var tokenCount: Int {
    let own = usable.reduce(0) { $0 + examples.left.length($1) }
    return switch examples.partners {
    case .texts(let right): own + right.tokenIDs.count
    case .vectors: own
    case .labels: 2 * own
    }
  }
  package func tokenCount(of batch: MatchBatch) -> Int { batch.tokenCount }

  /// An example's number encodes a text and its partner.
  package func plan(epoch: Int) -> EpochPlan {
    EpochPlan(
      buckets.batches(lengths: usable.map(examples.left.length), epoch: epoch).map { batch in
        batch.map { place in
          let text = usable[place]
          return text * examples.count + partner(of: text, epoch: epoch)
        }
      })
  }

  /// A text's partner; with labels, another text of the same label, drawn with epoch and text as the key.
  package func partner(of text: Int, epoch: Int) -> Int {
    guard case .labels(let labels) = examples.partners else { return text }
    let others = byLabel[Int(labels[text])]
    let bits = RandomStream(seed: seed, purpose: .shuffle, counter: epoch, number: -2).bits(text)
    let step = 1 + Int(bits.multipliedFullWidth(by: UInt64(others.count - 1)).high)
    return others[(placeInLabel[text] + step) % others.count]
  }

  /// The two texts of each example.
  package func pairs(_ batch: [Int]) -> [(left: Int, right: Int)] {
    batch.map { ($0 / examples.count, $0 % examples.count) }
  }

  package func batch(of batch: [Int]) -> MatchBatch {
    let pairs = pairs(batch)
    let right: MatchBatch.Half =
      switch examples.partners {
      case .texts(let texts): Self.half(texts, pairs.map(\.right))
      case .vectors(let vectors): .vectors(pairs.flatMap { vectors[$0.right] })
      case .labels: Self.half(examples.left, pairs.map(\.right))
      }
    return MatchBatch(
      count: pairs.count, left: Self.half(examples.left, pairs.map(\.left)), right: right,
      leftOut: leftOut(pairs))
  }

  /// The texts of given indices, each different one once.
  private static func half(_ texts: EncodedTexts, _ indices: [Int]) -> MatchBatch.Half {
    var known = Set<Int>()
    let packed = PackedBatch(texts, indices: indices.filter { known.insert($0).inserted })
    let rows = Dictionary(uniqueKeysWithValues: packed.indices.enumerated().map { ($1, Int32($0)) })
    return .texts(
      packed, TokenRows(rowOfToken: indices.map { rows[$0] ?? 0 }, rowCount: packed.textCount))
  }

  /// [N · N] whether the halves of two different pairs belong together; empty: none do.
  package func leftOut(_ pairs: [(left: Int, right: Int)]) -> [Bool] {
    var result = [Bool](repeating: false, count: pairs.count * pairs.count)
    var isAny = false
    for (i, one) in pairs.enumerated() {
      for (j, other) in pairs.enumerated() where i != j && examples.belong(one.left, other.left) {
        result[i * pairs.count + j] = true
        isAny = true
      }
    }
    return isAny ? result : []
  }
}
