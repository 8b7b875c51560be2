import DiscernTensor
import Foundation
import Testing

// Figures of PyTorch 2.13 in float64:
//
//   import torch
//   torch.set_default_dtype(torch.float64)
//   def fill(k, *shape):
//       n = 1
//       for s in shape: n *= s
//       return torch.sin(0.7 * torch.arange(n) + k).reshape(shape)
//   N, D, H, lengths = 3, 3, 2, [4, 2, 1]
//   lstm = torch.nn.LSTM(D, H, bidirectional=True, batch_first=True)
//   with torch.no_grad():
//       for k, (name, p) in enumerate(lstm.named_parameters()): p.copy_(fill(k, *p.shape))
//   x = fill(20, N, 4, D).requires_grad_()
//   packed = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True)
//   y, _ = lstm(packed)
//   (y.data * fill(30, *y.data.shape)).sum().backward()
//   print(y.data, x.grad, {n: p.grad for n, p in lstm.named_parameters()})
//
//   logits = (3 * fill(5, 4, 3)).requires_grad_()
//   for e in [0, 0.1]:
//       logits.grad = None
//       loss = torch.nn.CrossEntropyLoss(label_smoothing=e)(logits, torch.tensor([2, 0, 1, 2]))
//       loss.backward(); print(loss.item(), logits.grad)
//
//   h, W, b, v = [t.requires_grad_() for t in [fill(40, 3, 2), fill(41, 4, 2), fill(42, 4), fill(43, 4)]]
//   a = torch.softmax(torch.tanh(h @ W.T + b) @ v, 0); pooled = a @ h
//   (pooled * fill(44, 2)).sum().backward()
//   print(a, pooled, h.grad, W.grad, b.grad, v.grad)

/// sin(0.7 i + k)
func sines(_ k: Int, _ count: Int) -> [Double] { (0..<count).map { sin(0.7 * Double($0) + Double(k)) } }

func sines(_ k: Int, _ rows: Int, _ columns: Int) -> RealMatrix {
  RealMatrix(rows, columns, sines(k, rows * columns))
}

@Test func bidirectionalLSTMIsPyTorchs() {
  let lengths = [4, 2, 1]
  var layer = ReferenceLSTMLayer(inputs: 3, hidden: 2, directions: 2)
  for d in 0..<2 {
    layer.directions[d].inputWeight = sines(4 * d, 8, 3)
    layer.directions[d].recurrentWeight = sines(4 * d + 1, 8, 2)
    layer.directions[d].inputBias = sines(4 * d + 2, 8)
    layer.directions[d].recurrentBias = sines(4 * d + 3, 8)
  }
  let padded = sines(20, 12, 3)
  let x = lengths.enumerated().map { n, length in RealMatrix((0..<length).map { padded[4 * n + $0] }) }
  let dY = sines(30, 7, 4)
  let expected = lstmFigures.map { Expected($0.name, $0.values) }

  // The reference wants dY sequence by sequence: packed row (t, n) is [0, 3, 5, 6][t] + n.
  let offsets = [0, 3, 5, 6]
  let dYOfSequence = lengths.enumerated().map { n, length in
    RealMatrix((0..<length).map { dY[offsets[$0] + n] })
  }
  var gradient = layer.zeros
  let dX = layer.backward(x, dYOfSequence, &gradient)
  let own =
    [packed(layer.forward(x)).values, packed(dX).values]
    + gradient.directions.flatMap {
      [$0.inputWeight.values, $0.recurrentWeight.values, $0.inputBias, $0.recurrentBias]
    }
  for (own, expected) in zip(own, expected) {
    #expect(zip(own, expected.values).allSatisfy { abs($0 - $1) < 1e-14 }, "\(expected.name)")
  }
  let test = LSTMCase(layer)
  onEveryMachine(expected, tolerance: 2e-6) { test.run(packed(x), rows: nil, lengths, dY, $0) }
}

@Test func crossEntropyWithLabelSmoothingIsPyTorchs() {
  let logits = RealMatrix(4, 3, sines(5, 12).map { 3 * $0 })
  for (smoothing, loss, gradient) in crossEntropyFigures {
    #expect(
      abs(ReferenceCrossEntropy.loss(logits, [2, 0, 1, 2], smoothing: smoothing) - loss) < 1e-14)
    onEveryMachine([Expected("loss", [loss]), Expected("logits", gradient)], tolerance: 1e-6) { compute in
      let bench = Bench(compute: compute)
      let input = bench.variable(logits)
      let result = bench.tape.meanCrossEntropy(input, labels: [2, 0, 1, 2], smoothing: Float(smoothing))
      bench.tape.runBackward()
      return [[Float(result.loss)], bench.gradient(input)]
    }
  }
}

@Test func additiveAttentionIsPyTorchs() {
  let h = sines(40, 3, 2)
  let attention = ReferenceAttention(
    projection: .init(weight: sines(41, 4, 2), bias: sines(42, 4)), score: sines(43, 4))
  let dPooled = sines(44, 2)
  var gradient = attention.zeros
  let dh = attention.backward(h, dPooled, &gradient)
  let own = [
    attention.attention(h), attention.forward(h), dh.values, gradient.projection?.weight.values ?? [],
    gradient.projection?.bias ?? [], gradient.score,
  ]
  for (own, (name, values)) in zip(own, attentionFigures) {
    #expect(own.count == values.count && zip(own, values).allSatisfy { abs($0 - $1) < 1e-14 }, "\(name)")
  }
  var layout = ParameterLayout()
  let parameters = AttentionParameters(&layout, prefix: "attention", inputSize: 2, attentionSize: 4)
  guard let projection = parameters.projection, let bias = projection.bias else {
    Issue.record("additive attention has a projection with a bias")
    return
  }
  onEveryMachine(attentionFigures.map { Expected($0.name, $0.values) }) { compute in
    let bench = Bench(
      layout, [(projection.weight, sines(41, 8)), (bias, sines(42, 4)), (parameters.score, sines(43, 4))],
      compute: compute)
    let input = bench.variable(h)
    let result = bench.tape.attentionPooling(input, layout: PackedLayout(lengths: [3]), parameters)
    bench.runBackward(result.pooled, RealMatrix(1, 2, dPooled))
    return [bench.array(result.attention), bench.value(result.pooled), bench.gradient(input)]
      + [projection.weight, bias, parameters.score].map(bench.gradient)
  }
}
