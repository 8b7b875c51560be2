import DiscernCorpus
import DiscernModels
import DiscernTensor
import Foundation
import Testing

// The whole model against PyTorch 2.13 in float64, one text at a time there:
//
//   import torch
//   torch.set_default_dtype(torch.float64)
//   V, D, H, A, C = 9, 3, 2, 3, 3
//   texts = [[1, 2, 3, 4, 5], [6, 7, 2], [8, 1, 1], [4]]; labels = torch.tensor([0, 2, 1, 0])
//   shapes = [("embedding.weight", (V, D))]
//   for l in range(2):
//       for s in ["", "_reverse"]:
//           i = D if l == 0 else 2 * H
//           shapes += [(f"lstm.weight_ih_l{l}{s}", (4*H, i)), (f"lstm.weight_hh_l{l}{s}", (4*H, H)),
//                      (f"lstm.bias_ih_l{l}{s}", (4*H,)), (f"lstm.bias_hh_l{l}{s}", (4*H,))]
//   shapes += [("attention.projection.weight", (A, 2*H)), ("attention.projection.bias", (A,)),
//              ("attention.score.weight", (1, A)), ("linear_attention.score.weight", (1, 2*H)),
//              ("output.weight", (C, 5*2*H)), ("output.bias", (C,))]
//   def fill(k, shape):
//       return 1.6 * torch.sin(0.7 * torch.arange(torch.Size(shape).numel()) + k).reshape(shape)
//   w = {n: fill(k, s) for k, (n, s) in enumerate(shapes)}
//   w["embedding.weight"][0] = 0
//   for t in w.values(): t.requires_grad_()
//   lstm = torch.nn.LSTM(D, H, num_layers=2, bidirectional=True)
//   def forward(ids):
//       x = w["embedding.weight"][torch.tensor(ids)].unsqueeze(1)
//       own = {n[5:]: t for n, t in w.items() if n.startswith("lstm.")}
//       h = torch.func.functional_call(lstm, own, (x,))[0][:, 0]
//       u = torch.tanh(h @ w["attention.projection.weight"].T + w["attention.projection.bias"])
//       a = torch.softmax(u @ w["attention.score.weight"][0], 0)
//       b = torch.softmax(h @ w["linear_attention.score.weight"][0], 0)
//       last = torch.cat([h[-1, :H], h[0, H:]])
//       pooled = torch.cat([a @ h, b @ h, h.max(0).values, h.mean(0), last])
//       return pooled @ w["output.weight"].T + w["output.bias"], a
//   def logits(): return torch.stack([forward(t)[0] for t in texts])
//   print(logits(), forward(texts[0])[1])
//   loss = torch.nn.CrossEntropyLoss(label_smoothing=0.1)
//   l = loss(logits(), labels); l.backward()
//   print(l.item(), [(t.grad * fill(100 + k, t.shape)).sum().item() for k, t in enumerate(w.values())])

private let shapes: [(name: String, shape: [Int])] = [
  ("embedding.weight", [9, 3]),
  ("lstm.weight_ih_l0", [8, 3]), ("lstm.weight_hh_l0", [8, 2]), ("lstm.bias_ih_l0", [8]),
  ("lstm.bias_hh_l0", [8]),
  ("lstm.weight_ih_l0_reverse", [8, 3]), ("lstm.weight_hh_l0_reverse", [8, 2]),
  ("lstm.bias_ih_l0_reverse", [8]), ("lstm.bias_hh_l0_reverse", [8]),
  ("lstm.weight_ih_l1", [8, 4]), ("lstm.weight_hh_l1", [8, 2]), ("lstm.bias_ih_l1", [8]),
  ("lstm.bias_hh_l1", [8]),
  ("lstm.weight_ih_l1_reverse", [8, 4]), ("lstm.weight_hh_l1_reverse", [8, 2]),
  ("lstm.bias_ih_l1_reverse", [8]), ("lstm.bias_hh_l1_reverse", [8]),
  ("attention.projection.weight", [3, 4]), ("attention.projection.bias", [3]),
  ("attention.score.weight", [1, 3]), ("linear_attention.score.weight", [1, 4]),
  ("output.weight", [3, 20]), ("output.bias", [3]),
]

private let logits = [
  0.41924678963482914, -1.2832578269852652, -2.0785775090314296, 0.29549116351747096, -0.9399198909135825,
  -1.8609277343467496, 0.128638376894448, -0.6923892605742932, -1.6263816480960738, -0.13819831701257498,
  -0.9699211541581165, -1.4354428323742632,
]

private let attention = [
  0.1865453058929969, 0.18966812415378748, 0.2092565611652291, 0.20845037122805152, 0.206079637559935,
]

private let loss = 1.1697589726739177

/// Each weight's gradient times `fill(100 + k)`.
private let gradients = [
  0.012793279740766605, -0.02246569791688448, 0.008006218526189102, 0.02132531215690611,
  -0.018970356715697623, -0.005470266371454324, -0.009800590575343656, 0.014829828530866862,
  0.014604815930228358, 0.06984572319814726, -0.012710921623194062, -0.0942874174883158,
  -0.13478238503216536, -0.01950652689209694, 0.0038971002661315046, -0.1315720193578635,
  0.002505035416848437, 0.0024901272419048564, -0.0030186280684387874, 0.00018844005687327497,
  -0.0062558004922312945, 0.02068888304030854, 0.355779361421725,
]

private func fill(_ k: Int, _ count: Int) -> [Double] {
  (0..<count).map { 1.6 * sin(0.7 * Double($0) + Double(k)) }
}

func goldenModel() throws -> NeuralClassifier {
  var configuration = ClassifierConfiguration(vocabularySize: 9, classCount: 3)
  configuration.network.embeddingSize = 3
  configuration.network.hiddenSize = 2
  configuration.network.layerCount = 2
  configuration.network.attentionSize = 3
  configuration.network.pooling = [.additive, .linear, .max, .mean, .last]
  configuration.network.embeddingDropout = 0
  configuration.network.layerDropout = 0
  configuration.network.outputDropout = 0
  var tensors: [String: (shape: [Int], values: [Float])] = [:]
  for (k, (name, shape)) in shapes.enumerated() {
    tensors[name] = (shape, fill(k, shape.reduce(1, *)).map { Float($0) })
  }
  for column in 0..<3 { tensors["embedding.weight"]?.values[column] = 0 }
  return try NeuralClassifier(configuration: configuration, tensors: tensors)
}

private func goldenBatch() -> PackedBatch {
  var texts = EncodedTexts()
  for ids: [Int32] in [[1, 2, 3, 4, 5], [6, 7, 2], [8, 1, 1], [4]] { texts.append(ids) }
  return PackedBatch(texts, indices: [0, 1, 2, 3])
}

@Test func namesAndShapesArePyTorchs() throws {
  let model = try goldenModel()
  #expect(model.shapes.map(\.name) == shapes.map(\.name))
  #expect(model.shapes.map(\.shape) == shapes.map(\.shape))
  #expect(model.parameterCount == shapes.reduce(0) { $0 + $1.shape.reduce(1, *) })
}

@Test func logitsAndAttentionArePyTorchs() throws {
  let model = try goldenModel()
  for family in KernelFamily.available {
    let tape = Tape(
      compute: Compute(family: family, threadCount: 2), workspace: Workspace(), weights: model.weights,
      gradients: nil)
    let batch = goldenBatch()
    #expect(batch.indices == [0, 1, 2, 3])
    let (own, ownAttention) = withExtendedLifetime(tape) {
      let pass = Pass(tape, batch)
      let output = model(pass)[0]
      return (output.value.array, pass.attention?.array)
    }
    #expect(zip(own, logits).allSatisfy { abs(Double($0) - $1) < 3e-6 })
    let packedAttention = try #require(ownAttention)
    let ofFirst = (0..<5).map { packedAttention[batch.layout.offsets[$0]] }
    #expect(zip(ofFirst, attention).allSatisfy { abs(Double($0) - $1) < 1e-6 })
  }
}

@Test func lossAndEveryGradientArePyTorchs() throws {
  let model = try goldenModel()
  for family in KernelFamily.available {
    let pass = TrainingPass(
      model, goldenBatch(), labels: [0, 2, 1, 0], compute: Compute(family: family, threadCount: 2))
    #expect(abs(pass.loss - loss) < 1e-6)
    for (k, parameter) in model.weights.layout.parameters.enumerated() {
      let own = zip(pass.gradients[parameter].array, fill(101 + k, parameter.count))
        .reduce(0) { $0 + Double($1.0) * $1.1 }
      #expect(abs(own - gradients[k + 1]) < 2e-6, "\(parameter.name), \(family.name)")
    }
    let rows = try #require(pass.embeddingRows)
    let weights = fill(100, 27)
    var sum = 0.0
    for (row, id) in rows.ids.enumerated() {
      for column in 0..<3 { sum += Double(rows.values[3 * row + column]) * weights[3 * Int(id) + column] }
    }
    #expect(abs(sum - gradients[0]) < 2e-6, "embedding, \(family.name)")
  }
}
