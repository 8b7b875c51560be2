import DiscernModels
import DiscernVocabulary

/// A wide model's logits as operations. Its weights have 8 bits in the model already, and stay unchanged.
struct NGramGraph {
  /// By head: [batch, labels].
  let logits: [String]

  init(_ ngrams: NGramClassifier, _ graph: inout GraphBuilder) {
    let shape: [ONNXValue.Size] = [.any("batch"), .any("ngrams")]
    let given = graph.input("ngrams", .int64, shape)
    let givenValues = graph.input("values", .float32, shape)
    let columns = ngrams.columnCount
    // A model without any n-grams gets a row of zeros to look up, so that only its bias counts.
    let rowCount = max(1, ngrams.vocabulary.count)
    let missing = [Int8](repeating: 0, count: rowCount * columns - ngrams.weights.count)
    let table = graph.tensor("ngrams.weight", [rowCount, columns], ngrams.weights + missing)
    let (ids, mask) = SequenceInputs.within(
      given, graph.number(ngrams.vocabulary.count), otherwise: 0, &graph, "ngrams.rows")
    let values = graph.add("Where", [mask, givenValues, graph.number(Float(0))], "ngrams.values")
    let bytes = graph.add("Gather", [table, ids], "ngrams.bytes", [("axis", .int(0))])
    let rows = graph.add("Cast", [bytes], "ngrams.wide", [("to", .int(ONNXType.float32.rawValue))])
    let row = graph.add("Unsqueeze", [values, graph.list([1])], "ngrams.row")
    let products = graph.add("MatMul", [row, rows], "ngrams.products")  // [batch, 1, columns]
    let sums = graph.add("Squeeze", [products, graph.list([1])], "ngrams.sums")
    let scale = graph.tensor("ngrams.scale", [columns], ngrams.scales)
    let scaled = graph.add("Mul", [sums, scale], "ngrams.scaled")
    let bias = graph.tensor("ngrams.bias", [columns], ngrams.biases)
    let all = graph.add("Add", [scaled, bias], "ngrams.columns")
    logits = zip(ngrams.columnRanges, ngrams.headRanges).enumerated().map { head, ranges in
      let (columns, outputs) = ranges
      let name = "ngrams.head\(head + 1)"
      let part = graph.add("Gather", [all, graph.list(Array(columns))], name, [("axis", .int(1))])
      if columns.count == outputs.count { return part }
      // Two classes have one column, z, and the logits -z/2 and z/2.
      let halves = [-0.5, 0.5].map { (factor: Float) in
        graph.add("Mul", [part, graph.number(factor)], name + ".half")
      }
      return graph.add("Concat", halves, name + ".logits", [("axis", .int(1))])
    }
  }
}
