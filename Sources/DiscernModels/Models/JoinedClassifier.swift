import DiscernCorpus
import DiscernTensor
import DiscernVocabulary

/// All parts of a classifier: networks, a wide n-gram model, or both joined; with a transformer, also word
/// networks.
package struct JoinedClassifier: Sendable {
  /// The questions about a text.
  package let heads: [HeadConfiguration]
  /// One network, or several whose probabilities are averaged; none for n-grams alone.
  package let networks: [NeuralClassifier]
  /// Word networks used with a transformer; they read `EncodedTexts.companions`, and their probabilities are
  /// averaged. May be empty.
  package let companions: [NeuralClassifier]
  /// Nil for networks alone.
  package let ngrams: NGramClassifier?
  /// By head: how the parts are joined, if there are several.
  package let mixing: [LogitMixing]?
  /// By head: the temperatures that calibrate the n-grams alone, for a model that also has networks; nil if
  /// they were not measured.
  package var ngramTemperatures: [Double]?
  /// When the first layers of its networks answer; nil if they have no early exit.
  package var earlyExit: EarlyExitRule?

  /// - Parameters:
  ///   - networks: none, or networks with the n-grams' heads.
  ///   - companions: none, or networks with the same heads, if there are networks and n-grams.
  ///   - ngrams: required if there is no network.
  ///   - mixing: one for each head if there are both networks and n-grams; otherwise nil.
  package init(
    _ networks: [NeuralClassifier], beside companions: [NeuralClassifier] = [],
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
  package var allNetworks: [NeuralClassifier] { networks + companions }

  /// Whether its networks have 8-bit weights, so that its answers have the same bits on every machine.
  package var isQuantized: Bool { networks.contains(where: \.isQuantized) }

  /// Whether any of its layers has skip gates.
  package var hasSkipGates: Bool {
    allNetworks.contains { $0.configuration.encoder.recurrent?.hasSkipGates == true }
  }

  /// The same model with networks in 8 bits.
  package var quantized: JoinedClassifier {
    with(networks.map(\.quantized), beside: companions.map(\.quantized))
  }

  /// The same model with other networks of the same kinds.
  private func with(
    _ networks: [NeuralClassifier], beside companions: [NeuralClassifier]
  ) -> JoinedClassifier {
    var result = JoinedClassifier(networks, beside: companions, ngrams, mixing: mixing)
    result.ngramTemperatures = ngramTemperatures
    result.earlyExit = earlyExit
    return result
  }

  /// The same model with networks in half precision.
  package func halved() throws(ModelError) -> JoinedClassifier {
    func halves(_ networks: [NeuralClassifier]) throws(ModelError) -> [NeuralClassifier] {
      var halves: [NeuralClassifier] = []
      for network in networks { halves.append(try network.halved()) }
      return halves
    }
    return with(try halves(networks), beside: try halves(companions))
  }

  /// Its outputs, side by side.
  package var outputs: HeadOutputs { HeadOutputs(heads) }
}
