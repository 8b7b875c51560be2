import DiscernModels
import DiscernTensor

/// Transformers; the states of a pretrained one are [batch, time, features] from its beginning.
extension NetworkGraph {
  func tokenEmbedding(_ embedding: TokenEmbedding, _ graph: inout GraphBuilder) -> String {
    let words = rows(of: embedding.words, inputs.tokens, &graph)
    let places = rows(of: embedding.positions, inputs.positions, &graph)  // [time, F]
    var sum = graph.add("Add", [words, places], prefix + "placed")
    if let kinds = embedding.kinds {
      let row = UnsafeBufferPointer(start: weights[kinds].row(0), count: kinds.columnCount)
      let kind = graph.tensor(prefix + kinds.name, [kinds.columnCount], Array(row))
      sum = graph.add("Add", [sum, kind], prefix + "kinds")
    }
    return normalised(sum, embedding.norm, &graph)
  }

  func transformerBlock(
    _ block: TransformerBlock, of states: String, _ graph: inout GraphBuilder
  ) -> String {
    let context = attended(
      block.query, block.key, block.value, heads: block.heads, states, &graph)
    let output = linear(context, block.output, &graph)
    let attended = normalised(
      graph.add("Add", [output, states], name(block.output.weight.name, "sum")), block.attentionNorm, &graph)
    let inner = gelu(linear(attended, block.inner, &graph), name(block.inner.weight.name, "gelu"), &graph)
    let outer = linear(inner, block.outer, &graph)
    return normalised(
      graph.add("Add", [outer, attended], name(block.outer.weight.name, "sum")), block.norm, &graph)
  }

  /// - Parameter states: [batch, time, features]
  func selfAttentionBlock(
    _ block: SelfAttentionBlock, of states: String, _ graph: inout GraphBuilder
  ) -> String {
    let context = attended(
      block.query, block.key, block.value, heads: block.heads, reach: block,
      normalised(states, block.attentionNorm, &graph), &graph)
    let attended = graph.add(
      "Add", [linear(context, block.output, &graph), states], name(block.output.weight.name, "sum"))
    let inner = linear(normalised(attended, block.norm, &graph), block.inner, &graph)
    let curve = gelu(inner, name(block.inner.weight.name, "gelu"), &graph)
    return graph.add(
      "Add", [linear(curve, block.outer, &graph), attended], name(block.outer.weight.name, "sum"))
  }

  /// - Parameter words: [time, batch, features]
  func placed(
    _ words: String, _ projection: LinearParameters, _ waves: SinusoidalPositions?,
    _ graph: inout GraphBuilder
  ) -> String {
    let products = linear(words, projection, &graph)
    guard let waves else { return products }
    let name = prefix + "places"
    let both = self.waves(waves, of: inputs.positions, name, &graph)
    let rows = graph.add("Unsqueeze", [both, graph.list([1])], name + ".rows")  // [time, 1, F]
    return graph.add("Add", [products, rows], name + ".placed")
  }

  /// The sinusoidal encodings [count, F] of whole numbers [count].
  func waves(_ waves: SinusoidalPositions, of numbers: String, _ name: String, _ graph: inout GraphBuilder)
    -> String
  {
    let places = graph.add("Cast", [numbers], name, [("to", .int(ONNXType.float32.rawValue))])
    let column = graph.add("Unsqueeze", [places, graph.list([1])], name + ".column")  // [count, 1]
    func part(_ operation: String, _ count: Int, _ graph: inout GraphBuilder) -> String {
      let frequencies = graph.tensor(
        name + ".\(operation).frequencies", [1, count], Array(waves.frequencies.prefix(count)))
      let angles = graph.add("Mul", [column, frequencies], name + ".\(operation).angles")
      return graph.add(operation, [angles], name + ".\(operation)")
    }
    let count = waves.frequencies.count
    return graph.add(
      "Concat", [part("Sin", count, &graph), part("Cos", waves.size - count, &graph)], name + ".waves",
      [("axis", .int(1))])
  }

  /// Multi-head attention of each text's tokens to one another, without the output projection.
  ///
  /// - Parameter block: the reach of each token; nil: its whole text.
  private func attended(
    _ query: LinearParameters, _ key: LinearParameters, _ value: LinearParameters, heads count: Int,
    reach block: SelfAttentionBlock? = nil, _ states: String, _ graph: inout GraphBuilder
  ) -> String {
    let features = query.weight.rows
    let size = features / count
    let name = name(query.weight.name, "attention")
    func heads(_ linear: LinearParameters, _ order: [Int], _ ending: String, _ graph: inout GraphBuilder)
      -> String
    {
      let values = self.linear(states, linear, &graph)
      let parted = graph.add(
        "Reshape", [values, graph.list([0, 0, count, size])], name + ".\(ending)")
      return graph.add("Transpose", [parted], name + ".\(ending).turned", [("perm", .ints(order))])
    }
    let query = heads(query, [0, 2, 1, 3], "query", &graph)
    let factor = graph.number(1 / Float(size).squareRoot())
    var (keys, values, mask) = ("", "", inputs.mask)
    if let own = block?.keyProjection, let other = block?.valueProjection {
      let rows = projected(heads(key, [0, 2, 1, 3], "key", &graph), own, name + ".key", &graph)
      keys = graph.add("Transpose", [rows], name + ".key.across", [("perm", .ints([0, 1, 3, 2]))])
      values = projected(heads(value, [0, 2, 1, 3], "value", &graph), other, name + ".value", &graph)
      // At most as many rows as a text has tokens.
      mask = cut(mask, [own.rows], axis: 1, name + ".made", &graph)
    } else {
      keys = heads(key, [0, 2, 3, 1], "key", &graph)
      values = heads(value, [0, 2, 1, 3], "value", &graph)
    }
    func asked(_ bias: Parameter?, _ ending: String, _ graph: inout GraphBuilder) -> String {
      var moved = query
      if let bias {
        let row = graph.tensor(prefix + bias.name, [count, 1, size], weights[bias].array)
        moved = graph.add("Add", [query, row], name + ".\(ending)")
      }
      return graph.add("Mul", [moved, factor], name + ".\(ending).scaled")
    }
    let content = asked(block?.places?.contentBias, "content", &graph)
    var scores = graph.add("MatMul", [content, keys], name + ".scores")  // [batch, heads, time, time]
    if let places = block?.places {
      let distances = distanceScores(
        asked(places.positionBias, "position", &graph), places, heads: count, name + ".distances", &graph)
      scores = graph.add("Add", [scores, distances], name + ".placed")
    }
    let kept = masked(scores, mask, reach: block?.reach ?? .all, name, &graph)
    let shares = graph.add("Softmax", [kept], name + ".shares", [("axis", .int(3))])
    let sums = graph.add("MatMul", [shares, values], name + ".sums")
    let turned = graph.add("Transpose", [sums], name + ".together", [("perm", .ints([0, 2, 1, 3]))])
    return graph.add("Reshape", [turned, graph.list([0, 0, features])], name)
  }

  /// Scores [batch, heads, time, time] in which the tokens that each one does not attend to are masked.
  private func masked(
    _ scores: String, _ mask: String, reach: AttentionReach, _ name: String, _ graph: inout GraphBuilder
  ) -> String {
    let mask = graph.add("Unsqueeze", [mask, graph.list([1, 2])], name + ".mask")
    if reach == .all {
      return graph.add("Where", [mask, scores, graph.number(-Float.infinity)], name + ".kept")
    }
    let rows = graph.add("Unsqueeze", [inputs.positions, graph.list([1])], name + ".rows")
    let columns = graph.add("Unsqueeze", [inputs.positions, graph.list([0])], name + ".columns")
    let near = self.near(rows, columns, reach, name, &graph)  // [time, time]
    let seen = graph.add("And", [mask, near], name + ".seen")
    // After a text's end there may be no visible key, and a row of only infinities has no softmax.
    return graph.add(
      "Where", [seen, scores, graph.number(-Float.greatestFiniteMagnitude)], name + ".kept")
  }

  /// Rows [batch, heads, rows, features] projected from states [batch, heads, time, features]: only from a
  /// text's own tokens, and at most from as many as there are weights for.
  private func projected(
    _ states: String, _ projection: SequenceProjection, _ name: String, _ graph: inout GraphBuilder
  ) -> String {
    let weight = graph.tensor(
      prefix + projection.weight.name, [projection.groups, projection.rows, projection.tokens],
      weights[projection.weight].array)
    let time = graph.add("Shape", [inputs.positions], name + ".time")
    let ends = graph.add("Concat", [time, time], name + ".ends", [("axis", .int(0))])
    // [groups, rows, tokens]
    let part = graph.add(
      "Slice", [weight, graph.list([0, 0]), ends, graph.list([1, 2])], name + ".part")
    let mask = graph.add("Unsqueeze", [inputs.mask, graph.list([1, 3])], name + ".tokens")
    let kept = graph.add("Where", [mask, states, graph.number(Float(0))], name + ".kept")
    let read = cut(kept, [projection.tokens], axis: 2, name + ".read", &graph)
    return graph.add("MatMul", [part, read], name + ".rows")
  }

  /// The first entries along an axis, up to a limit.
  private func cut(
    _ values: String, _ count: [Int], axis: Int, _ name: String, _ graph: inout GraphBuilder
  ) -> String {
    graph.add("Slice", [values, graph.list([0]), graph.list(count), graph.list([axis])], name)
  }

  /// The exact GELU: x (1 + erf(x / √2)) / 2.
  private func gelu(_ input: String, _ name: String, _ graph: inout GraphBuilder) -> String {
    let scaled = graph.add("Mul", [input, graph.number(Float(0.5).squareRoot())], name + ".scaled")
    let curve = graph.add("Erf", [scaled], name + ".erf")
    let moved = graph.add("Add", [curve, graph.number(Float(1))], name + ".moved")
    let half = graph.add("Mul", [input, graph.number(Float(0.5))], name + ".half")
    return graph.add("Mul", [half, moved], name)
  }

  private func linear(
    _ input: String, _ parameters: LinearParameters, _ graph: inout GraphBuilder
  ) -> String {
    let result = product(input, parameters.weight, &graph)
    guard let bias = parameters.bias else { return result }
    return graph.add("Add", [result, vector(bias, &graph)], name(parameters.weight.name, "moved"))
  }

  private func normalised(
    _ input: String, _ norm: LayerNormParameters, _ graph: inout GraphBuilder
  ) -> String {
    graph.add(
      "LayerNormalization", [input, vector(norm.weight, &graph), vector(norm.bias, &graph)],
      name(norm.weight.name, "normalised"), [("axis", .int(-1)), ("epsilon", .float(norm.epsilon))])
  }

  /// The rows scaled to length 1.
  func unitLength(_ input: String, _ graph: inout GraphBuilder) -> String {
    let length = graph.add(
      "ReduceL2", [input], prefix + "length", [("axes", .ints([1])), ("keepdims", .int(1))])
    let divisor = graph.add("Max", [length, graph.number(Float(1e-12))], prefix + "length.kept")
    return graph.add("Div", [input, divisor], prefix + "unit")
  }

  func scaled(_ input: String, _ scaling: ColumnScaling, _ graph: inout GraphBuilder) -> String {
    func vector(_ state: StateTensor, _ graph: inout GraphBuilder) -> String {
      graph.tensor(prefix + state.name, [state.count], weights[state].array)
    }
    let moved = graph.add("Sub", [input, vector(scaling.means, &graph)], prefix + "features.moved")
    return graph.add("Mul", [moved, vector(scaling.factors, &graph)], prefix + "features.scaled")
  }
}
