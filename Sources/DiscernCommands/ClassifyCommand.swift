import ArgumentParser
import Discern
import DiscernCorpus
import DiscernModels
import DiscernReports
import DiscernVocabulary

extension AnswerFormat.Layout: ExpressibleByArgument {}

struct ClassifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify", abstract: "Classify texts from standard input or files.",
    discussion: """
      Prints one line for each input line, in order. Lines that arrive slowly are answered at once, lines \
      that arrive fast are batched; the scores are the same. Standard input and pipes are read as plain \
      lines unless --input-format says otherwise; the format of files is detected.

      text   label, tab, probability; with --top K, further pairs of label and
             probability; then the evidence, unless it is normal
      tsv    the same, but always with the evidence
      csv    the same as columns, with a header
      jsonl  an object with label, probability, evidence, line and, with --top,
             top

      With --keep, the evidence is always printed. The kept columns come after it; in csv they come first, \
      in jsonl they are in kept.

      The evidence is normal, empty (no words), all-unknown (no known word), uncertain (a label below \
      --min-probability was left out) or error (the line could not be classified: its label is empty, and \
      jsonl gives the reason in error). The exit code is 65 if there were errors, or 0 with --on-error skip.

      With --details, ngrams lists up to ten n-grams, the strongest first: text (null if n-grams share a \
      hash bucket), kind (words or letters) and contribution, the amount that the n-gram adds to the logit \
      of the most probable label, in a joined model scaled by the weight of the n-grams.

      A model with several tasks prints a pair of fields for each task, in its order; jsonl has an object \
      for each in tasks. For a multi-label task, the labels that reach their thresholds are in one field and \
      their probabilities in the next, joined by the labels' separator; jsonl has the lists labels and \
      probabilities.

      Examples:
        echo "What a lovely film!" | discern classify model
        zcat reviews.txt.gz | discern classify model --format jsonl --top 3
        discern classify model tickets.csv --text-column subject --format csv
      """)

  @Argument(help: "Model folder, or a file made by discern pack.")
  var model: String

  @Argument(help: "Files to read; - is standard input, the default.", completion: .file())
  var files: [String] = []

  @Option(help: "Output format.")
  var format: AnswerFormat.Layout = .text

  @Option(help: "Print the K most probable labels.")
  var top: Int?

  @Option(help: "Print no label whose probability is below this (0 to 1).")
  var minProbability: Float = 0

  @Option(
    help: ArgumentHelp(
      "Early exit: skip the network for texts to whose top label a joined model's n-grams give at least this "
        + "probability, and the upper layers of a network trained with --early-exit where its first layer "
        + "does. Default: always use the whole model.",
      valueName: "probability"))
  var exitConfidence: Float?

  @Option(
    help: ArgumentHelp(
      "Copy this column or key of the input to the output; may be repeated.", valueName: "column"))
  var keep: [String] = []

  @Flag(help: "With jsonl: include the text.")
  var text = false

  @Flag(
    help: ArgumentHelp(
      "With jsonl: include the tokens with their places in the text, their ids, the logits, and the ten "
        + "n-grams that contribute most to the top label's logit."))
  var details = false

  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup var computing: ComputeArguments

  func validate() throws {
    if let top, top < 1 { throw ValidationError("--top \(top): expected at least 1") }
    if details && format != .jsonl { throw ValidationError("--details needs --format jsonl") }
    if text && format != .jsonl { throw ValidationError("--text needs --format jsonl") }
    if !(minProbability >= 0 && minProbability <= 1) {
      throw ValidationError("--min-probability \(minProbability): expected 0 to 1")
    }
  }

  func run() throws {
    try reportingErrors {
      let classifier = try TextClassifier(contentsOf: model)
      warnAboutICU(of: classifier)
      if top != nil, format != .jsonl, !Self.haveOneLabel(classifier.tasks) {
        throw ValidationError("--top needs --format jsonl for a model of several tasks or labels")
      }
      let session = try classifier.makeSession(compute: computing.compute())
      session.includesDetails = details
      try classifier.check(exitConfidence: exitConfidence)
      session.exitConfidence = exitConfidence
      let output = Output.standard()
      var tally = AnswerTally()
      var options = corpus.options(trainedOn: classifier.record.columns)
      options.keptColumns = keep.map { ColumnSelector($0) }
      let layout = AnswerFormat(
        layout: format, top: top, minimum: minProbability, kept: keep, namesInput: files.count > 1,
        tasks: classifier.tasks,
        word: classifier.kind.hasNetwork ? { classifier.encoder.token(at: Int($0)) } : nil)
      let failures = try corpus.read(files, options, verb: "classified") { rows in
        for answer in try answers(to: rows, session) {
          if tally.lines == 0, let header = layout.header { try output.line(header) }
          tally.add(answer)
          try output.line(layout.line(answer))
        }
        try output.flush()
      }
      failures.warn()
      if !corpus.quiet && Console.isTerminal { Console.line(tally.summary) }
      if session.cutCount > 0, let limit = classifier.encoder.lengthLimit, !corpus.quiet {
        Console.line("\(session.cutCount.counted("text")) cut to \(limit.grouped) tokens for the network")
      }
      if exitConfidence != nil, !corpus.quiet {
        for line in session.exits.notes(of: classifier) { Console.line(line) }
      }
      try corpus.requireNone(failures)
    }
  }

  /// Whether every answer is a single label, so that the next most probable ones have columns.
  private static func haveOneLabel(_ tasks: [ClassificationTask]) -> Bool {
    guard tasks.count == 1 else { return false }
    switch tasks[0].decision {
    case .likeliest: return true
    case .thresholds: return false
    }
  }

  private func answers(
    to rows: [CorpusQueue.Row], _ session: TextClassifier.Session
  ) throws -> [Answer] {
    for row in rows where row.problem == nil {
      try row.text.withUnsafeBufferPointer { try session.add($0) }
    }
    var results = session.classify()[...]
    return rows.map { row in
      Answer(
        row.location, row.problem == nil ? results.popFirst() : nil,
        problem: row.problem?.description,
        text: text && row.problem == nil ? String(decoding: row.text, as: UTF8.self) : nil,
        kept: row.kept, minimum: minProbability)
    }
  }
}
