import DiscernCorpus
import DiscernTensor
import DiscernVocabulary

/// Scores texts with all parts of a model, reusing memory. To be used by one thread at a time.
package final class JoinedPredictor {
  package let outputs: HeadOutputs
  private let model: JoinedClassifier
  private let networks: Predictor?
  private let companions: Predictor?
  private let compute: Compute
  private var exit: Exit?
  /// How many texts each exit answered, if there was an exit confidence.
  package private(set) var exits = ExitCounts()
  /// The steps of layers with skip gates over all texts so far; nil for models without such layers.
  package var steps: StepCounts? {
    guard model.hasSkipGates else { return nil }
    var result = StepCounts()
    for predictor in [networks, companions] { result += predictor?.steps ?? StepCounts() }
    return result
  }

  /// The condition for answering without the whole model.
  private struct Exit {
    /// The probability that the most probable label of each head must reach.
    let confidence: Float
    /// By head: the divisor of logits used by the caller.
    let temperatures: [Double]
  }

  package init(_ model: JoinedClassifier, compute: Compute) {
    self.model = model
    let compute = model.isQuantized ? compute.exact : compute
    self.compute = compute
    outputs = model.outputs
    networks = model.networks.isEmpty ? nil : Predictor(model.networks, compute: compute)
    companions = model.companions.isEmpty ? nil : Predictor(model.companions, compute: compute)
  }

  /// Sets when a part of the model answers instead of the whole. The n-grams alone answer the texts that they
  /// are sure of, and no network reads these; the first layer, joined with the n-grams, answers those of the
  /// others that it is sure of. Logits are scaled so that the caller's temperatures give the probabilities of
  /// the part that answers.
  ///
  /// - Parameters:
  ///   - confidence: the lowest probability at which a part is sure: in each head, that of the most probable
  ///     label, or in a multi-label head that of each label's answer; nil: the whole model reads every text.
  ///   - temperatures: by head, the temperatures by which the caller divides logits.
  package func setExit(at confidence: Float?, temperatures: [Double]) {
    exit = confidence.flatMap { confidence in
      model.networks.isEmpty || model.ngramTemperatures == nil && model.earlyExit == nil
        ? nil : Exit(confidence: confidence, temperatures: temperatures)
    }
  }

  /// Logits [n, C] of texts in their order; a text's logits have the same bits alone and in any batch.
  ///
  /// - Parameters:
  ///   - texts: with their n-gram rows, if the model has n-grams.
  ///   - onAttention: called as by `Predictor.logits`; never without a network.
  package func logits(_ texts: EncodedTexts, onAttention: ((Int, [Float]) -> Void)? = nil) -> [Float] {
    guard let exit else { return parts(texts, onAttention: onAttention).logits }
    let stepsOfText = (0..<texts.count).map { steps(of: texts, $0) }
    exits.texts += texts.count
    exits.steps += stepsOfText.reduce(0) { $0 + $1.all }
    var result = [Float](repeating: 0, count: texts.count * outputs.count)
    var asked = Array(0..<texts.count)
    if let own = model.ngramTemperatures, let ngrams = model.ngrams, let rows = texts.ngrams {
      let wide = ngrams.logits(rows, compute: compute)
      let left = sure(wide, own, exit)
      asked.removeAll { left[$0] }
      for text in 0..<texts.count where left[text] {
        put(wide, text, into: &result, text, factors: zip(exit.temperatures, own).map { Float($0 / $1) })
        exits.byNGrams += 1
        exits.savedSteps += stepsOfText[text].all
      }
    }
    if asked.isEmpty { return result }
    let rest = asked.count == texts.count ? texts : texts.selecting(asked)
    let tell = onAttention.map { tell in { tell(asked[$0], $1) } }
    let (logits, left) =
      model.earlyExit.map { leaving(rest, $0, exit, onAttention: tell) }
      ?? (parts(rest, onAttention: tell).logits, nil)
    for (place, text) in asked.enumerated() {
      put(logits, place, into: &result, text)
      guard left?[place] == true else { continue }
      exits.afterFirstLayer += 1
      exits.savedSteps += stepsOfText[text].aboveFirst
    }
    return result
  }

  /// Logits [n, C] of texts; the first layer answers those that it is sure of.
  ///
  /// - Returns: also whether it answered each text; nil without networks.
  private func leaving(
    _ texts: EncodedTexts, _ rule: EarlyExitRule, _ exit: Exit, onAttention: ((Int, [Float]) -> Void)?
  ) -> (logits: [Float], left: [Bool]?) {
    guard let networks else { return (parts(texts, onAttention: onAttention).logits, nil) }
    let wide = model.ngrams.flatMap { ngrams in texts.ngrams.map { ngrams.logits($0, compute: compute) } }
    let classes = outputs.count
    var result = [Float](repeating: 0, count: texts.count * classes)
    /// Joins logits of some texts with those of their n-grams.
    func joined(_ logits: [Float], _ indices: some Sequence<Int>, _ mixing: [LogitMixing]?) -> [Float] {
      guard let wide, let mixing else { return logits }
      let own = indices.flatMap { wide[$0 * classes..<($0 + 1) * classes] }
      return outputs.mixed(ngrams: own, network: logits, mixing)
    }
    let factors = zip(exit.temperatures, rule.temperatures).map { Float($0 / $1) }
    let own = networks.logits(
      texts,
      leaving: { indices, logits in
        let first = joined(logits, indices, rule.mixing)
        let left = sure(first, rule.temperatures, exit)
        for (row, text) in indices.enumerated() where left[row] {
          put(first, row, into: &result, text, factors: factors)
        }
        return left
      }, onAttention: onAttention)
    let whole = joined(own.logits, 0..<texts.count, model.mixing)
    for text in 0..<texts.count where !own.left[text] { put(whole, text, into: &result, text) }
    return (result, own.left)
  }

  /// The steps of layers for a text: in all networks, and above the first layer.
  private func steps(of texts: EncodedTexts, _ text: Int) -> (all: Int, aboveFirst: Int) {
    func layers(_ networks: [NeuralClassifier]) -> Int {
      networks.reduce(0) { $0 + $1.configuration.encoder.layerCount }
    }
    let (own, length) = (layers(model.networks), texts.length(text))
    let companions = texts.companions.first.map { $0.length(text) * layers(model.companions) } ?? 0
    return (own * length + companions, (own - model.networks.count) * length)
  }

  /// Copies a row of logits, multiplying each head's by a factor.
  private func put(
    _ logits: [Float], _ row: Int, into result: inout [Float], _ place: Int, factors: [Float]? = nil
  ) {
    let count = outputs.count
    for (head, range) in outputs.ranges.enumerated() {
      for index in range { result[place * count + index] = logits[row * count + index] }
      guard let factor = factors?[head] else { continue }
      for index in range { result[place * count + index] *= factor }
    }
  }

  /// By row of logits [n, C]: whether each head's answer reaches the probability that an exit requires.
  private func sure(_ logits: [Float], _ temperatures: [Double], _ exit: Exit) -> [Bool] {
    let probabilities = outputs.probabilities(ofLogits: logits, temperatures: temperatures)
    return (0..<logits.count / outputs.count).map { isSure(probabilities, text: $0, exit.confidence) }
  }

  /// Whether each head's answer is at least that probable.
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

  /// Logits [n, C] of the whole model, without early exits, and those of the networks alone and of the word
  /// networks used with a transformer; nil if there are none.
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
