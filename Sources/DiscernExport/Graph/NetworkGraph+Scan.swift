import DiscernTensor

// There is no operation for a batch-normalised LSTM (Cooijmans et al. 2017): its steps are a Scan.
//
//     z = BN(W_ih x) + BN(W_hh h') + b
//     c = σ(f) c' + σ(i) tanh(g),  h = σ(o) tanh(BN(c))

extension NetworkGraph {
  /// [time, batch, directions · H]
  func normalisedLSTM(
    _ directions: [RecurrentBatchNormParameters], of states: String, _ graph: inout GraphBuilder
  ) -> String {
    let results = directions.enumerated().map { index, parameters in
      let name = prefix + parameters.recurrent.inputWeight.name
      // Each text's own steps from its end; padding stays after them.
      let input = index == 0 ? states : reversed(states, name + ".input", &graph)
      let result = scan(parameters, of: input, name, &graph)
      return index == 0 ? result : reversed(result, name + ".output", &graph)
    }
    if results.count == 1 { return results[0] }
    return graph.add(
      "Concat", results, name(directions[0].recurrent.inputWeight.name, "both"), [("axis", .int(2))])
  }

  /// Each text's states from its end to its beginning, with the padding unchanged.
  func reversed(_ states: String, _ name: String, _ graph: inout GraphBuilder) -> String {
    graph.add(
      "ReverseSequence", [states, inputs.longLengths], name + ".reversed",
      [("time_axis", .int(0)), ("batch_axis", .int(1))])
  }

  private func scan(
    _ parameters: RecurrentBatchNormParameters, of states: String, _ name: String,
    _ graph: inout GraphBuilder
  ) -> String {
    let recurrent = parameters.recurrent
    func norm(_ parameters: StepNormParameters, skipsFirst: Bool = false) -> StepNormGraph {
      StepNormGraph(
        weights.fixedNorm(parameters), positions: inputs.positions, prefix + parameters.weight.name,
        skipsFirst: skipsFirst, &graph)
    }
    let product = product(states, recurrent.inputWeight, &graph)
    let projected = norm(parameters.inputNorm).apply(to: product, &graph)
    let bias = zip(weights[recurrent.inputBias].array, weights[recurrent.recurrentBias].array).map(+)
    let moved = graph.add(
      "Add", [projected, graph.tensor(name + ".bias", [bias.count], bias)], name + ".moved")
    let hidden = perStep(norm(parameters.hiddenNorm, skipsFirst: true), name + ".hidden", &graph)
    let cell = perStep(norm(parameters.cellNorm), name + ".cell", &graph)
    let body = ScanBody(
      hiddenSize: parameters.hiddenSize, weight: transposed(recurrent.recurrentWeight, &graph),
      cellBias: cell.biases, name: name)
    let zeros = self.zeros(parameters.hiddenSize, name, &graph)
    return graph.add(
      "Scan", [zeros, zeros, moved, hidden.means, hidden.factors, cell.means, cell.factors],
      outputs: [name + ".h", name + ".c", name + ".states"],
      [("body", .graph(body.graph)), ("num_scan_inputs", .int(5))])[2]
  }

  /// Statistics with a row for each step.
  private func perStep(
    _ norm: StepNormGraph, _ name: String, _ graph: inout GraphBuilder
  ) -> (means: String, factors: String, biases: String?) {
    if norm.isByStep { return (norm.means, norm.factors, norm.biases) }
    let steps = graph.add("Shape", [inputs.positions], name + ".steps")
    let shape = graph.add(
      "Concat", [steps, graph.list([norm.columns])], name + ".shape", [("axis", .int(0))])
    return (
      graph.add("Expand", [norm.means, shape], name + ".means"),
      graph.add("Expand", [norm.factors, shape], name + ".factors"), norm.biases
    )
  }

  /// [batch, H]
  private func zeros(_ size: Int, _ name: String, _ graph: inout GraphBuilder) -> String {
    let batch = graph.add("Shape", [inputs.lengths], name + ".batch")
    let shape = graph.add("Concat", [batch, graph.list([size])], name + ".shape", [("axis", .int(0))])
    return graph.add("Expand", [graph.number(Float(0)), shape], name + ".zeros")
  }
}

/// One step of a batch-normalised LSTM. It also uses weights of the outer graph.
private struct ScanBody {
  let hiddenSize: Int
  /// [H, 4H]
  let weight: String
  /// [H]; nil if there is none.
  let cellBias: String?
  let name: String

  var graph: ONNXGraph {
    var graph = GraphBuilder(name: name + ".step")
    func named(_ ending: String) -> String { "\(name).step.\(ending)" }
    let rows: [ONNXValue.Size] = [.any("batch"), .fixed(hiddenSize)]
    let gates: [ONNXValue.Size] = [.any("batch"), .fixed(4 * hiddenSize)]
    let h = graph.input(named("h"), .float32, rows)
    let c = graph.input(named("c"), .float32, rows)
    let input = graph.input(named("input"), .float32, gates)
    let hiddenMeans = graph.input(named("hidden.means"), .float32, [.fixed(4 * hiddenSize)])
    let hiddenFactors = graph.input(named("hidden.factors"), .float32, [.fixed(4 * hiddenSize)])
    let cellMeans = graph.input(named("cell.means"), .float32, [.fixed(hiddenSize)])
    let cellFactors = graph.input(named("cell.factors"), .float32, [.fixed(hiddenSize)])
    func normalised(_ value: String, _ means: String, _ factors: String, _ ending: String) -> String {
      let centred = graph.add("Sub", [value, means], named(ending + ".centred"))
      return graph.add("Mul", [centred, factors], named(ending + ".normalised"))
    }
    let product = graph.add("MatMul", [h, weight], named("product"))
    let hidden = normalised(product, hiddenMeans, hiddenFactors, "hidden")
    let z = graph.add("Add", [input, hidden], named("z"))
    let parts = graph.add(
      "Split", [z], outputs: ["i", "f", "g", "o"].map { named("z." + $0) }, [("axis", .int(1))])
    let i = graph.add("Sigmoid", [parts[0]], named("i"))
    let f = graph.add("Sigmoid", [parts[1]], named("f"))
    let g = graph.add("Tanh", [parts[2]], named("g"))
    let o = graph.add("Sigmoid", [parts[3]], named("o"))
    let kept = graph.add("Mul", [f, c], named("kept"))
    let added = graph.add("Mul", [i, g], named("added"))
    let cells = graph.add("Add", [kept, added], named("cells"))
    let scaled = normalised(cells, cellMeans, cellFactors, "cell")
    let shifted = cellBias.map { graph.add("Add", [scaled, $0], named("cell.shifted")) } ?? scaled
    let squashed = graph.add("Tanh", [shifted], named("squashed"))
    let states = graph.add("Mul", [o, squashed], named("states"))
    graph.output(states, as: named("next.h"), .float32, rows)
    graph.output(cells, as: named("next.c"), .float32, rows)
    graph.output(states, as: named("y"), .float32, rows)
    return graph.graph
  }
}
