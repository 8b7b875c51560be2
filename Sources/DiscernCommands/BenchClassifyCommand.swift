import ArgumentParser
import Discern
import DiscernBenchmark
import DiscernIO
import DiscernModels
import DiscernSystem
import DiscernTensor

struct BenchClassifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify",
    abstract: "Measure inference: tokens per second and latency.",
    discussion: """
      Without a model, the flags of discern train define the architecture, with random weights.

      Examples:
        discern bench classify --hidden 256 --layers 2
        discern bench classify model --train reviews.tsv
        discern bench classify --hidden 256 --layers 2 --int8
      """)

  @Argument(help: "A model: its folder, or the file that discern pack made.")
  var model: String?

  @Flag(name: .customLong("int8"), help: "Measure the network quantised to 8 bits, as by discern quantize.")
  var isQuantized = false

  @OptionGroup var texts: BenchTextArguments
  @OptionGroup var measuring: MeasuringArguments
  @OptionGroup var recipe: RecipeArguments
  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup var computing: ComputeArguments

  func run() throws {
    try reportingErrors {
      let given = try recipe.settings()
      if let model,
        let key = RecipeKey.all.first(where: { !Self.measuring.contains($0.name) && given.has($0) })
      {
        throw ValidationError(
          "--\(key.name) and a model (\(model)): the architecture is the model's; leave "
            + "one of them out")
      }
      let recipe = try recipe.recipe(only: .recurrent, beside: texts.options)
      guard case .texts(let batchSize) = recipe.options.batchSize else {
        throw ValidationError("bench classify needs batches of a fixed number of texts: give --batch-size")
      }
      let compute = try computing.compute()
      var strings: SingleTextBenchmark?
      var networks: [NeuralClassifier]
      let data: LabelledTexts
      if let model {
        let classifier = try TextClassifier(contentsOf: model)
        networks = classifier.networks
        if networks.isEmpty {
          throw ValidationError("\(model) has no network; discern bench ngrams measures n-grams")
        }
        let measured = isQuantized && !classifier.networks.contains(where: \.isQuantized)
        strings = try Self.singleText(measured ? classifier.quantized(to: .int8) : classifier)
        let size = classifier.encoder.vocabulary.count
        if texts.train.isEmpty {
          data = LabelledTexts.synthetic(
            count: texts.texts, length: texts.length, vocabularySize: size, seed: recipe.options.seed,
            inSentences: classifier.encoder.dividesSentences)
        } else {
          let encoded = try CorpusEncoder(classifier.encoder, threads: compute.threadCount).encode(
            Corpus(paths: texts.train, options: corpus.options()))
          data = LabelledTexts(texts: encoded.texts, targets: encoded.targets.map(\.labels))
        }
      } else {
        let loaded = try texts.load(recipe, corpus, threads: compute.threadCount)
        data = loaded.data
        let configuration = recipe.configuration(
          vocabularySize: loaded.vocabularySize, heads: loaded.heads,
          embeddingSize: recipe.encoder.embeddingSize)
        networks = try (0..<UInt64(recipe.ensembleSize)).map { index in
          try NeuralClassifier(configuration: configuration, seed: recipe.options.seed &+ index)
        }
      }
      if isQuantized { networks = networks.map(\.quantized) }
      let single = LabelledTexts.synthetic(
        count: 1, length: texts.length, vocabularySize: networks[0].configuration.vocabularySize,
        seed: recipe.options.seed + 1)
      let result = InferenceBenchmark(
        data.texts, single: Array(single.texts[0]), models: networks, compute: compute,
        batchSize: batchSize, repeats: measuring.repeats)
      try measuring.show(WithMember(base: result, name: "singleText", member: strings)) {
        var table = Table()
        table.add("batches of \(result.batchSize): tokens per second", Int(result.tokensPerSecond).grouped)
        table.add("batches of \(result.batchSize): texts per second", Int(result.textsPerSecond).grouped)
        table.add(
          "one text of \(result.singleLength) tokens, median, ms",
          String(format: "%.3f", 1000 * result.singleMedian))
        table.add("the same, 99th percentile, ms", String(format: "%.3f", 1000 * result.singleTail))
        if let strings {
          func row(_ name: String, _ seconds: Double) {
            table.add(name, String(format: "%.3f", 1000 * seconds))
          }
          row("a sentence with a kept session, median, ms", strings.keptSession)
          row("the same with classify(_:), median, ms", strings.shared)
          row("the same with a new session, median, ms", strings.newSession)
        }
        table.add("peak memory, MB", (result.peakMemory >> 20).grouped)
        table.add("kernels, threads", "\(result.kernels), \(result.threads)")
        return table.lines
      }
    }
  }
}

extension BenchClassifyCommand {
  /// Settings that do not belong to a model.
  private static let measuring: Set = ["batch-size", "seed"]

  private static func singleText(_ classifier: TextClassifier) throws -> SingleTextBenchmark {
    let text = "Slow start, but the ending is magnificent and we had a lovely evening."
    let session = try classifier.makeSession()
    // Problems with the model or the text are reported here.
    _ = try classifier.classify(text)
    func answer(_ session: TextClassifier.Session?) {
      try? session?.add(text)
      _ = session?.classify()
    }
    return SingleTextBenchmark(
      newSession: { answer(try? classifier.makeSession()) }, shared: { _ = try? classifier.classify(text) },
      keptSession: { answer(session) })
  }
}
