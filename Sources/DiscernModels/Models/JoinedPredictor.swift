import DiscernCorpus
import DiscernTensor
import DiscernVocabulary

/// Scores texts with all of a model, reusing memory. For one thread at a time.
package final class JoinedPredictor {
  package let outputs: HeadOutputs
  private let model: JoinedClassifier
  private let networks: Predictor?
  private let companions: Predictor?
  private let compute: Compute
  private var exit: Exit?
  /// Texts that were answered by their n-grams alone.
  package private(set) var exitCount = 0

  /// When the networks are not asked.
  private struct Exit {
    /// Probability of the likeliest label, in each head.
    let confidence: Float
    /// By head: those that the caller divides logits by, and those of the n-grams alone.
    let temperatures: [Double]
    let ownTemperatures: [Double]
  }

  package init(_ model: JoinedClassifier, compute: Compute) {
    self.model = model
    let compute = model.isQuantized ? compute.exact : compute
    self.compute = compute
    outputs = model.outputs
    networks = model.networks.isEmpty ? nil : Predictor(model.networks, compute: compute)
    companions = model.companions.isEmpty ? nil : Predictor(model.companions, compute: compute)
  }

  /// Lets texts whose n-grams alone are sure be answered by them, so that no network reads them. Their logits
  /// are then such that the caller's temperatures give the n-grams' own probabilities.
  ///
  /// - Parameters:
  ///   - confidence: what the likeliest label's probability must reach in each head, of any number of labels
  ///     that of each label's answer; nil: every text is read.
  ///   - temperatures: by head: what the caller divides logits by.
  package func setExit(at confidence: Float?, temperatures: [Double]) {
    exit = confidence.flatMap { confidence in
      model.networks.isEmpty
        ? nil
        : model.ngramTemperatures.map {
          Exit(confidence: confidence, temperatures: temperatures, ownTemperatures: $0)
        }
    }
  }

  /// Logits [n, C] of texts in their order; theirs are the same bits alone and among others.
  ///
  /// - Parameters:
  ///   - texts: with their rows of n-grams, if the model has some.
  ///   - onAttention: as `Predictor.logits` calls it; never without a network.
  package func logits(_ texts: EncodedTexts, onAttention: ((Int, [Float]) -> Void)? = nil) -> [Float] {
    guard let exit, let ngrams = model.ngrams, let rows = texts.ngrams else {
      return parts(texts, onAttention: onAttention).logits
    }
    let wide = ngrams.logits(rows, compute: compute)
    let probabilities = outputs.probabilities(ofLogits: wide, temperatures: exit.ownTemperatures)
    let asked = (0..<texts.count).filter { !isSure(probabilities, text: $0, exit.confidence) }
    exitCount += texts.count - asked.count
    if asked.count == texts.count { return parts(texts, onAttention: onAttention).logits }
    var result = wide
    for text in 0..<texts.count {
      for (head, range) in outputs.ranges.enumerated() {
        let factor = Float(exit.temperatures[head] / exit.ownTemperatures[head])
        for index in range { result[text * outputs.count + index] *= factor }
      }
    }
    if asked.isEmpty { return result }
    let rest = parts(texts.selecting(asked), onAttention: onAttention.map { tell in { tell(asked[$0], $1) } })
    for (place, text) in asked.enumerated() {
      let row = text * outputs.count..<(text + 1) * outputs.count
      result.replaceSubrange(row, with: rest.logits[place * outputs.count..<(place + 1) * outputs.count])
    }
    return result
  }

  /// Whether each head's answer is as probable as that.
  private func isSure(_ probabilities: [Float], text: Int, _ confidence: Float) -> Bool {
    zip(model.heads, outputs.ranges).allSatisfy { head, range in
      let own = probabilities[
        text * outputs.count + range.lowerBound..<text * outputs.count + range.upperBound]
      switch head.kind {
      case .classes: return own.contains { $0 >= confidence }
      case .labels: return own.allSatisfy { max($0, 1 - $0) >= confidence }
      }
    }
  }

  /// Logits of all of the model, whatever its n-grams say, and beside them [n, C] of the networks alone, and
  /// of those of words beside a transformer; nil without any.
  package func parts(
    _ texts: EncodedTexts, onAttention: ((Int, [Float]) -> Void)? = nil
  ) -> (logits: [Float], network: [Float]?, companion: [Float]?) {
    let network = networks?.logits(texts, onAttention: onAttention)
    guard let ngrams = model.ngrams else { return (network ?? [], network, nil) }
    guard let rows = texts.ngrams, rows.count == texts.count else {
      preconditionFailure("a model of n-grams got texts without them")
    }
    let wide = ngrams.logits(rows, compute: compute)
    guard let network, let mixing = model.mixing else { return (wide, nil, nil) }
    let companion = companions.map { companions in
      guard let own = texts.companions.first else {
        preconditionFailure("a model with networks of words got texts without them")
      }
      return companions.logits(own)
    }
    return (
      outputs.mixed(ngrams: wide, network: network, companion: companion, mixing), network, companion
    )
  }
}
