import ArgumentParser
import Discern
import DiscernCorpus
import DiscernText
import DiscernVocabulary

struct TokenizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize", abstract: "Show how texts are tokenized.",
    discussion: """
      Prints one line for each input line, in order and at once. With a model or a vocabulary, unknown words \
      are marked.

      text   the words, separated by spaces; unknown ones as ‹word›
      jsonl  an object with normalized, the text after HTML, normalisation and
             lower-casing, and tokens: each with token, start and end in
             normalized (in characters as counted by Python, and in bytes of
             UTF-8) and, with a model or a vocabulary, its id and whether it is
             known; with a model, kept says whether it is within the length
             limit; error says why a line could not be read

      Positions in the original text are not given, since HTML removal and normalisation shift them. For a \
      model with a pretrained transformer, tokens are its word pieces, and normalized is the original text, \
      which it reads with its markup.

      Examples:
        echo "Isn't it <b>good</b>?" | discern tokenize
        discern tokenize reviews.txt --model model --format jsonl
        discern tokenize --vocab vocabulary.txt --no-lowercase < reviews.txt
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument { case text, jsonl }

  @Argument(help: "Files to read; - is standard input, the default.", completion: .file())
  var files: [String] = []

  @Option(
    help: ArgumentHelp("Tokenize as this model does, and mark unknown words.", valueName: "folder"),
    completion: .directory)
  var model: String?

  @Option(
    help: ArgumentHelp("Mark words that are not in this vocabulary file.", valueName: "path"),
    completion: .file())
  var vocab: String?

  @Option(help: "Output format.")
  var format: Format = .text

  @OptionGroup(title: "Text") var tokenizer: TokenizerArguments
  @OptionGroup(title: "Reading data") var corpus: CorpusArguments

  func validate() throws {
    if model != nil, vocab != nil {
      throw ValidationError("--model and --vocab: a model has its own vocabulary; give one of them")
    }
    if model != nil, try !tokenizer.settings().isEmpty {
      throw ValidationError("--model has its own tokenizer; leave out options that change it")
    }
  }

  func run() throws {
    try reportingErrors {
      let divider = try TextDivider(encoder: encoder())
      let output = Output.standard()
      var options = corpus.readingOnce(corpus.textOptions())
      options.answersAtOnce = true
      let failures = try corpus.read(files, options, verb: "divided") { rows in
        for row in rows {
          var divided = try divider.divide(row.text)
          divided.error = row.problem?.description
          switch format {
          case .text: try output.line(divided.line)
          case .jsonl: try output.line(divided.json)
          }
        }
        try output.flush()
      }
      failures.warn()
      if !corpus.quiet && Console.isTerminal { Console.line(divider.summary) }
      try corpus.requireNone(failures)
    }
  }

  /// The requested tokenizer, with a vocabulary if there is one.
  private func encoder() throws -> (tokenizer: Tokenizer, encoder: TextEncoder?) {
    if let model {
      let classifier = try TextClassifier(contentsOf: model)
      warnAboutICU(of: classifier)
      return (classifier.encoder.tokenizer, classifier.encoder)
    }
    guard let vocab else { return (try Tokenizer(tokenizer.configuration()), nil) }
    let vocabulary = try Vocabulary(path: vocab).noting(vocab, quiet: corpus.quiet)
    let tokenizer = try Tokenizer(
      tokenizer.configuration(vocabulary: vocabulary, at: vocab, quiet: corpus.quiet))
    return (tokenizer, TextEncoder(tokenizer: tokenizer, vocabulary: vocabulary, maximumTokens: nil))
  }
}
