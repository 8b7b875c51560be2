import DiscernCorpus
import DiscernModels
import DiscernTensor
import Testing

private let count = 30
private let texts = randomTexts(count, longest: 20, seed: 8)

private let networks: [(name: String, change: @Sendable (inout RecurrentConfiguration) -> Void)] = [
  ("two layers", { _ in }),
  (
    "three layers, forward, GRU",
    { ($0.layerCount, $0.isBidirectional, $0.cell) = (3, false, .gru) }
  ),
  (
    "norms and residual connections",
    { ($0.residual, $0.layerNorm, $0.subwordBuckets) = (true, LayerNormPlace.allCases, 7) }
  ),
  (
    "batch norm",
    { ($0.batchNorm, $0.batchNormSteps) = (.perStep, 9) }
  ),
  (
    "self-attention over one layer",
    { ($0.layerCount, $0.attentionLayers, $0.attentionHeads, $0.layerDropout) = (1, 2, 2, nil) }
  ),
]

private func configuration(
  _ number: Int, hasExit: Bool = true, isShallow: Bool = false
) -> ClassifierConfiguration {
  var result = smallConfiguration(dropout: 0.3)
  result.heads = [
    HeadConfiguration(name: "a", .classes(count: 3)), HeadConfiguration(name: "b", .labels(count: 2)),
  ]
  networks[number].change(&result.network)
  result.network.hasEarlyExit = hasExit
  if isShallow {
    (result.network.layerCount, result.network.attentionLayers) = (1, 0)
    result.network.layerDropout = nil
    // Layers between are now after the only one.
    if !result.network.layerNorm.isEmpty { result.network.layerNorm = [.input, .output] }
  }
  return result
}

/// The network of the first layer and the early exit alone.
private func shallow(_ model: NeuralClassifier, _ number: Int) throws -> NeuralClassifier {
  let own = model.tensors
  let configuration = configuration(number, hasExit: false, isShallow: true)
  let names = try NeuralClassifier.layout(configuration)
  var tensors: [String: (shape: [Int], values: [Float])] = [:]
  for name in names.tables.map(\.name) + names.parameters.map(\.name) + names.states.map(\.name) {
    let isNorm = name.hasPrefix("layer_norm.output")
    tensors[name] =
      own["exit." + name] ?? own[isNorm ? name.replacing("output", with: "l0") : name]
  }
  return try NeuralClassifier(configuration: configuration, tensors: tensors)
}

private func bits(_ values: some Sequence<Float>) -> [UInt32] { values.map(\.bitPattern) }

@Test(arguments: networks.indices, [1, 3])
func theEarlyExitIsTheFirstLayersOwnNetworkAndTheRestAsEver(number: Int, threads: Int) throws {
  let model = try NeuralClassifier(configuration: configuration(number), seed: 3)
  let plain = try NeuralClassifier(
    configuration: configuration(number, hasExit: false),
    tensors: model.tensors.filter { !$0.key.hasPrefix("exit.") })
  for family in KernelFamily.available {
    let compute = Compute(family: family, threadCount: threads)
    let predictor = Predictor(model, compute: compute)
    let whole = Predictor(plain, compute: compute).logits(texts)
    #expect(bits(predictor.logits(texts)) == bits(whole))
    let first = predictor.exitLogits(texts)
    #expect(bits(first) == bits(Predictor(try shallow(model, number), compute: compute).logits(texts)))
    #expect(bits(first) != bits(whole))
    // Whichever texts exit, a text's logits are those of the part that answers.
    for chosen in [Set<Int>(), Set(0..<count), Set((0..<count).filter { $0 % 3 == 0 }), Set([7])] {
      var attention = [[Float]](repeating: [], count: count)
      let result = predictor.logits(
        texts, leaving: { indices, _ in indices.map(chosen.contains) }, onAttention: { attention[$0] = $1 })
      #expect(result.left == (0..<count).map(chosen.contains))
      for text in 0..<count {
        let row = text * 5..<(text + 1) * 5
        #expect(bits(result.logits[row]) == bits((chosen.contains(text) ? first : whole)[row]))
        #expect(abs(attention[text].reduce(0, +) - 1) < 1e-5)
      }
    }
  }
}

@Test func severalNetworksLeaveByTheirMean() throws {
  let models = try [3, 4].map { try NeuralClassifier(configuration: configuration(0), seed: $0) }
  let compute = Compute(threadCount: 2)
  let predictor = Predictor(models, compute: compute)
  let firsts = Predictor(try models.map { try shallow($0, 0) }, compute: compute).logits(texts)
  let wholes = predictor.logits(texts)
  var attention = [[Float]](repeating: [], count: count)
  let result = predictor.logits(
    texts, leaving: { indices, _ in indices.map { $0 < 9 } }, onAttention: { attention[$0] = $1 })
  #expect(bits(result.logits[..<45]) == bits(firsts[..<45]))
  #expect(bits(result.logits[45...]) == bits(wholes[45...]))
  #expect(attention.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-5 })
}

@Test func aModelOf8BitsLeavesToo() throws {
  let model = try NeuralClassifier(configuration: configuration(0), seed: 3).quantized
  let predictor = Predictor(model, compute: Compute(threadCount: 2))
  let (first, whole) = (predictor.exitLogits(texts), predictor.logits(texts))
  let result = predictor.logits(texts, leaving: { indices, _ in indices.map { $0 % 2 == 0 } })
  for text in 0..<count {
    let row = text * 5..<(text + 1) * 5
    #expect(bits(result.logits[row]) == bits((text % 2 == 0 ? first : whole)[row]))
  }
}

@Test func anEarlyExitThatCannotBeIsNamed() throws {
  func message(_ body: () throws -> Void) -> String {
    do { try body() } catch { return "\(error)" }
    return ""
  }
  var network = RecurrentConfiguration()
  network.hasEarlyExit = true
  #expect(message { try network.validate() }.contains("early-exit"))
  (network.layerCount, network.attentionLayers) = (0, 3)
  #expect(message { try network.validate() }.contains("early-exit"))
  (network.layerCount, network.attentionLayers) = (2, 0)
  #expect(message { try network.validate() }.isEmpty)
  #expect(message { try HierarchicalConfiguration(words: network).validate() }.contains("hierarchical"))
  let matcher = MatcherConfiguration(vocabularySize: 9, encoder: .recurrent(network), vectorSize: 4)
  #expect(message { try matcher.validate() }.contains("early-exit"))
}
