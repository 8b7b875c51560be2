import DiscernModels
import DiscernTensor

/// The mask of attention between tokens, and the terms added to scores for distances.
extension NetworkGraph {
  /// The mask of the keys within each query's reach [time, time].
  ///
  /// - Parameter rows, columns: the places of queries [time, 1] and keys [1, time].
  func near(
    _ rows: String, _ columns: String, _ reach: AttentionReach, _ name: String, _ graph: inout GraphBuilder
  ) -> String {
    switch reach {
    case .all: return graph.add("Equal", [columns, columns], name + ".near")
    case .window(let size):
      let difference = graph.add("Sub", [rows, columns], name + ".difference")
      let distance = graph.add("Abs", [difference], name + ".distance")
      return graph.add("LessOrEqual", [distance, graph.number(size)], name + ".near")
    case .segments(let length, let memory):
      let size = graph.number(length)
      let index = graph.add("Div", [rows, size], name + ".segment")
      let start = graph.add("Mul", [index, size], name + ".start")
      let distance = graph.add("Sub", [columns, start], name + ".distance")
      let back = graph.add("GreaterOrEqual", [distance, graph.number(-memory)], name + ".back")
      let ahead = graph.add("Less", [distance, size], name + ".ahead")
      return graph.add("And", [back, ahead], name + ".near")
    }
  }

  /// The scores [batch, heads, time, time] of queries [batch, heads, time, D] for the distance to each key.
  ///
  /// There are 2 time - 1 distances, and a row of scores for each query. Padding the rows by a column and
  /// reshaping them into rows of 2 time - 1 moves the scores of a query's own keys to the front.
  func distanceScores(
    _ queries: String, _ places: RelativeParameters, heads: Int, _ name: String, _ graph: inout GraphBuilder
  ) -> String {
    let size = places.waves.size
    let time = graph.add("Shape", [inputs.positions], name + ".time")  // [1]
    let last = graph.add("Sub", [time, graph.list([1])], name + ".last")
    let twice = graph.add("Add", [time, last], name + ".count")
    func single(_ value: String, _ ending: String, _ graph: inout GraphBuilder) -> String {
      graph.add("Squeeze", [value, graph.list([0])], name + ending)
    }
    let first = single(last, ".first", &graph)
    // From time - 1 down to 1 - time: the farthest key before a query first.
    let numbers = graph.add(
      "Range",
      [first, graph.add("Neg", [single(time, ".end", &graph)], name + ".behind"), graph.number(-1)],
      name + ".numbers")
    let waves = self.waves(places.waves, of: numbers, name + ".waves", &graph)
    let rows = product(waves, places.projection.weight, &graph)  // [2 time - 1, F]
    let parted = graph.add("Reshape", [rows, graph.list([-1, heads, size / heads])], name + ".parted")
    let turned = graph.add("Transpose", [parted], name + ".turned", [("perm", .ints([1, 2, 0]))])
    let all = graph.add("MatMul", [queries, turned], name + ".all")  // [batch, heads, time, 2 time - 1]
    let wide = graph.add(
      "Pad", [all, graph.list([0, 0, 0, 0, 0, 0, 0, 1]), graph.number(Float(0))], name + ".wide")
    let flat = graph.add("Reshape", [wide, graph.list([0, 0, -1])], name + ".flat")
    let end = graph.add("Add", [last, graph.add("Mul", [time, twice], name + ".area")], name + ".cut")
    let cut = graph.add("Slice", [flat, last, end, graph.list([2])], name + ".kept")
    let shape = graph.add(
      "Concat", [graph.list([0, 0]), time, twice], name + ".shape", [("axis", .int(0))])
    let shifted = graph.add("Reshape", [cut, shape], name + ".shifted")
    return graph.add("Slice", [shifted, graph.list([0]), time, graph.list([3])], name)
  }
}
