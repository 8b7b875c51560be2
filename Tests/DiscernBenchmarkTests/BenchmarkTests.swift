import DiscernBenchmark
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernTraining
import DiscernVocabulary
import Testing

private func small() -> (LabelledTexts, ClassifierConfiguration) {
  var configuration = ClassifierConfiguration(vocabularySize: 50, classCount: 2)
  configuration.encoder.recurrent?.embeddingSize = 6
  configuration.encoder.recurrent?.hiddenSize = 5
  configuration.encoder.recurrent?.attentionSize = 4
  return (LabelledTexts.synthetic(count: 30, length: 7, vocabularySize: 50, seed: 1), configuration)
}

@Test func randomTextsAreTheSameEverywhereAndFrequentWordsAreFrequent() {
  let data = LabelledTexts.synthetic(count: 200, length: 50, vocabularySize: 1000, seed: 3)
  #expect(
    data.texts.tokenIDs
      == LabelledTexts.synthetic(count: 200, length: 50, vocabularySize: 1000, seed: 3).texts.tokenIDs)
  #expect(data.texts.tokenIDs.allSatisfy { (2..<1000).contains($0) })
  let first = data.texts.tokenIDs.count { $0 == 2 }
  #expect(first > data.texts.tokenIDs.count { $0 == 20 })
  #expect(data.targets[0].numbers.count { $0 == 0 } == 100)
}

@Test func theTrainingBenchmarkCountsWhatItRan() throws {
  let (data, configuration) = small()
  var options = TrainingOptions()
  options.batchSize = .texts(8)
  for method in AdversarialMethod.allCases {
    options.adversarial = method
    let result = try TrainingBenchmark(
      data, configuration: configuration, options: options, compute: Compute(threadCount: 2), inOrder: true,
      repeats: 2)
    #expect(result.batches == 4 && result.tokens == 210 && result.pass.seconds.count == 2)
    #expect(result.tokensPerSecond > 0 && result.peakMemory > 1 << 20)
    // 2 directions x 4 gates x 5 units x (6 + 5) inputs, attention 10 x 4 + 4 + 10, two FLOPs each, three
    // times.
    let forward = 2.0 * (2 * 4 * 5 * 11 + 54)
    let products: [AdversarialMethod: Double] = [.none: 3, .fgm: 6, .fgmSequence: 6, .vat: 8]
    #expect(result.flopsPerToken == products[method, default: 0] * forward)
  }
}

@Test func theInferenceBenchmarkCountsWhatItRan() throws {
  let (data, configuration) = small()
  let model = try NeuralClassifier(configuration: configuration, seed: 1)
  let result = InferenceBenchmark(
    data.texts, single: [2, 3, 4], models: [model], compute: Compute(threadCount: 1), batchSize: 8, repeats: 3
  )
  #expect(result.texts == 30 && result.tokens == 210 && result.singleLength == 3)
  #expect(result.singleMedian <= result.singleTail)
}

@Test func theTextBenchmarkCountsWhatItRead() throws {
  var builder = VocabularyBuilder()
  for word in ["good", "film"] { builder.add(word) }
  let result = try TextBenchmark(
    Array("A good film\n\nbad\n".utf8), tokenizer: Tokenizer(TokenizerConfiguration()),
    vocabulary: builder.build(maximumSize: 10, minimumCount: 1), repeats: 1)
  #expect(result.lines == 3 && result.tokens == 4 && result.bytes == 17)
}

@Test func theMachineBenchmarkKnowsItsKernels() {
  let result = MachineBenchmark(compute: Compute(threadCount: 1), repeats: 1)
  #expect(result.kernels == KernelFamily.best.name)
  #expect(result.peakOneThread > 0 && result.bandwidthOneThread > 0)
  #expect(result.kernelFigures.allSatisfy { $0.share > 0 && $0.share.isFinite })
  // OpenBLAS is measured beside each of our products, if it is installed.
  for kernel in result.kernelFigures {
    #expect((kernel.openBLAS ?? 0 > 0) == (kernel.gigaflops != nil && KernelFamily.openBLAS != nil))
  }
}
