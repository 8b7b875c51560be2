import DiscernCorpus
import DiscernModels
import DiscernTensor
import Foundation
import Testing

// Blocks of self-attention over words and places against PyTorch 2.15 in float64, one text at a time there:
//
//   import torch
//   torch.set_default_dtype(torch.float64)
//   V, D, H, F, C = 9, 3, 2, 4, 3
//   texts = [[1, 2, 3, 4, 5], [6, 7, 2], [8, 1, 1], [4]]; labels = torch.tensor([0, 2, 1, 0])
//   def block(l):
//       n = f"self_attention.l{l}."
//       return [(n + "attention_norm.weight", (F,)), (n + "attention_norm.bias", (F,)),
//               (n + "query.weight", (F, F)), (n + "query.bias", (F,)), (n + "key.weight", (F, F)),
//               (n + "value.weight", (F, F)), (n + "value.bias", (F,)),
//               (n + "output.weight", (F, F)), (n + "output.bias", (F,)),
//               (n + "norm.weight", (F,)), (n + "norm.bias", (F,)),
//               (n + "inner.weight", (2*F, F)), (n + "inner.bias", (2*F,)),
//               (n + "outer.weight", (F, 2*F)), (n + "outer.bias", (F,))]
//   shapes = [("embedding.weight", (V, D)), ("words.weight", (F, D)), ("words.bias", (F,))] + block(0)
//       + block(1) + [
//       ("self_attention.norm.weight", (F,)), ("self_attention.norm.bias", (F,)),
//       ("output.weight", (C, F)), ("output.bias", (C,))]
//   def fill(k, shape):
//       return 1.1 * torch.sin(0.7 * torch.arange(torch.Size(shape).numel()) + k).reshape(shape)
//   w = {n: fill(k, s) for k, (n, s) in enumerate(shapes)}
//   w["embedding.weight"][0] = 0
//   for t in w.values(): t.requires_grad_()
//   def norm(x, n): return torch.nn.functional.layer_norm(x, (F,), w[n + ".weight"], w[n + ".bias"])
//   def linear(x, n): return torch.nn.functional.linear(x, w[n + ".weight"], w.get(n + ".bias"))
//   def forward(ids):
//       p = torch.arange(len(ids)).unsqueeze(1) * 10000.0 ** (-torch.arange(F // 2) / (F // 2))
//       h = linear(w["embedding.weight"][torch.tensor(ids)], "words") + torch.cat([p.sin(), p.cos()], 1)
//       for l in range(2):
//           n = f"self_attention.l{l}."
//           x = norm(h, n + "attention_norm")
//           q, k, v = [linear(x, n + s).reshape(-1, 2, 2).transpose(0, 1) for s in ["query", "key", "value"]]
//           c = torch.nn.functional.scaled_dot_product_attention(q, k, v).transpose(0, 1).reshape(-1, F)
//           h = h + linear(c, n + "output")
//           h = h + linear(torch.nn.functional.gelu(linear(norm(h, n + "norm"), n + "inner")), n + "outer")
//       return linear(norm(h, "self_attention.norm").mean(0), "output")
//   def logits(): return torch.stack([forward(t) for t in texts])
//   torch.set_printoptions(precision=17)
//   print(logits().flatten().tolist())
//   l = torch.nn.CrossEntropyLoss()(logits(), labels); l.backward()
//   print(l.item())
//   print([(t.grad * fill(100 + k, t.shape)).sum().item() for k, t in enumerate(w.values())])

private let logits = [
  -0.28113452233420966, -2.224164038460272, 1.3140724524413456, -0.24836994049245276,
  -2.2831793211890887, 1.3925189062555237, -0.3210959827958829, -2.2100313718137135, 1.327401684407798,
  -0.28354571089890857, -2.345173642206826, 1.5445195451769704,
]

private let loss = 1.9334908282792789

/// Each weight's gradient times `fill(100 + k)`.
private let gradients = [
  0.081359355777757, -0.0016327339389957778, -0.027035955548662234, -0.03358734432482605,
  0.027986495405337354, 0.00030771293159140864, -0.0005125944225304053, 0.0011376554178703254,
  0.0381683335264193, -0.05127708363667193, 0.08901683976395575, 0.04489372757465519,
  -0.002148034367808409, 0.08830769684573433, 0.037616381055636444, -0.05636554093472958,
  0.005093483126531156, 0.03192848532759524, -0.05119018531199991, 0.02339175387913,
  -0.017405409315846415, -0.005007269375786308, -0.012618130778883904, -0.02254163114990596,
  -0.05684010773644945, 0.10968912826652552, -0.028700812811399867, -0.0029989719341525604,
  -0.08877284011997225, 0.03208784519487778, -0.06528113661548926, -0.03450088485522154,
  -0.03161877848471262, -0.06296587836506212, 0.9434834346892798, 0.9489284866570691, 0.085630839236637,
]

private func fill(_ k: Int, _ count: Int) -> [Double] {
  (0..<count).map { 1.1 * sin(0.7 * Double($0) + Double(k)) }
}

private func model() throws -> NeuralClassifier {
  var configuration = ClassifierConfiguration(vocabularySize: 9, classCount: 3)
  configuration.network.embeddingSize = 3
  configuration.network.hiddenSize = 4
  configuration.network.isBidirectional = false
  configuration.network.layerCount = 0
  (configuration.network.attentionLayers, configuration.network.attentionHeads) = (2, 2)
  configuration.network.pooling = [.mean]
  configuration.network.embeddingDropout = 0
  configuration.network.layerDropout = 0
  configuration.network.outputDropout = 0
  let drawn = try NeuralClassifier(configuration: configuration, seed: 1)
  var tensors: [String: (shape: [Int], values: [Float])] = [:]
  for (k, (name, shape)) in drawn.shapes.enumerated() {
    tensors[name] = (shape, fill(k, shape.reduce(1, *)).map { Float($0) })
  }
  for column in 0..<3 { tensors["embedding.weight"]?.values[column] = 0 }
  return try NeuralClassifier(configuration: configuration, tensors: tensors)
}

private func batch() -> PackedBatch {
  var texts = EncodedTexts()
  for ids: [Int32] in [[1, 2, 3, 4, 5], [6, 7, 2], [8, 1, 1], [4]] { texts.append(ids) }
  return PackedBatch(texts, indices: [0, 1, 2, 3])
}

@Test func valuesAndGradientsOfSelfAttentionArePyTorchs() throws {
  let model = try model()
  #expect(model.shapes.count == gradients.count)
  for family in KernelFamily.available {
    let compute = Compute(family: family, threadCount: 2)
    let own = Predictor(model, compute: compute).logits(batch())
    #expect(zip(own, logits).allSatisfy { abs(Double($0) - $1) < 2e-6 }, "\(family.name): \(own)")
    let pass = TrainingPass(model, batch(), labels: [0, 2, 1, 0], smoothing: 0, compute: compute)
    #expect(abs(pass.loss - loss) < 2e-6, "\(family.name): \(pass.loss)")
    for (k, name) in model.shapes.map(\.name).enumerated() where k > 0 {
      let parameter = try #require(model.weights.layout.parameters.first { $0.name == name })
      let product = zip(pass.gradients[parameter].array, fill(100 + k, parameter.count)).reduce(0) {
        $0 + Double($1.0) * $1.1
      }
      #expect(abs(product - gradients[k]) < 2e-6, "\(family.name), \(name): \(product)")
    }
    let rows = try #require(pass.embeddingRows)
    let fills = fill(100, 27)
    var sum = 0.0
    for (row, id) in rows.ids.enumerated() {
      for column in 0..<3 { sum += Double(rows.values[3 * row + column]) * fills[3 * Int(id) + column] }
    }
    #expect(abs(sum - gradients[0]) < 2e-6, "\(family.name): \(sum)")
  }
}
