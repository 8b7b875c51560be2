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
  /// By head: what makes the probabilities of the n-grams alone honest, where networks are beside them; nil
  /// where that was not measured.
  package var ngramTemperatures: [Double]?
  /// When the first layer of its networks answers; nil where they have no early exit.
  package var earlyExit: EarlyExitRule?

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
    with(networks.map(\.quantized), beside: companions.map(\.quantized))
  }

  /// The same with other networks of the same kinds.
  private func with(
    _ networks: [AttentionLSTMClassifier], beside companions: [AttentionLSTMClassifier]
  ) -> JoinedClassifier {
    var result = JoinedClassifier(networks, beside: companions, ngrams, mixing: mixing)
    result.ngramTemperatures = ngramTemperatures
    result.earlyExit = earlyExit
    return result
  }

  /// The same with networks of half precision.
  package func halved() throws(ModelError) -> JoinedClassifier {
    func halves(_ networks: [AttentionLSTMClassifier]) throws(ModelError) -> [AttentionLSTMClassifier] {
      var halves: [AttentionLSTMClassifier] = []
      for network in networks { halves.append(try network.halved()) }
      return halves
    }
    return with(try halves(networks), beside: try halves(companions))
  }

  /// Its outputs, side by side.
  package var outputs: HeadOutputs { HeadOutputs(heads) }
}
