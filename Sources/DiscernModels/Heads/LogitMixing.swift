import DiscernCorpus
import DiscernEvaluation
import DiscernSystem

/// How the logits of a joined model's two halves become one: a factor of each.
public struct LogitMixing: Codable, Hashable, Sendable {
  /// The factor of the n-grams' logits.
  public let ngrams: Float
  /// The factor of the network's.
  public let network: Float

  package init(ngrams: Float, network: Float) {
    self.ngrams = ngrams
    self.network = network
  }
}

extension HeadOutputs {
  /// The deviation of the network's part around one half that is thought likely before texts are seen: a few
  /// hundred texts do not choose freely.
  private static let priorDeviation = 0.15
  /// With so many texts, half of what they say of a half's temperature is believed.
  private static let textsOfDoubt = 20.0
  /// What the network's factor is lowered by. The epoch was chosen on the texts that the mixing is found on,
  /// which makes it look better than it is, and the n-grams that are saved have often learned from these too:
  /// on each of nine public sets the log loss of other texts was less with it.
  private static let optimism: Float = 0.75
  /// Parts that are tried.
  private static let steps = 20

  /// Logits [n, C] of both halves as one.
  ///
  /// - Parameter mixing: by head.
  package func mixed(ngrams: [Float], network: [Float], _ mixing: [LogitMixing]) -> [Float] {
    precondition(
      ngrams.count == network.count && mixing.count == heads.count,
      "\(ngrams.count) and \(network.count) logits, \(mixing.count) ways to mix those of \(heads.count) heads"
    )
    var result = ngrams
    for row in stride(from: 0, to: result.count, by: count) {
      for (range, factors) in zip(ranges, mixing) {
        for index in row + range.lowerBound..<row + range.upperBound {
          result[index] = factors.ngrams * ngrams[index] + factors.network * network[index]
        }
      }
    }
    return result
  }

  /// By head: the mixing that suits texts which neither half has learned from. Each half's logits are brought
  /// to their own temperature, then share out one part: the one whose log loss, at its best temperature, and
  /// distance from equal parts (a normal prior) are smallest. Equal parts where no answer is known.
  ///
  /// - Parameters:
  ///   - ngrams, network: [n, C].
  ///   - targets: by head.
  package func mixing(
    ngrams: [Float], network: [Float], _ targets: [TaskLabels]
  ) throws(EvaluationError) -> [LogitMixing] {
    var result: [LogitMixing] = []
    for (index, head) in heads.enumerated() {
      let known = targets[index].known
      let own = HeadOutputs([head])
      let labels = [targets[index].selecting(known)]
      result.append(
        known.isEmpty
          ? LogitMixing(ngrams: 0.5, network: 0.5)
          : try own.mixing(
            ofOnly: part(ngrams, head: index, known), part(network, head: index, known), labels))
    }
    return result
  }

  /// The same of a single head and texts whose answers are all known.
  private func mixing(
    ofOnly ngrams: [Float], _ network: [Float], _ targets: [TaskLabels]
  ) throws(EvaluationError) -> LogitMixing {
    // A temperature found on a few texts may be anything: one text would then decide which half counts.
    let trust = Double(targets[0].count) / (Double(targets[0].count) + Self.textsOfDoubt)
    let scales = [ngrams, network].map { logits in
      let temperature = temperatures(ofLogits: logits, targets)[0] ?? 1
      return exp(-trust * log(temperature))
    }
    var best: (cost: Double, mixing: LogitMixing)?
    for step in 0...Self.steps {
      let part = Double(step) / Double(Self.steps)
      let mixing = LogitMixing(ngrams: Float((1 - part) * scales[0]), network: Float(part * scales[1]))
      let logits = mixed(ngrams: ngrams, network: network, [mixing])
      let loss = try predictions(
        ofLogits: logits, targets, temperatures: [temperatures(ofLogits: logits, targets)[0] ?? 1])[0]?
        .logLoss
      // The log loss of many labels is their mean.
      let texts = Double(targets[0].count * (targets[0].sets == nil ? 1 : count))
      let distance = (part - 0.5) / Self.priorDeviation
      let cost = texts * (loss ?? 0) + distance * distance / 2
      if cost < best?.cost ?? .infinity { best = (cost, mixing) }
    }
    let mixing = best?.mixing ?? LogitMixing(ngrams: 0.5, network: 0.5)
    return LogitMixing(ngrams: mixing.ngrams, network: Self.optimism * mixing.network)
  }
}
