import DiscernModels
import DiscernTensor
import Testing

private let batch = PackedBatch(randomTexts(20, longest: 25, seed: 4), indices: Array(0..<20))
private let labels = (0..<20).map { Int32($0 % 3) }

private func configuration(
  _ layers: Int, _ change: (inout RecurrentConfiguration) -> Void = { _ in }
) -> ClassifierConfiguration {
  var result = smallConfiguration(layers: layers)
  result.network.residual = layers > 1
  change(&result.network)
  return result
}

/// The added layers are the identity: the loss continues where it was. And they learn: every weight of theirs
/// gets a gradient once the content gate has moved.
@Test(arguments: RecurrentCell.allCases, [true, false])
func aGrownModelBeginsAsTheShallowerOne(cell: RecurrentCell, isBidirectional: Bool) throws {
  func change(_ network: inout RecurrentConfiguration) {
    network.cell = cell
    network.isBidirectional = isBidirectional
    network.layerNorm = [.input, .output]
  }
  let base = try NeuralClassifier(configuration: configuration(1, change), seed: 3)
  var current = base
  for layers in [2, 4] {
    let grown = try NeuralClassifier(
      configuration: configuration(layers, change), seed: 9, growingFrom: current)
    for compute in KernelFamily.available.map({ Compute(family: $0, threadCount: 1) }) {
      let old = Predictor(base, compute: compute).logits(batch)
      let new = Predictor(grown, compute: compute).logits(batch)
      #expect(zip(old, new).allSatisfy { abs($0 - $1) <= 1e-6 }, "\(layers) layers")
      let losses = [base, grown].map { TrainingPass($0, batch, labels: labels, compute: compute).loss }
      #expect(abs(losses[0] - losses[1]) < 1e-6)
    }
    let pass = TrainingPass(grown, batch, labels: labels, compute: Compute(threadCount: 1))
    for parameter in grown.weights.layout.parameters
    where parameter.name.hasSuffix("weight_ih_l\(layers - 1)") {
      #expect(pass.gradients[parameter].array.contains { $0 != 0 }, "\(parameter.name) cannot learn")
    }
    current = grown
  }
}

@Test func whatCannotGrowIsNamed() throws {
  let base = try NeuralClassifier(configuration: configuration(1), seed: 3)
  let cases: [(String, (inout RecurrentConfiguration) -> Void)] = [
    ("subword-buckets", { $0.subwordBuckets = 5 }),
    ("layers", { $0.layerCount = 1 }), ("residual", { $0.residual = false }),
    ("hidden", { $0.hiddenSize = 5 }),
    ("cell", { $0.cell = .gru }), ("layer-norm", { $0.layerNorm = [.between] }),
    ("batch-norm", { $0.batchNorm = .flattened }), ("pooling", { $0.pooling = [.mean] }),
    ("attention-window", { $0.attentionWindow = 2 }),
    ("attention-memory", { ($0.attentionMemory, $0.backpropagationWindow) = (2, 9) }),
    ("attention-projection", { ($0.attentionProjection, $0.attentionProjectionTokens) = (2, 9) }),
  ]
  for (name, change) in cases {
    let error = #expect(throws: ModelError.self) {
      try NeuralClassifier(configuration: configuration(2, change), seed: 1, growingFrom: base)
    }
    guard case .invalidConfiguration(name, _, _) = error else {
      Issue.record("\(name): \(String(describing: error))")
      continue
    }
    #expect(error?.description.contains("Discern") == false, "a Swift name")
  }
  let exiting = try NeuralClassifier(
    configuration: configuration(2) { $0.hasEarlyExit = true }, seed: 3)
  #expect(throws: ModelError.self) {
    try NeuralClassifier(configuration: configuration(3), seed: 1, growingFrom: exiting)
  }
  _ = try NeuralClassifier(
    configuration: configuration(3) { $0.hasEarlyExit = true }, seed: 1, growingFrom: base)
  let deep = try NeuralClassifier(configuration: configuration(2) { $0.residual = false }, seed: 3)
  let error = #expect(throws: ModelError.self) {
    try NeuralClassifier(configuration: configuration(3), seed: 1, growingFrom: deep)
  }
  #expect(error?.description.contains("--residual") == true)
}
