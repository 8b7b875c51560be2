import DiscernCorpus
import DiscernTensor
import DiscernVocabulary

/// All that scores a text: networks, a wide model of n-grams, or both, joined.
package struct JoinedClassifier: Sendable {
  /// What is asked of a text.
  package let heads: [HeadConfiguration]
  /// One, or several whose probabilities' mean counts; none for n-grams alone.
  package let networks: [AttentionLSTMClassifier]
  /// Nil for networks alone.
  package let ngrams: NGramClassifier?
  /// By head: how the two halves are joined, where there are both.
  package let mixing: [LogitMixing]?

  /// - Parameters:
  ///   - networks: none, or of the n-grams' heads.
  ///   - ngrams: must be there where no network is.
  ///   - mixing: where there are both, one for each head; not otherwise.
  package init(
    _ networks: [AttentionLSTMClassifier], _ ngrams: NGramClassifier?, mixing: [LogitMixing]?
  ) {
    guard let heads = ngrams?.heads ?? networks.first?.configuration.heads else {
      preconditionFailure("neither a network nor n-grams")
    }
    let isJoined = ngrams != nil && !networks.isEmpty
    precondition(
      networks.first.map { $0.configuration.heads == heads } ?? true
        && mixing?.count == (isJoined ? heads.count : nil),
      "halves of other heads, or mixed in another number of ways")
    self.heads = heads
    self.networks = networks
    self.ngrams = ngrams
    self.mixing = mixing
  }

  /// Whether its networks have weights of 8 bits, and its answers the same bits on every machine.
  package var isQuantized: Bool { networks.contains(where: \.isQuantized) }

  /// The same with networks of 8 bits.
  package var quantized: JoinedClassifier {
    JoinedClassifier(networks.map(\.quantized), ngrams, mixing: mixing)
  }

  /// The same with networks of half precision.
  package func halved() throws(ModelError) -> JoinedClassifier {
    var halves: [AttentionLSTMClassifier] = []
    for network in networks { halves.append(try network.halved()) }
    return JoinedClassifier(halves, ngrams, mixing: mixing)
  }

  /// Its outputs, side by side.
  package var outputs: HeadOutputs { HeadOutputs(heads) }
}

/// Scores texts with all of a model, reusing memory. For one thread at a time.
package final class JoinedPredictor {
  package let outputs: HeadOutputs
  private let model: JoinedClassifier
  private let networks: Predictor?
  private let compute: Compute

  package init(_ model: JoinedClassifier, compute: Compute) {
    self.model = model
    let compute = model.isQuantized ? compute.exact : compute
    self.compute = compute
    outputs = model.outputs
    networks = model.networks.isEmpty ? nil : Predictor(model.networks, compute: compute)
  }

  /// Logits [n, C] of texts in their order; theirs are the same bits alone and among others.
  ///
  /// - Parameters:
  ///   - texts: with their rows of n-grams, if the model has some.
  ///   - onAttention: as `Predictor.logits` calls it; never without a network.
  package func logits(_ texts: EncodedTexts, onAttention: ((Int, [Float]) -> Void)? = nil) -> [Float] {
    logitsAndNetwork(texts, onAttention: onAttention).logits
  }

  /// The same, and beside them [n, C] of the networks alone; nil without any.
  package func logitsAndNetwork(
    _ texts: EncodedTexts, onAttention: ((Int, [Float]) -> Void)? = nil
  ) -> (logits: [Float], network: [Float]?) {
    let network = networks?.logits(texts, onAttention: onAttention)
    guard let ngrams = model.ngrams else { return (network ?? [], network) }
    guard let rows = texts.ngrams, rows.count == texts.count else {
      preconditionFailure("a model of n-grams got texts without them")
    }
    let wide = ngrams.logits(rows, compute: compute)
    guard let network, let mixing = model.mixing else { return (wide, nil) }
    return (outputs.mixed(ngrams: wide, network: network, mixing), network)
  }
}
