import DiscernCorpus
import DiscernModels
import DiscernTensor
import Testing

private let count = 30
private let texts = randomTexts(count, longest: 20, seed: 8)

private let networks: [(name: String, change: @Sendable (inout RecurrentConfiguration) -> Void)] = [
  ("two layers", { _ in }),
  ("one layer forward", { ($0.layerCount, $0.isBidirectional, $0.layerDropout) = (1, false, nil) }),
  (
    "norms, residual connections and letters",
    { ($0.residual, $0.layerNorm, $0.subwordBuckets) = (true, LayerNormPlace.allCases, 7) }
  ),
  ("batch norm, an early exit", { ($0.batchNorm, $0.hasEarlyExit) = (.flattened, true) }),
  (
    "self-attention over one layer",
    { ($0.layerCount, $0.attentionLayers, $0.attentionHeads, $0.layerDropout) = (1, 2, 2, nil) }
  ),
]

private func configuration(_ number: Int, skips: Bool = true) -> ClassifierConfiguration {
  var result = smallConfiguration(dropout: 0.3)
  networks[number].change(&result.network)
  result.network.hasSkipGates = skips
  return result
}

/// - Parameter bias: of all gates.
private func model(_ number: Int, bias: Float) throws -> NeuralClassifier {
  var tensors = try NeuralClassifier(configuration: configuration(number), seed: 3).tensors
  for (name, tensor) in tensors where name.hasPrefix("lstm.skip_") {
    let isBias = name.hasPrefix("lstm.skip_bias")
    // Weights that open some gates and close others.
    tensors[name]?.values = tensor.values.map { isBias ? bias : 12 * $0 }
  }
  return try NeuralClassifier(configuration: configuration(number), tensors: tensors)
}

private func bits(_ values: some Sequence<Float>) -> [UInt32] { values.map(\.bitPattern) }

@Test(arguments: networks.indices) func aNetworkOfOpenGatesIsThePlainOne(number: Int) throws {
  let own = try model(number, bias: 300)
  let plain = try NeuralClassifier(
    configuration: configuration(number, skips: false),
    tensors: own.tensors.filter { !$0.key.hasPrefix("lstm.skip_") })
  for family in KernelFamily.available {
    for (own, plain) in [(own, plain), (own.quantized, plain.quantized)] {
      let compute = Compute(family: family, threadCount: 2)
      let predictor = Predictor(own, compute: compute)
      #expect(bits(predictor.logits(texts)) == bits(Predictor(plain, compute: compute).logits(texts)))
      #expect(predictor.steps.share == 1 && predictor.steps.all > 0)
    }
  }
}

/// In a batch and alone, with and without stored projections, on any number of threads.
@Test(arguments: networks.indices, [false, true])
func aTextsStepsDoNotDependOnItsBatch(number: Int, isQuantized: Bool) throws {
  let floats = try model(number, bias: -0.1)
  let own = isQuantized ? floats.quantized : floats
  for family in KernelFamily.available {
    let predictor = Predictor(own, compute: Compute(family: family, threadCount: 1))
    let together = predictor.logits(texts)
    let steps = predictor.steps
    #expect(steps.taken > 0 && steps.taken < steps.all, "all the same")
    let tokens = (0..<count).reduce(0) { $0 + texts.length($1) }
    let network = configuration(number).network
    #expect(steps.all == tokens * network.layerCount * network.directionCount)
    // Kept by now.
    #expect(bits(predictor.logits(texts)) == bits(together))
    #expect(predictor.steps == StepCounts(taken: 2 * steps.taken, all: 2 * steps.all))
    let threaded = Predictor(own, compute: Compute(family: family, threadCount: 3))
    #expect(bits(threaded.logits(texts)) == bits(together))
    #expect(threaded.steps == steps)
    let single = Predictor(own, compute: Compute(family: family, threadCount: 1))
    for text in 0..<count {
      #expect(bits(single.logits(texts.selecting([text]))) == bits(together[text * 3..<(text + 1) * 3]))
    }
    #expect(single.steps == steps)
    let compute = Compute(family: family, threadCount: 2)
    let batch = PackedBatch(texts, indices: Array(0..<count))
    let tape = Tape(
      compute: isQuantized ? compute.exact : compute, workspace: Workspace(), weights: own.weights,
      gradients: nil)
    let pass = Pass(tape, batch)
    let logits = withExtendedLifetime(tape) { own(pass)[0].value.array }
    #expect(pass.steps == steps)
    for (row, text) in batch.indices.enumerated() {
      #expect(bits(logits[row * 3..<(row + 1) * 3]) == bits(together[text * 3..<(text + 1) * 3]))
    }
  }
}

@Test func bothPartsOfAnEarlyExitCountTheirSteps() throws {
  let predictor = Predictor(try model(3, bias: -0.1), compute: Compute(threadCount: 2))
  _ = predictor.logits(texts)
  let all = predictor.steps.all
  _ = predictor.exitLogits(texts)
  #expect(predictor.steps.all == all * 3 / 2)
}

@Test func trainingWithSkipGatesKeepsMoreOfEachToken() {
  var network = RecurrentConfiguration()
  let plain = EncoderConfiguration.recurrent(network).savedPerToken()
  network.hasSkipGates = true
  #expect(EncoderConfiguration.recurrent(network).savedPerToken() == 2 * plain)
  #expect(EncoderConfiguration.recurrent(network).savedPerToken(.bfloat16) == 2 * plain)
}

@Test func skipGatesThatCannotBeAreNamed() throws {
  func message(_ change: (inout RecurrentConfiguration) -> Void) -> String {
    var network = RecurrentConfiguration()
    network.hasSkipGates = true
    change(&network)
    do { try network.validate() } catch { return "\(error)" }
    return ""
  }
  #expect(message { _ in }.isEmpty)
  for cell in [RecurrentCell.gru, .rnn] { #expect(message { $0.cell = cell }.contains("cell")) }
  #expect(message { ($0.batchNorm, $0.batchNormSteps) = (.recurrent, 5) }.contains("batch-norm"))
  #expect(message { $0.backpropagationWindow = 5 }.contains("bptt"))
  #expect(message { $0.weightDropout = 0.1 }.contains("weight-drop"))
  #expect(message { ($0.layerCount, $0.attentionLayers) = (0, 2) }.contains("skip-gates"))
  func refusal(_ body: () throws -> Void) -> String {
    do { try body() } catch { return "\(error)" }
    return ""
  }
  var network = RecurrentConfiguration()
  network.hasSkipGates = true
  #expect(refusal { try HierarchicalConfiguration(words: network).validate() }.contains("skip-gates"))
  let matcher = MatcherConfiguration(vocabularySize: 9, encoder: .recurrent(network), vectorSize: 4)
  #expect(refusal { try matcher.validate() }.contains("skip-gates"))
  #expect(
    network.differences(fromPretrained: RecurrentConfiguration()).map(\.name) == ["skip-gates"])
  var deeper = network
  (deeper.layerCount, deeper.residual) = (2, true)
  #expect(refusal { try deeper.requireGrowth(from: RecurrentConfiguration()) }.contains("skip-gates"))
}
