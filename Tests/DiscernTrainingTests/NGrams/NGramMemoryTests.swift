import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernTraining
import DiscernVocabulary
import Testing

@Suite struct NGramMemoryTests {
  private let heads = [HeadConfiguration(.classes(count: 3))]

  private func message(
    _ configuration: NGramConfiguration, _ heads: [HeadConfiguration], features: Int? = nil, entries: Int = 0,
    limit: Int = 1_000_000_000
  ) -> String {
    let limit = SystemMemory.Limit(bytes: limit, source: "this machine's memory")
    do throws(MemoryShortage) {
      try NGramMemory(configuration, heads, featureCount: features, entryCount: entries).check(against: limit)
      return "enough"
    } catch { return error.description }
  }

  @Test func aShortageNamesTheFlagsThatHelp() {
    var hashed = NGramConfiguration()
    #expect(message(hashed, heads) == "enough")
    hashed.hashBits = 26
    let table = message(hashed, heads)
    #expect(table.contains("at least") && table.contains("--ngram-hash-bits"), "\(table)")
    hashed.hashBits = 18
    #expect(message(hashed, heads) == "enough")
    let named = NGramConfiguration()
    #expect(message(named, heads, features: 1 << 25).contains("--max-ngrams"))
    #expect(message(named, heads, features: 1000, entries: 1 << 30).contains("--letter-ngrams"))
    // Labels and classes are columns.
    for kind in [HeadConfiguration.Kind.classes(count: 1000), .labels(count: 1000)] {
      #expect(message(named, [HeadConfiguration(kind)], features: 1 << 18).contains("--max-ngrams"))
    }
    #expect(message(hashed, heads, features: .max, entries: .max).contains("at least"))
    // As many classes are learned side by side for every text.
    let many = NGramMemory(
      named, [HeadConfiguration(.classes(count: 100_000))], featureCount: 1000, textCount: 180_000)
    #expect(many.answers >= 72_000_000_000 && many.total > many.answers)
  }

  /// Once n-grams are counted the number of entries in all rows is known.
  @Test(arguments: [nil, 10]) func theEstimateKnowsTheRows(hashBits: Int?) throws {
    let (texts, numbers) = NGramTexts.random(200, labels: 3)
    var configuration = NGramConfiguration()
    configuration.hashBits = hashBits
    let vocabulary = NGramVocabulary(of: texts, configuration)
    let entries = vocabulary.documentCounts.reduce(0) { $0 + Int($1) }
    #expect(vocabulary.rows(of: texts).features.count == entries)
    let needed = NGramMemory(
      configuration, heads, featureCount: vocabulary.count, textCount: texts.count, entryCount: entries
    ).total
    func train(with bytes: Int) throws(TrainingError) {
      _ = try NGramTrainer(
        words: texts, targets: [TaskLabels(numbers: numbers)], heads: heads, configuration: configuration,
        compute: Compute(threadCount: 1),
        limit: { SystemMemory.Limit(bytes: bytes, source: "a test's limit") })
    }
    try train(with: needed)
    do throws(TrainingError) {
      try train(with: needed - 1)
      Issue.record("it began")
    } catch {
      guard case .memory(let shortage) = error else { throw error }
      #expect(shortage.needed == needed)
    }
  }

  /// Settings of another training are neither chosen again nor measured.
  @Test func choicesCanBeGiven() throws {
    let (texts, numbers) = NGramTexts.random(200, labels: 3)
    func trainer(_ choices: [NGramChoice]?) throws -> NGramTrainer {
      try NGramTrainer(
        words: texts, targets: [TaskLabels(numbers: numbers)], heads: heads,
        configuration: NGramConfiguration(), choices: choices, compute: Compute(threadCount: 2))
    }
    let first = try trainer(nil)
    let weights = try first.fit().tensors
    let second = try trainer(first.chosen)
    #expect(try second.fit().tensors == weights)
    #expect(second.chosen == first.chosen && second.chosen[0].logLoss != nil)
  }
}
