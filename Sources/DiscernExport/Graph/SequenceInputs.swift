/// A graph's inputs for a batch's words, and values derived from them, shared by all networks that read the
/// same ids.
struct SequenceInputs {
  /// int64 [batch, time]: ids within the vocabulary, for any input.
  let tokens: String
  /// int32 [batch], at least 1.
  let lengths: String
  /// The same, int64.
  let longLengths: String
  /// int64 [time]: 0, 1, 2, …
  let positions: String
  /// bool [batch, time]: whether a text has a token there.
  let mask: String
  /// The letters of unknown words, for networks that read them.
  private(set) var letters: Letters?

  struct Letters {
    /// int64 [words, buckets]: rows of the table of letters.
    let buckets: String
    /// bool [words, buckets]: whether each of them counts.
    let mask: String
    /// int64 [batch, time]: 0, or the row of a token's word in `buckets`, from 1.
    let words: String
  }

  /// - Parameters:
  ///   - unknown: the id that replaces those outside the vocabulary.
  ///   - bucketCount: the number of rows in the table of letters; nil: letters are not read.
  ///   - rows: the name of the first axis, whose rows are the texts of the batch, or all their sentences.
  ///   - isBeside: whether the words are those of word-based networks in addition to a transformer.
  init(
    _ graph: inout GraphBuilder, vocabularySize: Int, unknown: Int32, bucketCount: Int?,
    of rows: String = "batch", isBeside: Bool = false
  ) {
    let places: [ONNXValue.Size] = [.any(rows), .any(isBeside ? "words_time" : "time")]
    let given = graph.input(isBeside ? "words" : "tokens", .int64, places)
    let givenLengths = graph.input(isBeside ? "words_lengths" : "lengths", .int32, [.any(rows)])
    let name = isBeside ? "words." : ""
    // A runtime may count a negative id from the table's end.
    let ids = Self.within(
      given, graph.number(vocabularySize), otherwise: Int(unknown), &graph, name + "ids"
    ).values
    self.init(&graph, ids: ids, lengths: givenLengths, name: name)
    letters = bucketCount.map { Letters(&graph, bucketCount: $0, places) }
  }

  /// The sentences of texts, each given by its row in the inputs of their words.
  init(_ graph: inout GraphBuilder, sentencesOf words: SequenceInputs) {
    let given = graph.input("sentences", .int64, [.any("batch"), .any("places")])
    let shape = graph.add("Shape", [words.tokens], "sentences.shape")
    let count = graph.add("Gather", [shape, graph.number(0)], "sentences.count", [("axis", .int(0))])
    let (rows, isThere) = Self.within(given, count, otherwise: 0, &graph, "sentences.rows")
    let ones = graph.add("Cast", [isThere], "sentences.ones", [("to", .int(ONNXType.int32.rawValue))])
    let counts = graph.add(
      "ReduceSum", [ones, graph.list([1])], "sentences.counts", [("keepdims", .int(0))])
    self.init(&graph, ids: rows, lengths: counts, name: "sentences.")
  }

  /// - Parameters:
  ///   - lengths: int32 [batch], as given.
  ///   - name: the prefix of the names of derived values.
  private init(_ graph: inout GraphBuilder, ids: String, lengths given: String, name: String) {
    tokens = ids
    lengths = graph.add("Max", [given, graph.number32(1)], name + "lengths.kept")
    longLengths = graph.add(
      "Cast", [lengths], name + "lengths.long", [("to", .int(ONNXType.int64.rawValue))])
    let shape = graph.add("Shape", [ids], name + "tokens.shape")
    let steps = graph.add("Gather", [shape, graph.number(1)], name + "time", [("axis", .int(0))])
    positions = graph.add("Range", [graph.number(0), steps, graph.number(1)], name + "positions")
    let ends = graph.add("Unsqueeze", [longLengths, graph.list([1])], name + "ends")
    mask = graph.add("Less", [positions, ends], name + "mask")
  }

  /// Ids with another one in place of those outside 0..<count, a number of the graph, and the mask of those
  /// inside.
  static func within(
    _ ids: String, _ count: String, otherwise: Int, _ graph: inout GraphBuilder, _ name: String
  ) -> (values: String, mask: String) {
    let (zero, other) = (graph.number(0), graph.number(otherwise))
    let low = graph.add("GreaterOrEqual", [ids, zero], name + ".low")
    let high = graph.add("Less", [ids, count], name + ".high")
    let known = graph.add("And", [low, high], name + ".known")
    return (graph.add("Where", [known, ids, other], name), known)
  }
}

extension SequenceInputs.Letters {
  fileprivate init(_ graph: inout GraphBuilder, bucketCount: Int, _ places: [ONNXValue.Size]) {
    let given = graph.input("letters", .int64, [.any("words"), .any("buckets")])
    words = graph.input("word_letters", .int64, places)
    (buckets, mask) = SequenceInputs.within(
      given, graph.number(bucketCount), otherwise: 0, &graph, "letters.rows")
  }
}
