import DiscernCorpus
import DiscernText
import DiscernVocabulary
import TestSupport
import Testing

@Suite struct EncodingTests {
  private func encoder(
    _ words: [String], maximumTokens: Int? = nil, truncation: Truncation = .head
  ) throws -> TextEncoder {
    TextEncoder(
      tokenizer: try Tokenizer(), vocabulary: Vocabulary(words: words), maximumTokens: maximumTokens,
      truncation: truncation)
  }

  @Test func truncationKeepsTheRightTokens() {
    let tokens = Array(0..<7)
    func kept(_ truncation: Truncation, _ limit: Int) -> [Int] {
      let (first, second) = truncation.kept(count: tokens.count, limit: limit)
      return Array(tokens[first]) + tokens[second]
    }
    #expect(kept(.head, 3) == [0, 1, 2])
    #expect(kept(.tail, 3) == [4, 5, 6])
    #expect(kept(.headTail, 3) == [0, 1, 6])
    #expect(kept(.headTail, 4) == [0, 1, 5, 6])
    #expect(kept(.headTail, 1) == [0])
    for truncation in Truncation.allCases {
      #expect(kept(truncation, 7) == tokens)
      #expect(kept(truncation, 8) == tokens)
    }
  }

  /// The second label was constructed to have the first one's MurmurHash3.
  @Test func labelsOfOneHashAreTwoLabels() throws {
    let labels = ["labels are told apart by bytes!!", "p0vcelsr52lidyxt[f5aO~&UF8{9~:45"]
    let hashes = labels.map { label in Array(label.utf8).withUnsafeBufferPointer { ContentHash($0) } }
    #expect(hashes[0] == hashes[1])
    try withTemporaryFolder { folder in
      let rows = labels.map { $0 + "\tgood film\n" }.joined()
      let path = try write(rows + rows, to: "a.tsv", in: folder)
      let options = CorpusOptions.with {
        $0.labelColumn = ColumnSelector("1")
        $0.textColumn = ColumnSelector("2")
      }
      let corpus = try Corpus(paths: [path], options: options)
      let encoded = try CorpusEncoder(try encoder(["good"]), threads: 1).encode(corpus)
      #expect(encoded.labelSet?.names == labels)
      #expect(encoded.targets.map(\.labels.numbers) == [[0, 1, 0, 1]])
    }
  }

  @Test func encodesTextsLabelsAndPlaces() throws {
    try withTemporaryFolder { folder in
      let path = try write(
        "pos\tGood good film\nneg\t<br />\nneg\tbad unknown film, bad\n", to: "a.tsv", in: folder)
      let encoder = try encoder(["good", "film", "bad"], maximumTokens: 4)
      let encoded = try CorpusEncoder(encoder, threads: 2).encode(try Corpus(paths: [path]))
      #expect((0..<3).map { Array(encoded.texts[$0]) } == [[2, 2, 3], [1], [4, 1, 3, 1]])
      #expect(encoded.labelSet?.names == ["neg", "pos"])
      #expect(encoded.targets.map(\.labels.numbers) == [[1, 0, 0]])
      #expect(encoded.locations.map(\.line) == [1, 2, 3])
      let summary = encoded.summary
      #expect([summary.texts, summary.tokens, summary.keptTokens, summary.unknownTokens] == [3, 8, 7, 2])
      #expect([summary.cutTexts, summary.emptyTexts, summary.repairedTexts] == [1, 1, 0])
      #expect(summary.unknownShare == 2.0 / 7)
      #expect(encoded.texts.selecting([2, 0]).length(0) == 4)

      // Another order of the rows gives the same labels the same ids.
      let swapped = try write("neg\tbad\npos\tgood film\n", to: "b.tsv", in: folder)
      #expect(
        try CorpusEncoder(encoder, threads: 1).encode(try Corpus(paths: [swapped])).targets[0].labels.numbers
          == [0, 1])
    }
  }

  @Test func labelsThatAModelDoesNotKnowAreErrors() throws {
    try withTemporaryFolder { folder in
      let path = try write("pos\tx y z\nngative\tx y z w\n", to: "a.tsv", in: folder)
      let encoder = CorpusEncoder(try encoder([]), threads: 1)
      let known = try LabelSet(["pos", "neutral", "negative"])
      let error = corpusError { _ = try encoder.encode(try Corpus(paths: [path]), labelSets: [known]) }
      #expect(
        error?.description
          == "\(path):2: a label is unknown to the model: “ngative” (1 text, at \(path):2); "
          + "there are “negative”, “neutral”, “pos”; did you mean “negative”?; --on-error skip leaves "
          + "such texts out"
      )
      let subset = try LabelSet(["a", "ngative", "pos", "z"])
      #expect(
        try encoder.encode(try Corpus(paths: [path]), labelSets: [subset]).targets[0].labels.numbers == [
          2, 1,
        ])
    }
  }

  @Test func textsWithUnseenLabelsAreLeftOutAndNamed() throws {
    try withTemporaryFolder { folder in
      let path = try write(
        "pos\tx y z\nmixed\tone two\nneg\tx one more\nodd\tx y\nmixed\tx y z w\n", to: "a.tsv", in: folder)
      let encoder = CorpusEncoder(try encoder([]), threads: 1)
      let known = try LabelSet(["pos", "neg"])
      let error = corpusError { _ = try encoder.encode(try Corpus(paths: [path]), labelSets: [known]) }
      #expect(error?.description.contains("“mixed” (2 texts, first at \(path):2), “odd” (1 text") == true)
      let options = CorpusOptions.with { $0.onError = .skip }
      let data = try encoder.encode(try Corpus(paths: [path], options: options), labelSets: [known])
      #expect(data.targets[0].labels.numbers == [1, 0])
      #expect(data.locations.map(\.line) == [1, 3])
      #expect(data.texts.count == 2 && data.texts.length(0) == 3 && data.summary.texts == 2)
      #expect(data.reading.unseenLabels.map(\.label) == ["mixed", "odd"])
      #expect(data.reading.unseenLabels.map(\.count) == [2, 1])
      // Where nothing is left there is nothing to measure.
      let other = try LabelSet(["a", "b"])
      #expect(
        corpusError {
          _ = try encoder.encode(try Corpus(paths: [path], options: options), labelSets: [other])
        } != nil)
    }
  }

  @Test func aTaskWithAnUnseenLabelKeepsTheOthers() throws {
    try withTemporaryFolder { folder in
      let path = try write(
        "text\tone\ttwo\nx y\ta\tNEW\nx z\tNEW\tNEW\nz\tb\tc\n", to: "a.tsv", in: folder)
      let options = CorpusOptions.with {
        $0.onError = .skip
        $0.labelColumns = ["one", "two"].map { LabelColumn(task: $0, column: .name($0)) }
      }
      let data = try CorpusEncoder(try encoder([]), threads: 1).encode(
        try Corpus(paths: [path], options: options),
        labelSets: [try LabelSet(["a", "b"]), try LabelSet(["c", "d"])])
      #expect(data.targets.map(\.labels.numbers) == [[0, 1], [-1, 0]])
      #expect(data.reading.unseenLabels.map(\.task) == ["one", "two"])
      #expect(data.reading.unseenLabels.map(\.count) == [1, 2])
    }
  }

  @Test func unlabelledTextsHaveNoLabels() throws {
    try withTemporaryFolder { folder in
      let path = try write("one\ntwo\n", to: "a.txt", in: folder)
      let corpus = try Corpus(paths: [path], options: .with { $0.needsLabels = false })
      let encoded = try CorpusEncoder(try encoder(["two"]), threads: 2).encode(corpus)
      #expect(encoded.targets.isEmpty && encoded.labelSet == nil)
      #expect(Array(encoded.texts[1]) == [2])
    }
  }

  @Test(.enabled(if: SharedData.isPresent))
  func threadsDoNotMatter() throws {
    let corpus = try Corpus(paths: [SharedData.path("data/imdb/aclImdb-mini.tar.gz")])
    let tokenizer = try Tokenizer()
    var vocabularies: [Vocabulary] = []
    for threads in [1, 2, 5] {
      vocabularies.append(try corpus.countTokens(with: tokenizer, threads: threads).builder.build())
    }
    #expect(vocabularies[0] == vocabularies[1] && vocabularies[0] == vocabularies[2])
    #expect(vocabularies[0].count > 10_000)
    let encoder = TextEncoder(
      tokenizer: tokenizer, vocabulary: vocabularies[0], maximumTokens: 100, truncation: .headTail)
    let one = try CorpusEncoder(encoder, threads: 1).encode(corpus)
    for threads in [2, 5] {
      let more = try CorpusEncoder(encoder, threads: threads).encode(corpus)
      #expect(
        more.texts == one.texts && more.targets.map(\.labels) == one.targets.map(\.labels)
          && more.summary == one.summary)
      #expect(more.locations == one.locations && more.reading == one.reading)
    }
    #expect(one.summary.texts == 1500)
    #expect(one.summary.cutShare > 0.8)

    // A session alone gives the same result as the pipeline.
    let session = try encoder.makeSession()
    var index = 0
    _ = try corpus.read { record in
      var ids: [Int32] = []
      _ = try session.encode(record.text, appendingTo: &ids)
      #expect(ids == Array(one.texts[index]))
      index += 1
    }
  }

  @Test func errorsComeInTheInputsOrder() throws {
    try withTemporaryFolder { folder in
      // The bad row is far after the first block; it is named with any number of threads.
      let rows = (0..<30_000).map { "a\tsome words in row \($0)\n" }.joined()
      let path = try write(rows + "b\n" + rows, to: "a.tsv", in: folder)
      let encoder = try encoder([])
      for threads in [1, 3] {
        let error = corpusError {
          _ = try CorpusEncoder(encoder, threads: threads).encode(try Corpus(paths: [path]))
        }
        #expect(
          error
            == .badRow(RecordLocation(path: path, line: 30_001), .fieldCount(found: 1, expected: 2)))
      }
    }
  }
}
