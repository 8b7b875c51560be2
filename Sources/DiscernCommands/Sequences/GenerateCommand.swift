import ArgumentParser
import Discern
import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernReports

enum GenerationFormat: String, CaseIterable, ExpressibleByArgument {
  case text, jsonl
}

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Generate text with a language model of discern pretrain.",
    discussion: """
      Prints one line for each input line, in order: the words that follow it, separated by spaces and \
      normalised by the model's tokenizer. An empty line starts a new text. A text ends where the model ends \
      it, or after --max-tokens words.

      Words are sampled from the model's probabilities; --temperature sharpens or flattens them, and --top-k \
      and --top-p exclude improbable words. With the same --seed, the same line at the same position gets \
      the same continuation, whatever the other lines and the number of threads.

      With --format jsonl each line is an object:

      text             the words that follow
      prompt           the words of the line as the model read them
      hasEnded         whether the model ended the text
      logProbability   of the generated words, in nats, before --temperature and filters
      error            why the line could not be read, instead of the above
      line             the line number, and file the file name if there are several

      A line that cannot be read gives an empty line of text. The exit code is 65 if there were errors, or 0 \
      with --on-error skip.

      Examples:
        discern generate pretrained --prompt "the film" --top-p 0.9
        discern generate pretrained --seed 7 --max-tokens 20 < beginnings.txt
      """)

  @Argument(help: "Folder written by discern pretrain.", completion: .directory)
  var folder: String

  @Argument(help: "Files to read; - is standard input, the default.", completion: .file())
  var files: [String] = []

  @Option(help: ArgumentHelp("Prompt to continue; may be repeated.", valueName: "text"))
  var prompt: [String] = []

  @Option(help: "Maximum number of words to generate per text.")
  var maxTokens = GenerationOptions().maximumTokens

  @Flag(help: "Always choose the most probable word.")
  var greedy = false

  @Option(help: "Sampling temperature; below 1, probable words become more probable.")
  var temperature: Double?

  @Option(help: "Sample only from the K most probable words.")
  var topK: Int?

  @Option(
    help: "Nucleus sampling: sample only from the most probable words that together reach this probability.")
  var topP: Double?

  @Option(help: "Seed of the random number generator.")
  var seed = GenerationOptions().seed

  @Option(help: "Output format.")
  var format = GenerationFormat.text

  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup var computing: ComputeArguments

  func validate() throws {
    let choice = temperature != nil ? "--temperature" : topK != nil ? "--top-k" : "--top-p"
    if greedy, temperature != nil || topK != nil || topP != nil {
      throw ValidationError("--greedy does not sample; leave it or \(choice) out")
    }
    if !prompt.isEmpty, !files.isEmpty {
      throw ValidationError("--prompt replaces input files; leave it or the files out")
    }
  }

  private func options() throws -> GenerationOptions {
    var options = GenerationOptions()
    options.maximumTokens = maxTokens
    options.sampling.isGreedy = greedy
    options.sampling.temperature = temperature ?? options.sampling.temperature
    options.sampling.topK = topK
    options.sampling.topP = topP
    options.seed = seed
    try checkingFlags(options.validate)
    return options
  }

  func run() throws {
    try reportingErrors {
      let options = try options()
      let generator = try TextGenerator(contentsOf: folder, compute: computing.compute())
      warnAboutICU(of: generator.tokenizer)
      let output = Output.standard()
      if !prompt.isEmpty {
        for text in try generator.texts(after: prompt, options) { try output.line(line(text, [])) }
        try output.flush()
        return
      }
      var number = 0
      var settings = corpus.textOptions(refusingTables: true)
      settings.answersAtOnce = true
      let failures = try corpus.read(files, corpus.readingOnce(settings), verb: "continued") { rows in
        let readable = rows.indices.filter { rows[$0].problem == nil }
        var texts = try generator.texts(
          after: readable.map { String(decoding: rows[$0].text, as: UTF8.self) },
          numbers: readable.map { number + $0 }, options)[...]
        number += rows.count
        for row in rows {
          let location = row.location.members(namesFile: files.count > 1)
          try output.line(
            row.problem.map { problem(line: $0.description, location) }
              ?? texts.popFirst().map { line($0, location) } ?? "")
        }
        try output.flush()
      }
      failures.warn()
      try corpus.requireNone(failures)
    }
  }

  /// The output line for an input line that could not be read.
  private func problem(line problem: String, _ location: [(key: String, value: String)]) -> String {
    format == .text ? "" : JSONText.object(location + [("error", JSONText.string(problem))])
  }

  private func line(_ text: GeneratedText, _ location: [(key: String, value: String)]) -> String {
    if format == .text { return text.text }
    return JSONText.object(
      location + [
        ("text", JSONText.string(text.text)), ("prompt", JSONText.list(text.prompt.map(JSONText.string))),
        ("hasEnded", "\(text.hasEnded)"), ("logProbability", JSONText.number(Float(text.logProbability))),
      ])
  }
}
