import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTensor
import Foundation
import TestSupport
import Testing

/// PyTorch's figures for a small model (Tests/Golden/sequences.py, sequence-transformer.py).
struct SequenceFigures: Decodable {
  struct Pair: Decodable { let source, target: [Int32] }
  let pairs: [Pair]
  let logits: [[Float]]
  let loss: Double
  let weights, gradients: [String: [Float]]
}

/// The models of one script, with PyTorch's figures for each.
struct SequenceFiguresFile: Decodable {
  struct Case: Decodable {
    let cell: RecurrentCell?
    let heads: Int?
    let encoderLayers, decoderLayers: Int
    let figures: SequenceFigures

    private enum Key: CodingKey { case cell, heads, encoderLayers, decoderLayers }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: Key.self)
      cell = try values.decodeIfPresent(RecurrentCell.self, forKey: .cell)
      heads = try values.decodeIfPresent(Int.self, forKey: .heads)
      encoderLayers = try values.decode(Int.self, forKey: .encoderLayers)
      decoderLayers = try values.decode(Int.self, forKey: .decoderLayers)
      figures = try SequenceFigures(from: decoder)
    }
  }
  let sourceVocabularySize, targetVocabularySize, embeddingSize, hiddenSize: Int
  let labelSmoothing: Float
  let cases: [Case]

  /// - Parameter name: of a file in Tests/Golden, without its ending.
  static func named(_ name: String) throws -> Self {
    let path = SharedData.projectRoot.appendingPathComponent("Tests/Golden/\(name).json")
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: path))
  }

  /// Expects every model's figures.
  ///
  /// - Parameter change: adds the parts specific to a form of model.
  func expect(
    _ configuration: SequenceConfiguration, _ change: (inout SequenceConfiguration, Case) throws -> Void
  ) throws {
    for figure in cases {
      var configuration = configuration
      configuration.sourceVocabularySize = sourceVocabularySize
      configuration.targetVocabularySize = targetVocabularySize
      (configuration.embeddingSize, configuration.hiddenSize) = (embeddingSize, hiddenSize)
      configuration.encoderLayers = figure.encoderLayers
      configuration.decoderLayers = figure.decoderLayers
      try change(&configuration, figure)
      try expectFigures(figure.figures, of: configuration, labelSmoothing: labelSmoothing)
    }
  }
}

/// Some pairs of ragged lengths.
func raggedPairs(_ count: Int, vocabularySize: Int = 9) -> EncodedPairs {
  var pairs = EncodedPairs()
  for index in 0..<count {
    let stream = RandomStream(seed: 3, purpose: .shuffle, counter: index)
    func ids(_ first: Int, _ length: Int) -> [Int32] {
      (0..<length).map { Int32(1 + stream.bits(first + $0) % UInt64(vocabularySize - 1)) }
    }
    pairs.append(ids(0, 1 + Int(stream.bits(100) % 9)), ids(20, Int(stream.bits(101) % 7)))
  }
  return pairs
}

/// The logits of some pairs, by pair [tokens that are written, V].
func logits(
  _ model: EncoderDecoder, _ pairs: EncodedPairs, _ indices: [Int], threads: Int = 1
) -> [Int: [[Float]]] {
  let batch = PairBatch(pairs, indices: indices)
  let tape = Tape(
    compute: Compute(threadCount: threads), workspace: Workspace(), weights: model.weights, gradients: nil)
  defer { withExtendedLifetime(tape) {} }
  let values = model.decode(
    tape, batch.target, model.encode(tape, batch.source, nil), sourceOfTarget: batch.sourceOfTarget, nil
  ).value
  var results: [Int: [[Float]]] = [:]
  for (sequence, place) in batch.target.indices.enumerated() {
    results[indices[place]] = (0..<batch.target.layout.lengths[sequence]).map { step in
      let row = values.row(batch.target.layout.offsets[step] + sequence)
      return (0..<values.columns).map { row[$0] }
    }
  }
  return results
}

func bits(_ rows: [[Float]]?) -> [UInt32] { (rows ?? []).flatMap { $0.map(\.bitPattern) } }

/// The logits of a pair, written token by token.
func stepByStep(_ model: EncoderDecoder, _ pairs: EncodedPairs, _ index: Int) -> [[Float]] {
  let batch = PairBatch(pairs, indices: [index])
  let kept = Workspace()
  defer { withExtendedLifetime(kept) {} }
  let encoding = model.encode(
    Tape(compute: Compute(threadCount: 1), workspace: kept, weights: model.weights, gradients: nil),
    batch.source, nil)
  var states = model.states(count: 1)
  var rows: [[Float]] = []
  for token in [PairBatch.boundary] + pairs.targets[index] {
    let tape = Tape(
      compute: Compute(threadCount: 1), workspace: Workspace(), weights: model.weights, gradients: nil)
    rows.append(
      withExtendedLifetime(tape) {
        model.step(tape, [token], encoding, sourceOfTarget: [0], &states).value.array
      })
  }
  return rows
}

/// Values and gradients of a model with the weights of figures, against these.
func expectFigures(
  _ figure: SequenceFigures, of configuration: SequenceConfiguration, labelSmoothing: Float
) throws {
  let model = EncoderDecoder(configuration)
  #expect(Set(model.weights.names) == Set(figure.weights.keys))
  for (name, _, values) in model.weights.tensors {
    for (index, value) in (figure.weights[name] ?? []).enumerated() { values.pointer[index] = value }
  }
  model.weights.didChange()
  var pairs = EncodedPairs()
  for pair in figure.pairs { pairs.append(pair.source, pair.target) }
  let own = logits(model, pairs, Array(0..<pairs.count))
  for (index, expected) in figure.logits.enumerated() {
    let values = (own[index] ?? []).flatMap(\.self)
    #expect(values.count == expected.count)
    for (value, expected) in zip(values, expected) {
      #expect(abs(value - expected) < 2e-6)
    }
  }
  let batch = PairBatch(pairs, indices: Array(0..<pairs.count))
  let gradients = Gradients(layout: model.weights.layout)
  let tape = Tape(
    compute: Compute(threadCount: 2), workspace: Workspace(), weights: model.weights, gradients: gradients)
  let written = model.decode(
    tape, batch.target, model.encode(tape, batch.source, nil), sourceOfTarget: batch.sourceOfTarget, nil)
  let loss = tape.crossEntropy(
    written, labels: batch.labels, smoothing: labelSmoothing,
    divisor: Double(batch.labels.count)
  ).loss
  tape.runBackward()
  #expect(abs(loss.mean - figure.loss) < 1e-6)
  for parameter in model.weights.layout.parameters {
    let expected = try #require(figure.gradients[parameter.name])
    for (value, expected) in zip(gradients[parameter].array, expected) {
      #expect(abs(value - expected) < 2e-6, "\(parameter.name)")
    }
  }
  for table in model.weights.layout.tables {
    let expected = try #require(figure.gradients[table.name])
    var values = [Float](repeating: 0, count: table.count)
    let rows = try #require(gradients[table])
    for (row, id) in rows.ids.enumerated() {
      for column in 0..<table.columnCount {
        values[Int(id) * table.columnCount + column] = rows.values.row(row)[column]
      }
    }
    for (value, expected) in zip(values, expected) {
      #expect(abs(value - expected) < 2e-6, "\(table.name)")
    }
  }
}

/// The results of greedy search and beams, against all sequences of up to three tokens.
func expectLikeliest(of model: EncoderDecoder) {
  let pairs = raggedPairs(12)
  let limit = 3
  func score(_ source: [Int32], _ tokens: [Int32], hasEnded: Bool) -> Double {
    var pair = EncodedPairs()
    pair.append(source, tokens)
    let rows = logits(model, pair, [0])[0] ?? []
    return zip(rows, tokens + (hasEnded ? [PairBatch.boundary] : [])).reduce(0) { sum, step in
      let values = step.0.map(Double.init)
      return sum + values[Int(step.1)] - log(values.reduce(0) { $0 + exp($1) })
    }
  }
  let sources = (0..<pairs.count).map { pairs.sources[$0] }
  func search(_ width: Int, penalty: Double = 0, threads: Int = 2) -> [SequenceSearch.Found] {
    SequenceSearch(model, width: width, lengthPenalty: penalty, maximumTokens: limit)(
      sources, Compute(threadCount: threads), kept: Workspace(), Workspace())
  }
  let (greedy, wide) = (search(1), search(600))
  for (index, source) in sources.enumerated() {
    for found in [greedy[index], wide[index]] {
      #expect(abs(found.logProbability - score(Array(source), found.tokens, hasEnded: found.hasEnded)) < 1e-5)
      #expect(!found.tokens.contains(1), "<unk>")
    }
    // In greedy search each token is the most probable one after those before.
    var tokens: [Int32] = []
    while tokens.count < limit {
      let candidates = [PairBatch.boundary] + (2..<9)
      let best = candidates.max {
        score(Array(source), tokens + [$0], hasEnded: false)
          < score(Array(source), tokens + [$1], hasEnded: false)
      }
      if best == PairBatch.boundary { break }
      tokens.append(best ?? 0)
    }
    #expect(greedy[index].tokens == tokens)
    #expect(greedy[index].hasEnded == (tokens.count < limit))
    // A beam that leaves nothing out finds the best of all that end.
    var best = -Double.infinity
    for first in [nil] + (2..<9).map(Optional.some) {
      for second in first == nil ? [nil] : [nil] + (2..<9).map(Optional.some) {
        let tokens = [first, second].compactMap { $0 }.map(Int32.init)
        best = max(best, score(Array(source), tokens, hasEnded: true))
      }
    }
    #expect(wide[index].hasEnded && abs(wide[index].logProbability - best) < 1e-5)
    // Alone and with other threads the same.
    let alone = SequenceSearch(model, width: 3, lengthPenalty: 0.6, maximumTokens: limit)(
      [source], Compute(threadCount: 1), kept: Workspace(), Workspace())[0]
    let together = search(3, penalty: 0.6, threads: 3)[index]
    #expect(alone.tokens == together.tokens)
    #expect(alone.logProbability.bitPattern == together.logProbability.bitPattern)
  }
}
