import Testing

// The reference is itself checked: its gradients against differences of its own values, for every
// input and parameter, on ragged lengths.

private let lengths = [5, 3, 3, 1]

/// Σ weights · values: a loss whose gradient with respect to the values is `weights`.
private func weighted(_ values: [RealMatrix], _ weights: [RealMatrix]) -> Double {
  zip(values, weights).reduce(0) { $0 + dot($1.0.values, $1.1.values) }
}

@Test(arguments: [1, 2]) func gradientsOfTheReferenceLayers(directions: Int) {
  checkLayer(ReferenceLSTM.self, directions)
  checkLayer(ReferenceGRU.self, directions)
  checkLayer(ReferenceRNN.self, directions)
}

private func checkLayer<Cell: ReferenceCell>(_: Cell.Type, _ directions: Int) {
  var random = RandomValues(directions)
  let (inputs, hidden) = (3, 2)
  let x = random.sequences(lengths, inputs)
  let dY = random.sequences(lengths, directions * hidden)
  let layer = random.layer(Cell.self, inputs: inputs, hidden: hidden, directions: directions)
  var gradient = layer.zeros
  let dX = layer.backward(x, dY, &gradient)
  for n in lengths.indices {
    checkGradient("x\(n)", at: x[n].values, dX[n].values) {
      var moved = x
      moved[n].values = $0
      return weighted(layer.forward(moved), dY)
    }
  }
  for d in 0..<directions {
    func check(
      _ name: String, _ path: WritableKeyPath<Cell, [Double]>
    ) {
      checkGradient(
        "\(Cell.self) \(name)", at: layer.directions[d][keyPath: path],
        gradient.directions[d][keyPath: path]
      ) {
        var moved = layer
        moved.directions[d][keyPath: path] = $0
        return weighted(moved.forward(x), dY)
      }
    }
    check("weight_ih \(d)", \.inputWeight.values)
    check("weight_hh \(d)", \.recurrentWeight.values)
    check("bias_ih \(d)", \.inputBias)
    check("bias_hh \(d)", \.recurrentBias)
  }
}

@Test(arguments: [4, nil]) func gradientsOfTheReferenceAttention(units: Int?) {
  var random = RandomValues(units ?? 0)
  let features = 3
  let h = random.sequences(lengths, features)
  let dPooled = random.matrix(lengths.count, features)
  let attention = random.attention(features: features, units: units)
  func loss(_ attention: ReferenceAttention, _ h: [RealMatrix]) -> Double {
    h.indices.reduce(0) { $0 + dot(attention.forward(h[$1]), dPooled[$1]) }
  }
  var gradient = attention.zeros
  for n in lengths.indices {
    let dh = attention.backward(h[n], dPooled[n], &gradient)
    checkGradient("h\(n)", at: h[n].values, dh.values) {
      var moved = h
      moved[n].values = $0
      return loss(attention, moved)
    }
  }
  checkGradient("score", at: attention.score, gradient.score) {
    var moved = attention
    moved.score = $0
    return loss(moved, h)
  }
  guard let projection = attention.projection, let projectionGradient = gradient.projection else { return }
  checkGradient("projection.weight", at: projection.weight.values, projectionGradient.weight.values) {
    var moved = attention
    moved.projection?.weight.values = $0
    return loss(moved, h)
  }
  checkGradient("projection.bias", at: projection.bias, projectionGradient.bias) {
    var moved = attention
    moved.projection?.bias = $0
    return loss(moved, h)
  }
}

@Test(arguments: lengths) func gradientsOfTheReferencePooling(length: Int) {
  var random = RandomValues(length)
  let h = random.matrix(length, 4)
  let dPooled = random.values(4)
  func check(_ name: String, _ dh: RealMatrix, _ forward: @escaping (RealMatrix) -> [Double]) {
    checkGradient(name, at: h.values, dh.values) { dot(forward(RealMatrix(length, 4, $0)), dPooled) }
  }
  check("max", ReferencePooling.maxBackward(h, dPooled), ReferencePooling.max)
  check("mean", ReferencePooling.meanBackward(h, dPooled), ReferencePooling.mean)
  for directions in [1, 2] {
    check("last \(directions)", ReferencePooling.lastStateBackward(h, dPooled, directions: directions)) {
      ReferencePooling.lastState($0, directions: directions)
    }
  }
}

@Test func gradientsOfTheReferenceLinear() {
  var random = RandomValues(1)
  let x = random.matrix(4, 3)
  let dY = random.matrix(4, 2)
  let linear = ReferenceLinear(weight: random.matrix(2, 3), bias: random.values(2))
  var gradient = ReferenceLinear(weight: RealMatrix(2, 3), bias: [0, 0])
  let dX = linear.backward(x, dY, &gradient)
  checkGradient("x", at: x.values, dX.values) { weighted([linear.forward(RealMatrix(4, 3, $0))], [dY]) }
  checkGradient("weight", at: linear.weight.values, gradient.weight.values) {
    weighted([ReferenceLinear(weight: RealMatrix(2, 3, $0), bias: linear.bias).forward(x)], [dY])
  }
  checkGradient("bias", at: linear.bias, gradient.bias) {
    weighted([ReferenceLinear(weight: linear.weight, bias: $0).forward(x)], [dY])
  }
}

@Test func gradientsOfTheReferenceEmbeddingAndDropout() {
  var random = RandomValues(2)
  let table = random.matrix(5, 3)
  let ids = [4, 1, 4, 2, 4]  // one word thrice, two never
  let dY = random.matrix(ids.count, 3)
  checkGradient("table", at: table.values, ReferenceEmbedding.backward(table, ids, dY).values) {
    weighted([ReferenceEmbedding.forward(RealMatrix(5, 3, $0), ids)], [dY])
  }
  let x = random.matrix(5, 3)
  let mask = random.values(15).map { $0 > 0 }
  let dX = ReferenceDropout.apply(dY, mask: mask, probability: 0.3)
  checkGradient("dropout", at: x.values, dX.values) {
    weighted([ReferenceDropout.apply(RealMatrix(5, 3, $0), mask: mask, probability: 0.3)], [dY])
  }
}

@Test(arguments: [0, 0.1, 0.9]) func gradientsOfTheReferenceCrossEntropy(smoothing: Double) {
  var random = RandomValues(3)
  let logits = random.matrix(4, 3, within: 3)
  let labels = [2, 0, 1, 2]
  let gradient = ReferenceCrossEntropy.gradient(logits, labels, smoothing: smoothing)
  checkGradient("logits", at: logits.values, gradient.values) {
    ReferenceCrossEntropy.loss(RealMatrix(4, 3, $0), labels, smoothing: smoothing)
  }
}
