import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernTraining
import Testing

private func configuration(hidden: Int = 128, vocabulary: Int = 100) -> ClassifierConfiguration {
  var result = ClassifierConfiguration(vocabularySize: vocabulary, classCount: 2)
  result.encoder.recurrent?.hiddenSize = hidden
  return result
}

@Test func theEstimateIsNoMoreThanWhatIsAllocated() throws {
  let model = try NeuralClassifier(configuration: configuration(), seed: 1)
  let memory = TrainingMemory(configuration(), TrainingOptions())
  // The given, the trained and the best weights, two moments; of the network also gradients.
  #expect(memory.table == 4 * 5 * 100 * 100)
  let network = model.parameterCount - 100 * 100
  #expect(memory.network >= 4 * 6 * network && memory.network < 4 * 6 * (network + 1000))
  #expect(memory.batch == 0 && memory.total == memory.table + memory.network)
}

@Test func everyOptionThatTakesMemoryCounts() {
  func total(_ models: Int = 1, tokens: Int = 0, _ change: (inout TrainingOptions) -> Void = { _ in }) -> Int
  {
    var options = TrainingOptions()
    change(&options)
    return TrainingMemory(configuration(), options, models: models, batchTokens: tokens).total
  }
  #expect(total(2) > total() && total(tokens: 1000) == total() + 1000 * 4 * 256 * 4)
  #expect(total(tokens: 1000) { $0.activations = .bfloat16 } == total() + 1000 * 2 * 256 * 4)
  #expect(total { $0.averageDecay = 0.99 } > total() && total { $0.optimizer = .sgd } < total())
}

@Test func aShortageNamesTheFlagsThatHelp() throws {
  let limit = SystemMemory.Limit(bytes: 1_000_000_000, source: "this machine's memory")
  func message(_ configuration: ClassifierConfiguration, tokens: Int = 0) -> String {
    do throws(MemoryShortage) {
      try TrainingMemory(configuration, TrainingOptions(), batchTokens: tokens).check(against: limit)
      return "enough"
    } catch { return error.description }
  }
  #expect(message(configuration()) == "enough")
  let large = message(configuration(hidden: 1 << 20))
  #expect(large.contains("at least") && large.contains("TB") && large.contains("--hidden"), "\(large)")
  #expect(large.contains("this machine's memory is 1.0 GB"), "\(large)")
  #expect(message(configuration(vocabulary: 1 << 30)).contains("--vocab-size"))
  #expect(message(configuration(), tokens: 1 << 30).contains("--batch-size"))
}

@Test func sizesWhoseProductIsNoNumberAreTooMuch() throws {
  var huge = ClassifierConfiguration(vocabularySize: Int(Int32.max), classCount: 1 << 20)
  var network = RecurrentConfiguration()
  (network.hiddenSize, network.embeddingSize, network.layerCount, network.attentionSize) = (
    1 << 20, 1 << 20, 64, 1 << 20
  )
  network.pooling = [.additive, .linear, .max, .mean, .last]
  (network.batchNorm, network.batchNormSteps) = (.perStep, 1 << 20)
  huge.encoder = .recurrent(network)
  try huge.validate()
  let memory = TrainingMemory(huge, TrainingOptions(), models: 1000, batchTokens: Int(Int32.max))
  #expect(throws: MemoryShortage.self) {
    try memory.check(against: SystemMemory.Limit(bytes: 1 << 46, source: "this machine's memory"))
  }
}
