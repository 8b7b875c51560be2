import ArgumentParser
import Discern
import DiscernBenchmark
import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernSystem
import DiscernTensor
import DiscernText
import DiscernTraining
import DiscernVocabulary

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure how fast this machine trains, classifies and reads.",
    subcommands: [
      BenchMachineCommand.self, BenchTrainCommand.self, BenchClassifyCommand.self, BenchNGramsCommand.self,
      BenchTextCommand.self,
    ], defaultSubcommand: BenchMachineCommand.self)
}

/// How a measurement is taken and shown.
struct MeasuringArguments: ParsableArguments {
  @Option(help: "Number of timed runs; the median is reported.")
  var repeats = 5

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if repeats < 1 { throw ValidationError("--repeats \(repeats): expected at least 1") }
  }

  func show(_ value: some Encodable, _ lines: () -> [String]) throws {
    let output = Output.standard()
    if json {
      try output.json(value)
    } else {
      for line in lines() { try output.line(line) }
    }
    try output.flush()
  }
}

/// Texts for a measurement: labelled ones, or random ones.
struct BenchTextArguments: ParsableArguments {
  @Option(
    help: "Labelled texts; may be repeated. Default: random texts with a vocabulary of --vocab-size.",
    completion: .file())
  var train: [String] = []

  @Option(help: "A vocabulary file. Default: build one from --train.", completion: .file())
  var vocab: String?

  @Option(help: "Number of words of each random text.")
  var length = 200

  @Option(help: "Random texts.")
  var texts = 640

  func validate() throws {
    if length < 1 || texts < 1 { throw ValidationError("--length and --texts: expected at least 1") }
  }

  /// The given options that determine settings of a recipe, without dashes.
  var options: Set<String> { vocab == nil ? [] : ["vocab"] }

  /// The texts as ids, and the number of words in the vocabulary.
  func load(
    _ recipe: TrainingRecipe, _ corpus: CorpusArguments, threads: Int
  ) throws -> (data: LabelledTexts, vocabularySize: Int, heads: [HeadConfiguration]) {
    guard !train.isEmpty else {
      let data = LabelledTexts.synthetic(
        count: texts, length: length, vocabularySize: recipe.vocabularySize, seed: recipe.options.seed,
        inSentences: recipe.isHierarchical)
      return (data, recipe.vocabularySize, [HeadConfiguration(.classes(count: 2))])
    }
    let inputs = try Corpus(paths: train, options: corpus.options())
    let tokenizer = try Tokenizer(recipe.tokenizer)
    let vocabulary =
      try vocab.map { path in try Vocabulary(path: path) }
      ?? inputs.countTokens(with: tokenizer, threads: threads).builder.build(
        maximumSize: recipe.vocabularySize, minimumCount: recipe.minimumCount)
    var encoder = TextEncoder(
      tokenizer: tokenizer, vocabulary: vocabulary, maximumTokens: recipe.maximumTokens,
      truncation: recipe.truncation)
    encoder.dividesSentences = recipe.isHierarchical
    let encoded = try CorpusEncoder(encoder, threads: threads).encode(inputs)
    if encoded.targets.isEmpty { throw DiscernError.vocabulary(.noLabels) }
    return (
      LabelledTexts(texts: encoded.texts, targets: encoded.targets.map(\.labels)), vocabulary.count,
      encoded.targets.map { HeadConfiguration(.classes(count: max(2, $0.labelSet.count))) }
    )
  }
}

struct BenchMachineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "machine",
    abstract: "Measure peak arithmetic, memory bandwidth, and the kernels' shares of them.",
    discussion: """
      The environment variable DISCERN_KERNELS selects the kernels, here and in every command; an unknown \
      name is answered with a list of those that this machine supports.
      """)

  @OptionGroup var measuring: MeasuringArguments
  @OptionGroup var computing: ComputeArguments

  func run() throws {
    try reportingErrors {
      let result = MachineBenchmark(compute: try computing.compute(), repeats: measuring.repeats)
      try measuring.show(result) {
        var machine = Table()
        // With one thread there is one column.
        func add(_ name: String, _ one: String, _ all: String) {
          if result.threads == 1 { machine.add(name, all) } else { machine.add(name, one, all) }
        }
        add("kernels \(result.kernels)", "1 thread", result.threads.counted("thread"))
        add("multiply-adds, GFLOP/s", figure(result.peakOneThread), figure(result.peakAllThreads))
        add("matrix product, GFLOP/s", "", figure(result.productAllThreads))
        add("memory, GB/s", figure(result.bandwidthOneThread), figure(result.bandwidthAllThreads))
        var kernels = Table(leftColumns: 2)
        kernels.add("kernel, 1 thread", "size", "GFLOP/s", "OpenBLAS", "GB/s", "share")
        for kernel in result.kernelFigures {
          kernels.add(
            kernel.name, kernel.shape, kernel.gigaflops.map(figure) ?? "", kernel.openBLAS.map(figure) ?? "",
            kernel.gigabytes.map(figure) ?? "", String(format: "%.0f %%", 100 * kernel.share))
        }
        return machine.lines + [""] + kernels.lines
      }
    }
  }
}

struct BenchTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Measure training steps, in tokens per second.",
    discussion: """
      Takes the network flags of discern train. Trains from random weights and saves nothing. Settings that \
      train would choose from its texts have fixed defaults here: 128 units, batches of 64, as printed by \
      discern recipe show.

      Examples:
        discern bench train --hidden 256 --layers 2 --length 400
        discern bench train --train reviews.tsv --batch-size 32 --adversarial fgm
      """)

  @OptionGroup var texts: BenchTextArguments
  @OptionGroup var measuring: MeasuringArguments

  @Flag(help: "Batch texts in their order, instead of by length.")
  var inOrder = false

  @OptionGroup var recipe: RecipeArguments
  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup var computing: ComputeArguments

  func run() throws {
    try reportingErrors {
      let recipe = try recipe.recipe(only: .recurrent, beside: texts.options)
      let compute = try computing.compute()
      let (data, words, heads) = try texts.load(recipe, corpus, threads: compute.threadCount)
      let configuration = recipe.configuration(
        vocabularySize: words, heads: heads, embeddingSize: recipe.encoder.embeddingSize)
      let result = try TrainingBenchmark(
        data, configuration: configuration, options: recipe.options, compute: compute, inOrder: inOrder,
        repeats: measuring.repeats)
      try measuring.show(result) {
        var table = Table()
        table.add("tokens a second", Int(result.tokensPerSecond).grouped)
        table.add("milliseconds a step", String(format: "%.1f", result.millisecondsPerStep))
        table.add("GFLOP/s", figure(result.gigaflops))
        table.add("tokens a step", Int(Double(result.tokens) / Double(result.batches)).grouped)
        table.add("distinct words a step", Int(result.distinctWords).grouped)
        table.add("peak memory, MB", (result.peakMemory >> 20).grouped)
        table.add("kernels, threads", "\(result.kernels), \(result.threads)")
        return table.lines
      }
    }
  }
}

struct BenchTextCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "text",
    abstract: "Measure tokenization on one thread, in MB per second.",
    discussion: """
      Example:
        discern bench text reviews.txt --vocab vocabulary.txt
      """)

  @Argument(help: "A file with one text per line.", completion: .file())
  var file: String

  @Option(help: "A vocabulary file.", completion: .file())
  var vocab: String

  @OptionGroup var measuring: MeasuringArguments
  @OptionGroup(title: "Text") var tokenizer: TokenizerArguments

  func run() throws {
    try reportingErrors {
      let bytes = try ByteSource(path: file).contents()
      let result = try TextBenchmark(
        bytes, tokenizer: Tokenizer(tokenizer.configuration()), vocabulary: Vocabulary(path: vocab),
        repeats: measuring.repeats)
      try measuring.show(result) {
        var table = Table()
        table.add("MB a second", figure(result.megabytesPerSecond))
        table.add("bytes", result.bytes.grouped)
        table.add("tokens", result.tokens.grouped)
        return table.lines
      }
    }
  }
}

private func figure(_ value: Double) -> String { String(format: "%.1f", value) }
