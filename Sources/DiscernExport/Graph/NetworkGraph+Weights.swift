import DiscernTensor

extension NetworkGraph {
  /// A weight of one dimension, always in 32 bits.
  func vector(_ parameter: Parameter, _ graph: inout GraphBuilder) -> String {
    graph.tensor(prefix + parameter.name, [parameter.count], weights[parameter].array)
  }

  /// A table or a weight in 8 bits: as in the model, or else rounded.
  private func small(_ name: String, _ matrix: Matrix) -> QuantizedMatrix {
    weights.quantized[name] ?? QuantizedMatrix(rounding: matrix, isPairSafe: false)
  }

  /// The rows of a table: [.., columns].
  ///
  /// - Parameter ids: int64, all within the table.
  func rows(of table: EmbeddingTable, _ ids: String, _ graph: inout GraphBuilder) -> String {
    let name = prefix + table.name
    switch precision {
    case .float32:
      let matrix = graph.tensor(name, table.shape, weights[table].array)
      return graph.add("Gather", [matrix, ids], name + ".rows", [("axis", .int(0))])
    case .int8:
      // Rows are gathered before they are widened: a text uses few rows of a table.
      let small = small(table.name, weights[table])
      let matrix = graph.tensor(name, table.shape, small.values)
      let scales = graph.tensor(name + ".scale", [table.rowCount, 1], small.scales)
      let rows = graph.add("Gather", [matrix, ids], name + ".bytes", [("axis", .int(0))])
      let wide = graph.add("Cast", [rows], name + ".wide", [("to", .int(ONNXType.float32.rawValue))])
      let scale = graph.add("Gather", [scales, ids], name + ".scales", [("axis", .int(0))])
      return graph.add("Mul", [wide, scale], name + ".rows")
    }
  }

  /// X Wᵀ, without a bias.
  func product(_ input: String, _ weight: Parameter, _ graph: inout GraphBuilder) -> String {
    graph.add("MatMul", [input, transposed(weight, &graph)], name(weight.name, "product"))
  }

  /// [inputs, outputs] of a weight [outputs, inputs].
  func transposed(_ weight: Parameter, _ graph: inout GraphBuilder) -> String {
    let (rows, columns) = (weight.rows, weight.columns)
    let name = prefix + weight.name
    switch precision {
    case .float32:
      let values = weights[weight].array
      let turned = (0..<columns).flatMap { column in (0..<rows).map { values[$0 * columns + column] } }
      return graph.tensor(name, [columns, rows], turned)
    case .int8:
      let small = small(weight.name, weights[weight])
      let turned = (0..<columns).flatMap { column in (0..<rows).map { small.values[$0 * columns + column] } }
      let matrix = graph.tensor(name, [columns, rows], turned)
      let scales = graph.tensor(name + ".scale", [rows], small.scales)
      return graph.add("DequantizeLinear", [matrix, scales], name + ".wide", [("axis", .int(1))])
    }
  }

  /// [directions, gates, inputs] of one weight of each direction, the gates in ONNX's order.
  func stack(
    _ parameters: [Parameter], _ cell: RecurrentCell, _ name: String, _ graph: inout GraphBuilder
  ) -> String {
    let (rows, columns) = (parameters[0].rows, parameters[0].columns)
    switch precision {
    case .float32:
      let values = parameters.flatMap { cell.inOrderOfONNX(weights[$0].array) }
      return graph.tensor(name, [parameters.count, rows, columns], values)
    case .int8:
      let wide = parameters.map { parameter in
        let small = small(parameter.name, weights[parameter])
        let name = prefix + parameter.name
        let matrix = graph.tensor(name, [rows, columns], cell.inOrderOfONNX(small.values))
        let scales = graph.tensor(name + ".scale", [rows], cell.inOrderOfONNX(small.scales))
        let wide = graph.add("DequantizeLinear", [matrix, scales], name + ".wide", [("axis", .int(0))])
        return graph.add("Unsqueeze", [wide, graph.list([0])], name + ".direction")
      }
      return wide.count == 1 ? wide[0] : graph.add("Concat", wide, name, [("axis", .int(0))])
    }
  }
}

extension RecurrentCell {
  /// Blocks of rows or numbers in ONNX's order of gates: i o f c from i f g o, z r h from r z n.
  func inOrderOfONNX<Number>(_ values: [Number]) -> [Number] {
    let order =
      switch self {
      case .lstm: [0, 3, 1, 2]
      case .gru: [1, 0, 2]
      case .rnn: [0]
      }
    let size = values.count / gateCount
    return order.flatMap { values[$0 * size..<($0 + 1) * size] }
  }

  /// The operation's name.
  var operationOfONNX: String {
    switch self {
    case .lstm: "LSTM"
    case .gru: "GRU"
    case .rnn: "RNN"
    }
  }
}
