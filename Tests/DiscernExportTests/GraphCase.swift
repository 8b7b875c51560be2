import Discern
import DiscernCorpus
import DiscernExport
import DiscernModels
import DiscernTensor
import DiscernVocabulary
import TestSupport

/// A model of random shape and weights, with a batch of random texts.
struct GraphCase {
  let model: JoinedClassifier
  let tasks: [ClassificationTask]
  let texts: EncodedTexts
  var options = ONNXOptions()

  private static let poolings: [[Pooling]] = [
    [.additive], [.linear], [.max], [.mean], [.last], [.additive, .max], [.max, .mean], [.last, .linear],
    [.mean, .last], [.linear, .additive], Pooling.allCases,
  ]
  private static let vocabularySize = 40

  /// Numbers up to 198 go through all cells, directions, one to three layers and poolings; everything else is
  /// drawn. Those from 200 on read texts sentence by sentence.
  init(_ number: Int) throws {
    var generator = SeededGenerator(seed: UInt64(number))
    var network = RecurrentConfiguration()
    network.cell = RecurrentCell.allCases[number % 3]
    network.isBidirectional = number / 3 % 2 == 0
    network.layerCount = number / 6 % 3 + 1
    network.pooling = Self.poolings[number / 18 % Self.poolings.count]
    network.embeddingSize = Int.random(in: 3...9, using: &generator)
    network.hiddenSize = Int.random(in: 2...8, using: &generator)
    network.attentionSize = Int.random(in: 2...7, using: &generator)
    network.residual = Bool.random(using: &generator)
    Self.chooseNorms(&network, &generator)
    if Int.random(in: 0..<4, using: &generator) == 0 { network.subwordBuckets = 11 }
    if number < 200 { Self.chooseAttention(&network, &generator) }
    if network.attentionLayers > 0, number % 2 == 0 { network.attentionWindow = number % 4 + 1 }
    if network.attentionLayers > 0, number % 6 == 4, network.batchNorm != .recurrent {
      (network.attentionWindow, network.attentionMemory) = (nil, number % 5 + 1)
      network.backpropagationWindow = number % 7 + 1
      network.relativePositions = number % 4 == 0 ? nil : false
    }
    if network.attentionLayers > 0, number % 6 == 2 { network.relativePositions = true }
    if network.attentionLayers > 0, number % 2 == 1 {
      network.attentionProjection = number % 7 + 2
      network.attentionProjectionPerHead = number % 3 == 0
      // Fewer than some texts have, or more.
      network.attentionProjectionTokens = [8, 40][number / 2 % 2]
    }

    network.hasEarlyExit =
      number % 4 == 1 && number < 200 && network.layerCount > 0
      && network.layerCount + network.attentionLayers > 1

    let kinds: [[HeadConfiguration.Kind]] = [
      [.classes(count: 2)], [.classes(count: 4)], [.labels(count: 3)],
      [.classes(count: 2), .labels(count: 1)],
      [.labels(count: 2), .classes(count: 3), .classes(count: 2)],
    ]
    let chosen = kinds[Int.random(in: 0..<kinds.count, using: &generator)]
    tasks = try Self.tasks(chosen, &generator)
    let heads = tasks.map(\.head)
    let configuration = ClassifierConfiguration(
      vocabularySize: Self.vocabularySize,
      encoder: number < 200
        ? .recurrent(network)
        : .hierarchical(
          HierarchicalConfiguration(
            words: network,
            sentenceHiddenSize: number % 4 == 0 ? nil : Int.random(in: 2...8, using: &generator))),
      heads: heads)
    let memberCount = [1, 1, 1, 3][Int.random(in: 0..<4, using: &generator)]
    let networks = try (0..<memberCount).map { _ in try Self.network(configuration, &generator) }
    var texts = Self.texts(readsLetters: network.subwordBuckets > 0, &generator)
    if number >= 200 { texts.sentences = Self.sentences(of: texts, &generator) }
    let kind = Int.random(in: 0..<8, using: &generator)
    if kind >= 3 {
      model = JoinedClassifier(networks, nil, mixing: nil)
    } else {
      let ngrams = Self.ngrams(heads, &texts, &generator)
      let mixing = heads.map { _ in
        LogitMixing(
          ngrams: Float.random(in: 0...1, using: &generator),
          network: Float.random(in: 0...1, using: &generator))
      }
      model =
        kind == 0
        ? JoinedClassifier([], ngrams, mixing: nil) : JoinedClassifier(networks, ngrams, mixing: mixing)
    }
    self.texts = texts
    options.splitDirections = network.isBidirectional && !model.networks.isEmpty && number % 5 == 0
  }

  private static func chooseAttention(
    _ network: inout RecurrentConfiguration, _ generator: inout SeededGenerator
  ) {
    network.attentionLayers = max(0, Int.random(in: -4...2, using: &generator))
    guard network.attentionLayers > 0 else { return }
    if Bool.random(using: &generator), !network.batchNorm.isByStep, network.layerNorm.isEmpty {
      (network.layerCount, network.isBidirectional, network.batchNorm) = (0, false, .none)
    }
    let heads = [1, 2, 3].filter { network.stateSize % $0 == 0 }
    network.attentionHeads = heads[Int.random(in: 0..<heads.count, using: &generator)]
  }

  private static func chooseNorms(_ network: inout RecurrentConfiguration, _ generator: inout SeededGenerator)
  {
    if Bool.random(using: &generator) { network.layerNorm.append(.input) }
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: network.batchNorm = .flattened
    case 1: network.batchNorm = .perStep
    case 2: network.batchNorm = network.cell == .lstm ? .recurrent : .perStep
    case 3:
      network.layerNorm.append(.output)
      if network.layerCount > 1 { network.layerNorm.append(.between) }
    default: break
    }
    if network.batchNorm.isByStep { network.batchNormSteps = Int.random(in: 1...8, using: &generator) }
  }

  private static func tasks(
    _ kinds: [HeadConfiguration.Kind], _ generator: inout SeededGenerator
  ) throws -> [ClassificationTask] {
    try kinds.enumerated().map { index, kind in
      let (count, isMultiLabel) =
        switch kind {
        case .classes(let count): (count, false)
        case .labels(let count): (count, true)
        }
      return ClassificationTask(
        source: LabelColumn(
          task: kinds.count == 1 ? "" : "task \(index)/é", separator: isMultiLabel ? LabelSeparator("|") : nil
        ),
        labels: try LabelSet((0..<count).map { "label \($0)" }),
        decision: isMultiLabel
          ? .thresholds((0..<count).map { _ in Float.random(in: 0.2...0.8, using: &generator) }) : .likeliest,
        temperature: [1, 0.6, 2.5][Int.random(in: 0..<3, using: &generator)])
    }
  }

  /// One whose norms, biases and statistics are not the initial ones.
  private static func network(
    _ configuration: ClassifierConfiguration, _ generator: inout SeededGenerator
  ) throws -> NeuralClassifier {
    let model = try NeuralClassifier(
      configuration: configuration, seed: UInt64.random(in: 0...99, using: &generator))
    for (name, shape, values) in model.weights.tensors {
      for index in 0..<values.count {
        let draw = Float.random(in: -1...1, using: &generator)
        if name.hasSuffix("running_var") {
          values.pointer[index] = 1.5 + draw
        } else if name.hasSuffix("steps_seen") {
          let limit = configuration.encoder.wordNetwork?.batchNormSteps ?? 1
          values.pointer[index] = Float(Int.random(in: 0...limit, using: &generator))
        } else {
          values.pointer[index] += draw * (shape.count == 2 && shape[0] == vocabularySize ? 1 : 0.3)
        }
      }
    }
    model.weights.didChange()
    return model
  }

  private static func texts(readsLetters: Bool, _ generator: inout SeededGenerator) -> EncodedTexts {
    var texts = EncodedTexts()
    var letters = TextLetters()
    for _ in 0..<Int.random(in: 1...7, using: &generator) {
      let length = Int.random(
        in: 1...[3, 12, 30][Int.random(in: 0..<3, using: &generator)], using: &generator)
      texts.append(
        (0..<length).map { _ in Int32.random(in: 1..<Int32(vocabularySize), using: &generator) % 30 + 1 })
      var words = LetterBags()
      for id in texts[texts.count - 1] where id == Vocabulary.unknownID {
        let count = Int.random(in: 0...5, using: &generator)
        words.append(ArraySlice((0..<count).map { _ in Int32.random(in: 0..<11, using: &generator) }))
      }
      letters.append(words)
    }
    if readsLetters { texts.letters = letters }
    return texts
  }

  private static func sentences(
    of texts: EncodedTexts, _ generator: inout SeededGenerator
  ) -> TextSentences {
    var sentences = TextSentences()
    for text in 0..<texts.count {
      sentences.append(
        (0..<texts.length(text)).filter { $0 == 0 || Int.random(in: 0..<4, using: &generator) == 0 })
    }
    return sentences
  }

  /// A model of n-grams, and the texts' n-gram rows.
  private static func ngrams(
    _ heads: [HeadConfiguration], _ texts: inout EncodedTexts, _ generator: inout SeededGenerator
  ) -> NGramClassifier {
    var words = WordTexts()
    for index in 0..<texts.count { words.append(words: texts[index].map { "w\($0 % 7)" }) }
    var configuration = NGramConfiguration()
    configuration.minimumCount = 1
    let vocabulary = NGramVocabulary(of: words, configuration)
    texts.ngrams = vocabulary.rows(of: words)
    let columns = heads.reduce(0) { $0 + NGramClassifier.columnCount($1) }
    func numbers(_ count: Int, _ generator: inout SeededGenerator) -> [Float] {
      (0..<count).map { _ in Float.random(in: -2...2, using: &generator) }
    }
    return NGramClassifier(
      vocabulary: vocabulary, heads: heads, weights: numbers(vocabulary.count * columns, &generator),
      biases: numbers(columns, &generator))
  }

  /// A graph's inputs for each text.
  func inputs() -> [TextInputs] {
    let values = model.ngrams.map { NGramValues($0.vocabulary) }
    return (0..<texts.count).map { text in
      var inputs = TextInputs(evidence: .normal)
      if !model.networks.isEmpty {
        inputs.tokens = Array(texts[text])
        inputs.sentences = texts.sentences.map { Array($0[text]) }
      }
      inputs.letters = texts.letters.map { letters in letters.words(of: text).map { Array(letters[$0]) } }
      if model.networks.isEmpty { inputs.letters = nil }
      if let rows = texts.ngrams, let values {
        let range = rows.range(text)
        inputs.ngrams = Array(rows.features[range])
        inputs.values = [Float](unsafeUninitializedCapacity: range.count) { buffer, count in
          if let base = buffer.baseAddress { values.fill(rows, text, into: base) }
          count = range.count
        }
      }
      return inputs
    }
  }
}
