/// What a graph reads of a batch's words, and what follows from it: the same for all networks of a model.
struct SequenceInputs {
  /// int64 [batch, time]: ids of the vocabulary, whatever was given.
  let tokens: String
  /// int32 [batch], 1 at least.
  let lengths: String
  /// The same, int64.
  let longLengths: String
  /// int64 [time]: 0, 1, 2, …
  let positions: String
  /// bool [batch, time]: where a text has a token.
  let mask: String
  /// The letters of unknown words, for networks that read them.
  let letters: Letters?

  struct Letters {
    /// int64 [words, buckets]: rows of the table of letters.
    let buckets: String
    /// bool [words, buckets]: which of them count.
    let mask: String
    /// int64 [batch, time]: 0, or the place of a token's word among those, from 1.
    let words: String
  }

  /// - Parameters:
  ///   - unknown: the id that takes the place of those outside the vocabulary.
  ///   - bucketCount: rows of the table of letters; nil: letters are not read.
  init(_ graph: inout GraphBuilder, vocabularySize: Int, unknown: Int32, bucketCount: Int?) {
    let places: [ONNXValue.Size] = [.any("batch"), .any("time")]
    let given = graph.input("tokens", .int64, places)
    let givenLengths = graph.input("lengths", .int32, [.any("batch")])
    // A runtime may take a negative id as one from the table's end.
    tokens = Self.within(given, vocabularySize, otherwise: Int(unknown), &graph, "ids").values
    lengths = graph.add("Max", [givenLengths, graph.number32(1)], "lengths.kept")
    longLengths = graph.add("Cast", [lengths], "lengths.long", [("to", .int(ONNXType.int64.rawValue))])
    let shape = graph.add("Shape", [given], "tokens.shape")
    let steps = graph.add("Gather", [shape, graph.number(1)], "time", [("axis", .int(0))])
    positions = graph.add("Range", [graph.number(0), steps, graph.number(1)], "positions")
    let ends = graph.add("Unsqueeze", [longLengths, graph.list([1])], "ends")
    mask = graph.add("Less", [positions, ends], "mask")
    letters = bucketCount.map { Letters(&graph, bucketCount: $0, places) }
  }

  /// Ids from 0 to below a count, and another one in place of those outside.
  static func within(
    _ ids: String, _ count: Int, otherwise: Int, _ graph: inout GraphBuilder, _ name: String
  ) -> (values: String, mask: String) {
    let (zero, end, other) = (graph.number(0), graph.number(count), graph.number(otherwise))
    let low = graph.add("GreaterOrEqual", [ids, zero], name + ".low")
    let high = graph.add("Less", [ids, end], name + ".high")
    let known = graph.add("And", [low, high], name + ".known")
    return (graph.add("Where", [known, ids, other], name), known)
  }
}

extension SequenceInputs.Letters {
  fileprivate init(_ graph: inout GraphBuilder, bucketCount: Int, _ places: [ONNXValue.Size]) {
    let given = graph.input("letters", .int64, [.any("words"), .any("buckets")])
    words = graph.input("word_letters", .int64, places)
    (buckets, mask) = SequenceInputs.within(given, bucketCount, otherwise: 0, &graph, "letters.rows")
  }
}
