import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTensor
import TestSupport
import Testing

/// Models in 8 bits.
@Suite struct QuantizedModelTests {
  private static func configuration(_ cell: RecurrentCell) -> ClassifierConfiguration {
    var configuration = smallConfiguration()
    configuration.network.cell = cell
    configuration.network.layerNorm = [.between]
    configuration.network.residual = true
    if cell == .gru { (configuration.network.attentionLayers, configuration.network.attentionHeads) = (2, 2) }
    return configuration
  }

  /// Inference converts no 8-bit weights to floats; weights requested by name are the exact values.
  @Test func floatsAreMadeWhenAskedFor() throws {
    let model = try NeuralClassifier(configuration: Self.configuration(.lstm), seed: 1).quantized
    let batch = PackedBatch(randomTexts(3, longest: 9, seed: 2), indices: [0, 1, 2])
    _ = Predictor(model, compute: Compute(threadCount: 1)).logits(batch)
    #expect(model.weights.widenedNames == [])
    let (name, table) = (model.wordTable.name, try #require(model.weights.quantized["embedding.weight"]))
    #expect(
      try model.values(name).array
        == table.values.indices.map { Float(table.values[$0]) * table.scales[$0 / table.columns] })
    #expect(model.weights.widenedNames == [name])
    // A copy has floats, which are the same numbers.
    let copy = NeuralClassifier(copying: model)
    #expect(!copy.isQuantized)
    for (name, _) in model.shapes { #expect(try copy.values(name).array == model.values(name).array) }
  }

  /// 2,000 random batches for each cell: the same bits in every exact family, for any number of threads,
  /// alone and among others.
  @Test(arguments: RecurrentCell.allCases)
  func answersAreTheSameBitsOnEveryMachine(cell: RecurrentCell) throws {
    let model = try NeuralClassifier(configuration: Self.configuration(cell), seed: 1).quantized
    #expect(model.isQuantized)
    let count = 40
    let texts = randomTexts(count, longest: 30, seed: 2)
    var generator = SeededGenerator(seed: 3)
    let first = Compute(family: KernelFamily.exact[0], threadCount: 1)
    let alone = (0..<count).map {
      Predictor(model, compute: first).logits(PackedBatch(texts, indices: [$0])).map(\.bitPattern)
    }
    let combinations = KernelFamily.exact.flatMap { family in [1, 2, 8].map { (family, $0) } }
    for (family, threads) in combinations {
      let predictor = Predictor(model, compute: Compute(family: family, threadCount: threads))
      for _ in 0..<2000 / combinations.count {
        let indices = Array(
          (0..<count).shuffled(using: &generator).prefix(Int.random(in: 1...count, using: &generator)))
        let batch = PackedBatch(texts, indices: indices)
        #expect(
          predictor.logits(batch).map(\.bitPattern) == batch.indices.flatMap { alone[$0] },
          "texts \(batch.indices), \(family.name), \(threads) threads")
      }
    }
    // Families of floats give them too.
    for family in KernelFamily.available {
      let predictor = Predictor(model, compute: Compute(family: family, threadCount: 2))
      #expect(predictor.logits(PackedBatch(texts, indices: [7])).map(\.bitPattern) == alone[7])
    }
  }

  @Test(arguments: RecurrentCell.allCases)
  func logitsAreNearThoseOfFloats(cell: RecurrentCell) throws {
    let model = try NeuralClassifier(configuration: Self.configuration(cell), seed: 4)
    let texts = randomTexts(60, longest: 40, seed: 5)
    let compute = Compute(threadCount: 1)
    let exact = Predictor(model, compute: compute).logits(texts)
    let rounded = Predictor(model.quantized, compute: compute).logits(texts)
    #expect(exact != rounded)
    let error = zip(exact, rounded).map { abs($0 - $1) }.max() ?? 1
    #expect(error < 0.02, "\(error)")
    let half = Predictor(try model.halved(), compute: compute).logits(texts)
    #expect(exact != half && zip(exact, half).allSatisfy { abs($0 - $1) < 2e-3 })
  }

  @Test func roundingAgainChangesNothing() throws {
    let model = try NeuralClassifier(configuration: smallConfiguration(), seed: 1).quantized
    for (name, quantized) in model.weights.quantized {
      let floats = try model.values(name)
      let again = QuantizedMatrix(
        rounding: floats, isPairSafe: model.weights.layout.quantizable.contains(name))
      #expect(again.values == quantized.values, "\(name)")
    }
    let names = Set(model.weights.quantized.keys)
    #expect(names.contains("embedding.weight") && names.contains("lstm.weight_hh_l1_reverse"))
    #expect(names.contains("attention.projection.weight") && !names.contains("attention.score.weight"))
    #expect(!names.contains { $0.contains("bias") || $0.contains("output") || $0.contains("norm") })
  }

  /// Every half that is finite, and the places between two of them.
  @Test func halvesRoundToTheNearest() {
    for bits in UInt16(0)..<0x7C00 {
      let value = HalfPrecision.widen(bits)
      #expect(HalfPrecision.bits(value) == bits && HalfPrecision.bits(-value) == bits | 0x8000)
      let next = bits + 1 < 0x7C00 ? HalfPrecision.widen(bits + 1) : 65_536
      let middle = (value + next) / 2
      #expect(HalfPrecision.bits(middle) == bits + bits % 2)
      #expect(HalfPrecision.bits(middle.nextDown) == bits && HalfPrecision.bits(middle.nextUp) == bits + 1)
    }
    #expect(HalfPrecision.bits(.infinity) == 0x7C00 && HalfPrecision.rounded(.nan).isNaN)
  }
}
