import DiscernCorpus
import DiscernTensor
import DiscernVocabulary

/// All that scores a text: networks, a wide model of n-grams, or both, joined; beside a transformer also
/// networks of words.
package struct JoinedClassifier: Sendable {
  /// What is asked of a text.
  package let heads: [HeadConfiguration]
  /// One, or several whose probabilities' mean counts; none for n-grams alone.
  package let networks: [AttentionLSTMClassifier]
  /// Networks of words beside a transformer, which read `EncodedTexts.companions`; as many as decide together
  /// with a mean of their probabilities, or none.
  package let companions: [AttentionLSTMClassifier]
  /// Nil for networks alone.
  package let ngrams: NGramClassifier?
  /// By head: how the parts are joined, where there are several.
  package let mixing: [LogitMixing]?

  /// - Parameters:
  ///   - networks: none, or of the n-grams' heads.
  ///   - companions: none, or of the same heads, where there are networks and n-grams.
  ///   - ngrams: must be there where no network is.
  ///   - mixing: where there are both, one for each head; not otherwise.
  package init(
    _ networks: [AttentionLSTMClassifier], beside companions: [AttentionLSTMClassifier] = [],
    _ ngrams: NGramClassifier?, mixing: [LogitMixing]?
  ) {
    guard let heads = ngrams?.heads ?? networks.first?.configuration.heads else {
      preconditionFailure("neither a network nor n-grams")
    }
    let isJoined = ngrams != nil && !networks.isEmpty
    precondition(
      (networks + companions).allSatisfy { $0.configuration.heads == heads }
        && mixing?.count == (isJoined ? heads.count : nil)
        && (companions.isEmpty || isJoined)
        && (mixing ?? []).allSatisfy { ($0.companion == nil) == companions.isEmpty },
      "halves of other heads, or mixed in another number of ways")
    self.heads = heads
    self.networks = networks
    self.companions = companions
    self.ngrams = ngrams
    self.mixing = mixing
  }

  /// Networks of both kinds.
  package var allNetworks: [AttentionLSTMClassifier] { networks + companions }

  /// Whether its networks have weights of 8 bits, and its answers the same bits on every machine.
  package var isQuantized: Bool { networks.contains(where: \.isQuantized) }

  /// The same with networks of 8 bits.
  package var quantized: JoinedClassifier {
    JoinedClassifier(
      networks.map(\.quantized), beside: companions.map(\.quantized), ngrams, mixing: mixing)
  }

  /// The same with networks of half precision.
  package func halved() throws(ModelError) -> JoinedClassifier {
    func halves(_ networks: [AttentionLSTMClassifier]) throws(ModelError) -> [AttentionLSTMClassifier] {
      var halves: [AttentionLSTMClassifier] = []
      for network in networks { halves.append(try network.halved()) }
      return halves
    }
    return JoinedClassifier(
      try halves(networks), beside: try halves(companions), ngrams, mixing: mixing)
  }

  /// Its outputs, side by side.
  package var outputs: HeadOutputs { HeadOutputs(heads) }
}

/// Scores texts with all of a model, reusing memory. For one thread at a time.
package final class JoinedPredictor {
  package let outputs: HeadOutputs
  private let model: JoinedClassifier
  private let networks: Predictor?
  private let companions: Predictor?
  private let compute: Compute

  package init(_ model: JoinedClassifier, compute: Compute) {
    self.model = model
    let compute = model.isQuantized ? compute.exact : compute
    self.compute = compute
    outputs = model.outputs
    networks = model.networks.isEmpty ? nil : Predictor(model.networks, compute: compute)
    companions = model.companions.isEmpty ? nil : Predictor(model.companions, compute: compute)
  }

  /// Logits [n, C] of texts in their order; theirs are the same bits alone and among others.
  ///
  /// - Parameters:
  ///   - texts: with their rows of n-grams, if the model has some.
  ///   - onAttention: as `Predictor.logits` calls it; never without a network.
  package func logits(_ texts: EncodedTexts, onAttention: ((Int, [Float]) -> Void)? = nil) -> [Float] {
    parts(texts, onAttention: onAttention).logits
  }

  /// The same, and beside them [n, C] of the networks alone, and of those of words beside a transformer; nil
  /// without any.
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
