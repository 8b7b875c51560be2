import Discern
import DiscernCorpus
import DiscernIO
import DiscernTensor
import Foundation
import TestSupport
import Testing

private let things = [
  "card", "flight", "weather", "song", "recipe", "alarm", "taxi", "loan", "hotel", "train",
]

/// Questions about ten things and an answer to each.
private let pairs = (0..<60).map { index -> (String, String) in
  let thing = things[index % 10]
  let opening = ["where is my", "tell me about the", "i lost the", "please find a"][index % 4]
  return ("\(opening) \(thing) \(index / 20)", "this is what helps with a \(thing) \(index % 3)")
}

private func smallOptions() -> MatchOptions {
  var options = MatchOptions()
  (options.network.embeddingSize, options.network.hiddenSize, options.network.attentionSize) = (16, 16, 8)
  (options.network.embeddingDropout, options.network.outputDropout) = (0, 0)
  (options.epochs, options.batchSize, options.learningRate, options.patience) = (60, 16, 0.01, 60)
  options.vectorSize = 16
  options.validationFraction = 0.2
  return options
}

private func matcher(
  _ data: MatchData = MatchData(pairs: pairs), _ options: MatchOptions = smallOptions(), threads: Int = 1,
  checkpoints: RunCheckpoints? = nil, isInterrupted: @escaping () -> Bool = { false }
) throws -> TextMatcher {
  try TextMatcher.train(
    on: data, options: options, checkpoints: checkpoints, compute: Compute(threadCount: threads),
    isInterrupted: isInterrupted)
}

private func write(_ text: String, to path: String) throws {
  try text.write(toFile: path, atomically: false, encoding: .utf8)
}

private func labelled(_ folder: String) throws -> String {
  let path = folder + "/labelled.tsv"
  try write("intent\ttext\n" + pairs.enumerated().map { "\(things[$0 % 10])\t\($1.0)\n" }.joined(), to: path)
  return path
}

@Test func aMatcherFindsWhatBelongsToATextAndIsTheSameFromItsFolder() throws {
  try withTemporaryFolder { folder in
    let made = try matcher()
    #expect(
      made.record.examples == "pairs" && made.record.trainingTextCount + made.record.heldOutTextCount == 60)
    #expect(made.record.epochs.count <= 60 && made.record.temperature > 0)
    let answers = things.map { "this is what helps with a \($0) 1" }
    let index = try made.index(of: answers)
    let found = try made.search(["where is my taxi 0", "tell me about the song 1"], in: index, count: 3)
    #expect(found.map { $0[0].text } == [answers[6], answers[3]], "\(found)")
    #expect(found[0].map(\.score) == found[0].map(\.score).sorted(by: >) && found[0].count == 3)
    try made.write(to: folder + "/m")
    let read = try TextMatcher(contentsOf: folder + "/m", compute: Compute(threadCount: 2))
    let questions = pairs.map(\.0)
    for side in MatchSide.allCases {
      #expect(
        try read.vectors(of: questions, side: side).map(\.vector)
          == made.vectors(of: questions, side: side).map(\.vector))
    }
    #expect(try read.search(questions, in: index, count: 2) == made.search(questions, in: index, count: 2))
    // Every file is checked, and only a matcher's folder is read.
    let weights = URL(fileURLWithPath: folder + "/m/weights.safetensors")
    var bytes = try Data(contentsOf: weights)
    bytes[bytes.count / 2] ^= 4
    try bytes.write(to: weights)
    #expect(throws: DiscernError.self) { try TextMatcher(contentsOf: folder + "/m") }
    #expect(throws: DiscernError.self) { try TextClassifier(contentsOf: folder + "/m") }
  }
}

@Test func aTextsVectorIsTheSameAloneAndAmongOthers() throws {
  var options = smallOptions()
  (options.epochs, options.sharesTowers) = (1, false)
  let made = try matcher(MatchData(pairs: pairs), options)
  let texts = pairs.map(\.0) + ["", "unknown words", String(repeating: "card ", count: 50)]
  for side in MatchSide.allCases {
    let together = try made.vectors(of: texts, side: side).map(\.vector)
    for (text, vector) in zip(texts, together) {
      #expect(try made.vectors(of: [text], side: side)[0].vector == vector, "\(text)")
      #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
    }
  }
  #expect(try made.vectors(of: [texts[0]])[0].vector != made.vectors(of: [texts[0]], side: .right)[0].vector)
  let cut = try made.vectors(of: [String(repeating: "card ", count: 500)])[0].cut
  #expect(cut == 100)
}

@Test func aMatcherGoesOnAsIfItHadNotStopped() throws {
  try withTemporaryFolder { folder in
    let path = try labelled(folder)
    let data = try MatchData(paths: [path], .labels)
    var options = smallOptions()
    options.epochs = 8
    let whole = try matcher(data, options)
    for stop in [1, 5, 11] {
      let states = "\(folder)/c\(stop)"
      func resumed(_ data: MatchData, _ options: MatchOptions) throws -> TextMatcher {
        try matcher(
          data, options, threads: 3, checkpoints: try RunCheckpoints(folder: states, isResuming: true)
        )
      }
      var steps = 0
      do {
        _ = try TextMatcher.train(
          on: data, options: options,
          checkpoints: try RunCheckpoints(folder: states, every: .steps(1)),
          compute: Compute(threadCount: 2),
          onStage: { if case .training(.step) = $0 { steps += 1 } }, isInterrupted: { steps >= stop })
      } catch DiscernError.interrupted {}
      // Other texts or choices do not resume from there.
      var other = options
      other.temperature = 0.3
      for (data, options) in [(MatchData(pairs: pairs), options), (data, other)] {
        do {
          _ = try resumed(data, options)
          Issue.record("another training went on")
        } catch DiscernError.checkpoint(.differs), DiscernError.checkpoint(.otherData) {}
      }
      let again = try resumed(data, options)
      let texts = pairs.map(\.0)
      #expect(try again.vectors(of: texts).map(\.vector) == whole.vectors(of: texts).map(\.vector), "\(stop)")
      #expect(again.record.epochs.map(\.developmentLoss) == whole.record.epochs.map(\.developmentLoss))
    }
  }
}

@Test func labelsAreMeasuredAmongThemselvesAndAgainstCandidates() throws {
  try withTemporaryFolder { folder in
    let path = try labelled(folder)
    let made = try matcher(try MatchData(paths: [path], .labels))
    let own = try made.evaluate(try MatchData(paths: [path], .labels))
    #expect(own.queryCount == 60 && own.recall(at: 10) >= own.recall(at: 1) && own.recall(at: 1) > 0.8)
    let queries = folder + "/q.tsv"
    try write("intent\ttext\ncard\twhere is my card\nnone\tanother\n", to: queries)
    var left = 0
    let scores = try made.evaluate(
      try MatchData(paths: [queries], .labels), candidates: try MatchData(paths: [path], .labels)
    ) { if case .withoutPartner(let count, _) = $0 { left = count } }
    #expect(scores.queryCount == 1 && left == 1 && scores.recall(at: 1) == 1)
    // The same by hand, through the index.
    let index = try made.index(of: pairs.map(\.0))
    let ranks = try pairs.indices.map { query -> Int? in
      try made.search([pairs[query].0], in: index, count: 11)[0].filter { $0.row != query }.prefix(10)
        .firstIndex { $0.row % 10 == query % 10 }.map { $0 + 1 }
    }
    #expect(own.recall(at: 5) == Double(ranks.count { $0 ?? 99 <= 5 }) / 60)
    let reciprocal = ranks.reduce(0) { $0 + ($1.map { 1 / Double($0) } ?? 0) } / 60
    #expect(abs(own.meanReciprocalRank - reciprocal) < 1e-9)
  }
}

@Test func vectorsBelongToTextsRowByRow() throws {
  try withTemporaryFolder { folder in
    let (texts, path) = (folder + "/t.txt", folder + "/v.npy")
    try write(pairs.map { $0.0 + "\n" }.joined(), to: texts)
    func vectors(_ count: Int, columns: Int = 10) throws {
      let file = try NumPyFile(try OutputTarget(path: path), columnCount: columns)
      for row in 0..<count { try file.append((0..<columns).map { $0 == row % 10 ? 40 : 3 }) }
      try file.finish()
    }
    try vectors(60)
    let options = smallOptions()
    var reading = CorpusOptions()
    reading.format = .lines
    let data = try MatchData(paths: [texts], .vectors(path: path), options: reading)
    let made = try matcher(data, options)
    #expect(try made.evaluate(data).recall(at: 1) > 0.9)
    let index = try made.index(ofVectors: path)
    let found = try made.search(["where is my song"], in: index, count: 6)[0]
    #expect(
      Set(found.map { $0.row % 10 }) == [3] && found.allSatisfy { $0.text == nil && $0.line == $0.row + 1 })
    #expect(throws: DiscernError.self) { try made.vectors(of: ["a"], side: .right) }
    #expect(throws: DiscernError.self) { try made.index(of: ["a"]) }
    for (count, columns) in [(59, 10), (61, 10)] {
      try vectors(count, columns: columns)
      #expect(throws: DiscernError.self) { try matcher(data, options) }
    }
    try vectors(60, columns: 9)
    #expect(throws: DiscernError.self) { try made.index(ofVectors: path) }
    #expect(throws: DiscernError.self) { try made.evaluate(data) }
  }
}

/// The vectors of a transformer are frozen, and training starts from them.
@Test func aTransformersVectorsAreProjected() throws {
  try withTemporaryFolder { folder in
    try TransformerFixture.write("bert", to: folder + "/bert")
    let pretrained = try PretrainedEncoder(contentsOf: folder + "/bert")
    let data = MatchData(
      pairs: (0..<30).map { ("good film \($0 % 3)", ["good plot", "bad film", "fine plot"][$0 % 3]) }
        + (1..<30).map { (Array(repeating: "film", count: $0).joined(separator: " "), "dull plot") })
    var options = smallOptions()
    options.vectorSize = nil
    (options.learningRate, options.epochs) = (1e-12, 1)
    let embedder = try TextEmbedder(contentsOf: folder + "/bert")
    let texts = ["good film .", "dull", "bad bad plot"]
    for shared in [true, false] {
      options.sharesTowers = shared
      let made = try TextMatcher.train(
        on: data, pretrained: pretrained, options: options, compute: Compute(threadCount: 1))
      try made.write(to: folder + "/m")
      let read = try TextMatcher(contentsOf: folder + "/m")
      #expect(read.vectorSize == 8)
      for (own, given) in zip(try read.vectors(of: texts, side: .right), try embedder.vectors(of: texts)) {
        let length = given.vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(zip(own.vector, given.vector).allSatisfy { abs($0 - $1 / length) < 1e-5 })
      }
    }
  }
}

@Test func matchersBeginAsWhatWasPretrained() throws {
  try withTemporaryFolder { folder in
    var options = PretrainingOptions()
    (options.network.embeddingSize, options.network.hiddenSize, options.epochs) = (6, 5, 1)
    let texts = folder + "/u.txt"
    try write(pairs.map { $0.0 + "\n" + $0.1 + "\n" }.joined(), to: texts)
    var reading = CorpusOptions()
    reading.needsLabels = false
    let encoder = try PretrainedEncoder.train(
      on: try Corpus(paths: [texts], options: reading), options: options, compute: Compute(threadCount: 1))
    var own = smallOptions()
    own.sharesTowers = false
    let made = try TextMatcher.train(
      on: MatchData(pairs: pairs), pretrained: encoder, options: own, compute: Compute(threadCount: 1))
    #expect(made.configuration.encoder.recurrent?.hiddenSize == 5)
    #expect(made.configuration.vocabularySize == encoder.languageModel?.vocabulary.count)
  }
}

/// The folder and the index are those of the program before features were scaled.
@Test func aMatcherOfAnEarlierVersionGivesTheSameVectors() throws {
  let path = SharedData.projectRoot.appendingPathComponent("Tests/Fixtures/folders/matcher").path
  let made = try TextMatcher(contentsOf: path)
  #expect(!made.configuration.scalesFeatures)
  let expected: [[Float]] = [
    [0.35945448, -0.6768406, -0.18517944, 0.6151323], [0.31681398, -0.6523527, -0.17765446, 0.6652095],
  ]
  let vectors = try made.vectors(of: ["the film is good !", "nothing known here"]).map(\.vector)
  for (own, value) in zip(vectors.joined(), expected.joined()) { #expect(abs(own - value) < 1e-5) }
  try withTemporaryFolder { folder in
    try made.index(of: ["a"]).write(to: folder + "/i")
    let digest = "a96fe3fafa73b75d09d4fee246cc729c366208cd92a11a0cbd5625e4fa7db869"
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder + "/i")).contains(Data(digest.utf8)))
  }
}

@Test func theBatchSizeAndTheTemperatureSuitTheNumberOfTexts() throws {
  func fitted(_ count: Int, _ change: (inout MatchOptions) -> Void = { _ in }) throws -> [String] {
    var options = MatchOptions()
    (options.network.embeddingSize, options.network.hiddenSize, options.epochs) = (4, 4, 1)
    change(&options)
    var told: [String] = []
    let made = try TextMatcher.train(
      on: MatchData(pairs: (0..<count).map { ("a\($0)", "b\($0)") }), options: options,
      onStage: { if case .fitted(let choices) = $0 { told = choices.map { "\($0.key) \($0.value)" } } })
    return told + ["batch-size", "temperature"].map { made.record.choices[$0] ?? "" }
  }
  #expect(try fitted(50) == ["batch-size 32", "temperature 0.2", "32", "0.2"])
  #expect(try fitted(50) { $0.batchSize = 20 } == ["temperature 0.2", "20", "0.2"])
  #expect(try fitted(50) { ($0.batchSize, $0.temperature) = (20, 0.1) } == ["20", "0.1"])
  let many = try fitted(2_050) { $0.validationFraction = 0.01 }
  #expect(try fitted(2_050).first == "batch-size 32")
  #expect(many.prefix(2) == ["batch-size 128", "temperature 0.07"])
}

@Test func tooLittleToLearnFromIsAnError() throws {
  for own in [[], [("a", "b")], [("a", "b"), ("a", "c")]] {
    #expect(throws: DiscernError.self) { try matcher(MatchData(pairs: own)) }
  }
  for change: (inout MatchOptions) -> Void in [
    { $0.batchSize = 1 }, { $0.temperature = 0 }, { $0.temperature = .nan }, { $0.vectorSize = 1 },
    { $0.epochs = 0 }, { $0.validationFraction = 1 }, { $0.network.hiddenSize = 0 },
  ] {
    var options = smallOptions()
    change(&options)
    #expect(throws: DiscernError.self) { try matcher(MatchData(pairs: pairs), options) }
  }
}
