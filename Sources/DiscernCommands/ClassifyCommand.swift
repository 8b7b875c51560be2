import ArgumentParser
import Discern
import DiscernCorpus
import DiscernModels
import DiscernReports
import DiscernVocabulary

extension AnswerFormat.Layout: ExpressibleByArgument {}

struct ClassifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify", abstract: "Label texts from standard input or files.",
    discussion: """
      One line out for each line in, in order. Lines that arrive slowly are answered at once, those that \
      arrive fast are batched; the scores are the same. Standard input and pipes are plain lines unless \
      --input-format says otherwise; the layout of files is recognised.

      text   label, tab, probability; with --top K the next labels follow in
             pairs; then the evidence, unless it is normal
      tsv    the same, and always the evidence
      csv    a header, then the same in columns
      jsonl  an object with label, probability, evidence, line and, with --top,
             top

      With --keep the evidence is always given and the kept columns follow it, in csv before all \
      others, as jsonl below kept.

      The evidence is normal, empty (no words), all-unknown (no known word), uncertain (a label below \
      --min-probability was left out) or error: the line could not be classified, its label is empty, and \
      as jsonl “error” says why. After errors the exit code is 65, with --on-error skip 0.

      With --details, ngrams holds objects with text (null where n-grams share numbers), kind (words or \
      letters) and contribution: what the n-gram adds to the logit of the likeliest label, in a joined model \
      by its n-grams' part, strongest first, at most ten.

      A model of several tasks gives a pair of fields for each, in its order; as jsonl an object for each \
      below tasks. Of a multi-label task, the labels that reach their thresholds are in \
      one field and their probabilities in the next, with the labels' separator between them; as jsonl in \
      the lists labels and probabilities.

      Examples:
        echo "What a lovely film!" | discern classify model
        zcat reviews.txt.gz | discern classify model --format jsonl --top 3
        discern classify model tickets.csv --text-column subject --format csv
      """)

  @Argument(help: "The model: its folder, or the file that discern pack made.")
  var model: String

  @Argument(help: "Files to read, - for standard input. Default: standard input.", completion: .file())
  var files: [String] = []

  @Option(help: "Layout of the output.")
  var format: AnswerFormat.Layout = .text

  @Option(help: "Give the K likeliest labels.")
  var top: Int?

  @Option(help: "Give no label below this probability; 0 to 1.")
  var minProbability: Float = 0

  @Option(
    help: ArgumentHelp(
      "Answer texts by the n-grams of a joined model alone where these give the likeliest label at least "
        + "this probability, so that the network reads the others only; and by the first layer of a network "
        + "that was trained with --early-exit where that does. Default: all of the model reads every text.",
      valueName: "probability"))
  var exitConfidence: Float?

  @Option(
    help: ArgumentHelp(
      "Carry this column or key of the input along; may be repeated.", valueName: "column"))
  var keep: [String] = []

  @Flag(help: "With jsonl: also give the text.")
  var text = false

  @Flag(
    help: ArgumentHelp(
      "With jsonl: also give the tokens as they stood in the text, a network's ids of them, the logits and, "
        + "of a model with n-grams, the ten that move the likeliest label's logit most."))
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

  /// Whether an answer is one label, so that there are columns for the next ones.
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
