import DiscernCorpus
import DiscernEvaluation
import DiscernSystem

/// How the logits of a joined model's parts are combined: a factor for each part.
public struct LogitMixing: Codable, Hashable, Sendable {
  /// The factor of the n-grams' logits.
  public let ngrams: Float
  /// The factor of the network's logits.
  public let network: Float
  /// The factor of the logits of a word network used with a transformer; nil if there is none.
  public let companion: Float?

  package init(ngrams: Float, network: Float, companion: Float? = nil) {
    self.ngrams = ngrams
    self.network = network
    self.companion = companion
  }
}

extension HeadOutputs {
  /// The standard deviation of the prior of the network's share, around one half: a few hundred texts should
  /// not determine the share alone.
  private static let priorDeviation = 0.15
  /// With this many texts, a temperature fitted to them has half its weight.
  private static let textsOfDoubt = 20.0
  /// Lowers the network's factor. The epoch was chosen on the same texts as the mixing, which makes the
  /// network look better than it is, and the saved n-grams have often been trained on these texts too: on
  /// each of nine public data sets, the log loss of other texts was lower with this factor.
  private static let optimism: Float = 0.75
  /// The number of steps from 0 to 1 in which shares are tried.
  private static let steps = 20

  /// The combined logits [n, C] of all parts.
  ///
  /// - Parameters:
  ///   - companion: given if and only if the mixing has a factor for it.
  ///   - mixing: by head.
  package func mixed(
    ngrams: [Float], network: [Float], companion: [Float]? = nil, _ mixing: [LogitMixing]
  ) -> [Float] {
    precondition(
      ngrams.count == network.count && companion?.count ?? ngrams.count == ngrams.count
        && mixing.count == heads.count,
      "\(ngrams.count) and \(network.count) logits, \(mixing.count) ways to mix those of \(heads.count) heads"
    )
    var result = ngrams
    for row in stride(from: 0, to: result.count, by: count) {
      for (range, factors) in zip(ranges, mixing) {
        for index in row + range.lowerBound..<row + range.upperBound {
          result[index] = factors.ngrams * ngrams[index] + factors.network * network[index]
          if let companion, let factor = factors.companion { result[index] += factor * companion[index] }
        }
      }
    }
    return result
  }

  /// By head: the mixing that best fits texts on which neither part was trained. Each part's logits are
  /// divided by their own temperature and weighted by shares that sum to 1. The shares minimise the log loss
  /// at its best temperature, plus a penalty for unequal shares (a normal prior); they are equal if no answer
  /// is known.
  ///
  /// - Parameters:
  ///   - ngrams, network: [n, C].
  ///   - companion: [n, C] of word networks used with a transformer; nil: there are none. The shares of the
  ///     two kinds of networks are found first, then those of both together and the n-grams.
  ///   - targets: by head.
  package func mixing(
    ngrams: [Float], network: [Float], companion: [Float]? = nil, _ targets: [TaskLabels]
  ) throws(EvaluationError) -> [LogitMixing] {
    if let companion {
      // The epochs of both were chosen on these texts, so neither is lowered relative to the other.
      let ofNetworks = try mixing(ngrams: network, network: companion, optimism: 1, targets)
      let both = mixed(ngrams: network, network: companion, ofNetworks)
      let ofAll = try mixing(ngrams: ngrams, network: both, targets)
      return zip(ofNetworks, ofAll).map { own, all in
        LogitMixing(
          ngrams: all.ngrams, network: all.network * own.ngrams, companion: all.network * own.network)
      }
    }
    return try mixing(ngrams: ngrams, network: network, optimism: Self.optimism, targets)
  }

  /// - Parameter optimism: the factor applied to the network's factor.
  private func mixing(
    ngrams: [Float], network: [Float], optimism: Float, _ targets: [TaskLabels]
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
            ofOnly: part(ngrams, head: index, known), part(network, head: index, known),
            optimism: optimism, labels))
    }
    return result
  }

  /// The same for a single head and texts whose answers are all known.
  private func mixing(
    ofOnly ngrams: [Float], _ network: [Float], optimism: Float, _ targets: [TaskLabels]
  ) throws(EvaluationError) -> LogitMixing {
    // A temperature fitted to a few texts can take any value, so that a single text would decide which part
    // counts.
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
      // The log loss of a multi-label head is a mean over labels.
      let texts = Double(targets[0].count * (targets[0].sets == nil ? 1 : count))
      let distance = (part - 0.5) / Self.priorDeviation
      let cost = texts * (loss ?? 0) + distance * distance / 2
      if cost < best?.cost ?? .infinity { best = (cost, mixing) }
    }
    let mixing = best?.mixing ?? LogitMixing(ngrams: 0.5, network: 0.5)
    return LogitMixing(ngrams: mixing.ngrams, network: optimism * mixing.network)
  }
}
