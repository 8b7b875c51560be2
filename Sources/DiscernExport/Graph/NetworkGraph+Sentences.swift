import DiscernTensor

extension NetworkGraph {
  /// The texts' sentences [places, batch, F], from the vectors of all sentences [sentences, F].
  func sentences(_ vectors: String, _ inputs: SequenceInputs, _ graph: inout GraphBuilder) -> String {
    let rows = graph.add(
      "Gather", [vectors, inputs.tokens], prefix + "sentences.vectors", [("axis", .int(0))])
    return graph.add("Transpose", [rows], prefix + "sentences.turned", [("perm", .ints([1, 0, 2]))])
  }

  /// The states of a recurrent layer's directions at the sentences before and after each one [places, batch,
  /// F].
  ///
  /// - Parameter states: the layer's [places, batch, directions · H].
  func context(
    _ states: String, _ directions: Int, _ projection: LinearParameters?, _ graph: inout GraphBuilder
  ) -> String {
    let name = prefix + "sentences.context"
    var halves = [states]
    if directions == 2 {
      halves = graph.add("Split", [states], outputs: [name + ".ahead", name + ".back"], [("axis", .int(2))])
    }
    var moved = [shifted(halves[0], by: 1, name + ".before", &graph)]
    if directions == 2 {
      // Values computed after a text's last sentence do not belong to it.
      let turned = graph.add("Transpose", [inputs.mask], name + ".mask", [("perm", .ints([1, 0]))])
      let column = graph.add("Unsqueeze", [turned, graph.list([2])], name + ".column")
      let kept = graph.add("Where", [column, halves[1], graph.number(Float(0))], name + ".kept")
      moved.append(shifted(kept, by: -1, name + ".behind", &graph))
    }
    let both = moved.count == 1 ? moved[0] : graph.add("Concat", moved, name, [("axis", .int(2))])
    return projection.map { product(both, $0.weight, &graph) } ?? both
  }

  /// The rows moved one place later or earlier, with zeros at the free end.
  private func shifted(
    _ states: String, by places: Int, _ name: String, _ graph: inout GraphBuilder
  ) -> String {
    let pads = places > 0 ? [1, 0, 0, 0, 0, 0] : [0, 0, 0, 1, 0, 0]
    let wide = graph.add("Pad", [states, graph.list(pads)], name + ".wide")
    let (start, end) = places > 0 ? (0, -1) : (1, Int(Int32.max))
    return graph.add(
      "Slice", [wide, graph.list([start]), graph.list([end]), graph.list([0])], name)
  }
}
