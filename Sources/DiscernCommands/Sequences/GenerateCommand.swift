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
    commandName: "generate", abstract: "Go on with texts by a language model of discern pretrain.",
    discussion: """
      One line out for each line in, in order: the words that follow on it, normalised as the model's \
      tokenizer has them, with spaces between. An empty line is written from its first word on. A text ends \
      where the model ends it, or after --max-tokens words.

      Words are drawn from the model's probabilities; --temperature sharpens or flattens them, and --top-k \
      and --top-p leave unlikely words out. The same line at the same place goes on in the same way for the \
      same --seed, whatever the other lines are and however many threads there are.

      With --format jsonl a line is an object:

      text             the words that follow
      prompt           the words of the line as the model read them
      hasEnded         whether the text ended by itself
      logProbability   of what follows, nats, before --temperature and the like
      error            why the line could not be read, in place of these
      line             the line's number; file names the file if there are several

      A line that cannot be read gives an empty one as text; after errors the exit code is 65, with \
      --on-error skip 0.

      Examples:
        discern generate pretrained --prompt "the film" --top-p 0.9
        discern generate pretrained --seed 7 --max-tokens 20 < beginnings.txt
      """)

  @Argument(help: "The folder that discern pretrain wrote.", completion: .directory)
  var folder: String

  @Argument(help: "Files to read, - for standard input. Default: standard input.", completion: .file())
  var files: [String] = []

  @Option(help: ArgumentHelp("Go on with this text; may be repeated.", valueName: "text"))
  var prompt: [String] = []

  @Option(help: "Words that are added to a text at most.")
  var maxTokens = GenerationOptions().maximumTokens

  @Flag(help: "Always take the likeliest word.")
  var greedy = false

  @Option(help: "What log probabilities are divided by: below 1 likely words become likelier.")
  var temperature: Double?

  @Option(help: "Draw from the K likeliest words alone.")
  var topK: Int?

  @Option(help: "Draw from the fewest of the likeliest words whose probabilities come to this share.")
  var topP: Double?

  @Option(help: "Keys the draws.")
  var seed = GenerationOptions().seed

  @Option(help: "Layout of the output.")
  var format = GenerationFormat.text

  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup var computing: ComputeArguments

  func validate() throws {
    let choice = temperature != nil ? "--temperature" : topK != nil ? "--top-k" : "--top-p"
    if greedy, temperature != nil || topK != nil || topP != nil {
      throw ValidationError("--greedy draws nothing; leave it or \(choice) out")
    }
    if !prompt.isEmpty, !files.isEmpty {
      throw ValidationError("--prompt is what is read; leave it or the files out")
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
    try options.validate()
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
      var settings = corpus.textOptions()
      settings.answersAtOnce = true
      let failures = try corpus.read(files, corpus.readingOnce(settings), verb: "gone on with") { rows in
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

  /// The line out for one that could not be read.
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
