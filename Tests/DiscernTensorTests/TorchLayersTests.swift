import DiscernTensor
import Foundation
import Testing

// Figures of PyTorch 2.13 in float64, `fill` as in TorchFiguresTests.swift:
//
//   N, D, H, lengths = 3, 3, 2, [4, 2, 1]
//   for module in [torch.nn.GRU, torch.nn.RNN]:
//       layer = module(D, H, bidirectional=True, batch_first=True)
//       with torch.no_grad():
//           for k, (_, p) in enumerate(layer.named_parameters()): p.copy_(fill(k, *p.shape))
//       x = fill(20, N, 4, D).requires_grad_()
//       pack = lambda t: torch.nn.utils.rnn.pack_padded_sequence(t, lengths, batch_first=True)
//       y, _ = layer(pack(x))
//       (y.data * fill(30, *y.data.shape)).sum().backward()
//       print(y.data, pack(x.grad).data, [p.grad for p in layer.parameters()])
//
//   def norm(module, x, dy):
//       with torch.no_grad(): module.weight.copy_(fill(50, 3)); module.bias.copy_(fill(51, 3))
//       y = module(x); (y * dy).sum().backward()
//       return y, module.weight.grad, module.bias.grad
//   x, dy = fill(52, 7, 3).requires_grad_(), fill(53, 7, 3)
//   print(norm(torch.nn.LayerNorm(3), x, dy), x.grad); x.grad = None
//   m = torch.nn.BatchNorm1d(3)
//   print(norm(m, x, dy), x.grad, m.running_mean, m.running_var, m.eval()(x)); x.grad = None
//   for m, s in [(torch.nn.BatchNorm1d(3), slice(0, 4)), (torch.nn.BatchNorm1d(3), slice(4, 7))]:
//       print(norm(m, x[s], dy[s]), x.grad, m.running_mean, m.running_var, m.eval()(x[s]))

private func check<Cell: ReferenceCell>(
  _: Cell.Type, _ figures: [(name: String, values: [Double])],
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let lengths = [4, 2, 1]
  var layer = ReferenceLayer<Cell>(inputs: 3, hidden: 2, directions: 2)
  let rows = layer.directions[0].inputWeight.rows
  for d in 0..<2 {
    layer.directions[d].inputWeight = sines(4 * d, rows, 3)
    layer.directions[d].recurrentWeight = sines(4 * d + 1, rows, 2)
    layer.directions[d].inputBias = sines(4 * d + 2, rows)
    layer.directions[d].recurrentBias = sines(4 * d + 3, rows)
  }
  let padded = sines(20, 12, 3)
  let x = lengths.enumerated().map { n, length in RealMatrix((0..<length).map { padded[4 * n + $0] }) }
  let dY = sines(30, 7, 4)
  // The reference wants dY sequence by sequence: packed row (t, n) is [0, 3, 5, 6][t] + n.
  let dYOfSequence = lengths.enumerated().map { n, length in
    RealMatrix((0..<length).map { dY[[0, 3, 5, 6][$0] + n] })
  }
  var gradient = layer.zeros
  let dX = layer.backward(x, dYOfSequence, &gradient)
  let own =
    [packed(layer.forward(x)).values, packed(dX).values]
    + gradient.directions.flatMap {
      [$0.inputWeight.values, $0.recurrentWeight.values, $0.inputBias, $0.recurrentBias]
    }
  #expect(own.count == figures.count, sourceLocation: sourceLocation)
  for (own, expected) in zip(own, figures) {
    #expect(
      own.count == expected.values.count && zip(own, expected.values).allSatisfy { abs($0 - $1) < 1e-14 },
      "\(expected.name)", sourceLocation: sourceLocation)
  }
  let test = RecurrentCase(layer)
  onEveryMachine(
    figures.map { Expected($0.name, $0.values) }, tolerance: 2e-6, sourceLocation: sourceLocation
  ) { test.run(packed(x), rows: nil, lengths, dY, $0) }
}

@Test func bidirectionalGRUIsPyTorchs() { check(ReferenceGRU.self, gruFigures) }

@Test func bidirectionalRNNIsPyTorchs() { check(ReferenceRNN.self, rnnFigures) }

@Test func layerNormIsPyTorchs() {
  var layout = ParameterLayout()
  let parameters = LayerNormParameters(&layout, prefix: "norm", size: 3)
  onEveryMachine(layerNormFigures.map { Expected($0.name, $0.values) }) { compute in
    let bench = Bench(
      layout, [(parameters.weight, sines(50, 3)), (parameters.bias, sines(51, 3))], compute: compute)
    let x = bench.variable(sines(52, 7, 3))
    let y = bench.tape.layerNorm(x, parameters)
    bench.runBackward(y, sines(53, 7, 3))
    return [
      bench.value(y), bench.gradient(parameters.weight), bench.gradient(parameters.bias), bench.gradient(x),
    ]
  }
}

@Test(arguments: [false, true]) func batchNormIsPyTorchs(isPerStep: Bool) {
  var layout = ParameterLayout()
  let parameters = BatchNormParameters(
    &layout, prefix: "norm", size: 3, stepLimit: isPerStep ? 2 : nil)
  let figures = isPerStep ? stepNormFigures : batchNormFigures
  onEveryMachine(figures.map { Expected($0.name, $0.values) }) { compute in
    let bench = Bench(layout, compute: compute)
    bench.weights.initialise(seed: 1)
    bench.weights[parameters.weight].copy(sines(50, 3))
    bench.weights[parameters.bias].copy(sines(51, 3))
    let packing = PackedLayout(lengths: [2, 2, 2, 1])
    let x = bench.variable(sines(52, 7, 3))
    let y = bench.tape.temporalBatchNorm(x, layout: packing, parameters)
    bench.runBackward(y, sines(53, 7, 3))
    let workspace = Workspace()
    let use = Tape(compute: compute, workspace: workspace, weights: bench.weights, gradients: nil)
    let used = withExtendedLifetime(workspace) {
      use.temporalBatchNorm(x, layout: packing, parameters).value.array
    }
    return [
      bench.value(y), bench.gradient(parameters.weight), bench.gradient(parameters.bias), bench.gradient(x),
      bench.array(bench.weights[parameters.runningMean]),
      bench.array(bench.weights[parameters.runningVariance]), used,
    ]
  }
}
