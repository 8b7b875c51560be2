import DiscernIO
import DiscernSystem
import DiscernTensor

/// Learns word vectors from neighbouring words: the mean of a window's vectors predicts the word in its
/// middle (CBOW: Mikolov et al. 2013), by a sampled softmax.
///
/// Frequent words carry little information, so they count less as neighbours, by √(t / share), and are
/// predicted less often by the same factor: the expected effect of leaving out words at random.
package struct ContextWordModel: Sendable {
  package let weights: Weights
  private let table: EmbeddingTable
  private let output: EmbeddingTable
  private let bias: EmbeddingTable
  private let width: Int
  /// [V] 1 for a rare word.
  private let importance: [Float]

  /// - Parameters:
  ///   - counts: [V] how often each word occurs.
  ///   - size: D.
  ///   - width: neighbours on each side.
  ///   - threshold: t, the share above which a word counts as frequent; 0: none does.
  package init(counts: [Int], size: Int, width: Int, threshold: Double, seed: UInt64) {
    var layout = ParameterLayout()
    table =
      WordEmbedding(
        &layout, name: "embedding.weight", vocabularySize: counts.count, size: size, isTrainable: true
      ).table
    output = layout.addTable("output.weight", rows: counts.count, columns: size)
    bias = layout.addTable("output.bias", rows: counts.count, columns: 1)
    weights = Weights(layout: layout)
    let total = Double(counts.reduce(0) { $0 + $1 + 1 })
    weights.initialise(seed: seed, given: [bias: counts.map { Float(log(Double($0 + 1) / total)) }])
    importance = Self.importance(counts: counts, threshold: threshold)
    self.width = width
  }

  /// [V] the importance of each word: 1 for a rare one.
  ///
  /// - Parameters: as for `init`.
  package static func importance(counts: [Int], threshold: Double) -> [Float] {
    let total = Double(counts.reduce(0) { $0 + $1 + 1 })
    return counts.map { count in
      let share = Double(count) / total
      return share > threshold && threshold > 0 ? Float((threshold / share).squareRoot()) : 1
    }
  }

  /// A model of the same shape around other weights.
  package init(_ other: ContextWordModel, weights: Weights) {
    (table, output, bias) = (other.table, other.output, other.bias)
    (width, importance) = (other.width, other.importance)
    self.weights = weights
  }

  /// The words' vectors [V, D].
  package var vectors: Matrix { weights[table] }

  private func words(_ batch: PackedBatch) -> [Int32] {
    batch.tokenRows.rowOfToken.map { batch.distinctIDs[Int($0)] }
  }

  private func features(
    _ tape: Tape, _ batch: PackedBatch, _ words: [Int32], of tokens: [Int32]
  ) -> Variable {
    let vectors = tape.expandRows(tape.embedding(table, batch.distinctIDs), batch.tokenRows)
    return tape.contextMean(
      vectors, of: tokens, layout: batch.layout, width: width, weights: words.map { importance[Int($0)] })
  }

  /// The loss of some of a batch's words, chosen by their importance, with its gradient on the tape.
  package func loss(
    _ tape: Tape, _ batch: PackedBatch, choice: RandomStream, drawn: [Int32], logInclusion: [Float],
    weight: Float, divisor: Double
  ) -> LossSum {
    let words = words(batch)
    let chosen = words.indices.filter { choice.uniform($0) < importance[Int(words[$0])] }.map { Int32($0) }
    guard !chosen.isEmpty else { return LossSum() }
    return tape.sampledSoftmax(
      features(tape, batch, words, of: chosen), table: output, bias: bias,
      targets: chosen.map { words[Int($0)] }, drawn: drawn, logInclusion: logInclusion, weight: weight,
      divisor: divisor)
  }

  /// The loss of all of a batch's words, over all words. Frequent words count less, as in training, where the
  /// model learns the probability of a word among the chosen ones.
  package func wholeLoss(_ tape: Tape, _ batch: PackedBatch) -> LossSum {
    let words = words(batch)
    return tape.softmaxLoss(
      features(tape, batch, words, of: words.indices.map { Int32($0) }), table: output, bias: bias,
      targets: words, importance: words.map { importance[Int($0)] })
  }
}
