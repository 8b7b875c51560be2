import ArgumentParser
import Discern
import DiscernBenchmark
import DiscernCorpus
import DiscernModels
import DiscernSystem
import DiscernText
import DiscernVocabulary

struct BenchNGramsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ngrams", abstract: "Measure an n-gram model: training time and texts per second.",
    discussion: """
      Takes the n-gram flags of discern train. Trains on all texts, then classifies them from their bytes on \
      one thread, and saves nothing.

      Example:
        discern bench ngrams --train reviews.tsv --threads 1
      """)

  @Option(help: "Labelled texts; may be repeated.", completion: .file())
  var train: [String]

  @OptionGroup var measuring: MeasuringArguments
  @OptionGroup var recipe: RecipeArguments
  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup var computing: ComputeArguments

  func run() throws {
    try reportingErrors {
      let recipe = try recipe.recipe(only: .ngrams)
      let compute = try computing.compute()
      let inputs = try Corpus(paths: train, options: corpus.options())
      let tokenizer = try Tokenizer(recipe.tokenizer)
      // Word ids do not matter here: a few words are enough.
      let vocabulary = try inputs.countTokens(with: tokenizer, threads: compute.threadCount).builder.build(
        maximumSize: 16, minimumCount: 1)
      let started = ContinuousClock.now
      let encoded = try CorpusEncoder(
        TextEncoder(tokenizer: tokenizer, vocabulary: vocabulary), threads: compute.threadCount
      ).encode(inputs, words: true)
      let encoding = started.duration(to: .now) / .seconds(1)
      guard let words = encoded.words, !encoded.targets.isEmpty else {
        throw DiscernError.vocabulary(.noLabels)
      }
      var buffers: [[UInt8]] = []
      _ = try inputs.read { record in buffers.append(Array(record.text)) }
      let heads = encoded.targets.map { target in
        let count = target.labelSet.count
        return HeadConfiguration(
          name: target.column.task,
          target.column.separator == nil ? .classes(count: max(2, count)) : .labels(count: count))
      }
      let result = try NGramBenchmark(
        buffers, tokenizer: tokenizer, words, targets: encoded.targets.map(\.labels), heads: heads,
        configuration: recipe.ngrams, compute: compute, repeats: measuring.repeats)
      try measuring.show(WithMember(base: result, name: "encoding", member: encoding)) {
        var table = Table()
        func row(_ name: String, _ seconds: Double) { table.add(name, String(format: "%.2f", seconds)) }
        row("reading \(result.texts.grouped) texts, s", encoding)
        row("finding \(result.features.grouped) n-grams, s", result.counting)
        row("selection and training, s", result.fitting)
        func pace(_ name: String, _ measurement: DiscernBenchmark.Measurement) {
          table.add(
            name, String(format: "%.1f", 1e6 * measurement.median / Double(max(1, result.texts))))
        }
        pace("a text's words, µs", result.tokenizing)
        pace("with its n-grams, µs", result.reading)
        pace("with its prediction, µs", result.answering)
        table.add("texts per second, 1 thread", Int(result.textsPerSecond).grouped)
        table.add("peak memory, MB", (result.peakMemory >> 20).grouped)
        table.add("threads of training", "\(result.threads)")
        return table.lines
      }
    }
  }
}
