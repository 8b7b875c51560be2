import ArgumentParser
import Discern
import DiscernCorpus
import DiscernModels
import DiscernVocabulary
import Foundation

struct ClassifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify", abstract: "Label texts from standard input or files.",
    discussion: """
      One line out for each line in, in order. Lines that arrive slowly are answered at once, those that
      arrive fast are batched; the scores are the same.

      text   label, tab, probability; with --top K the next labels follow in pairs; a flag follows when
             a line is empty or has no known word
      tsv    the same, and always a last column: normal, empty or all-unknown
      jsonl  an object with label, probability, evidence and, with --top, top

      A model of several tasks gives a pair of fields for each, in its order; as jsonl an object for each
      below tasks. Where a text may have any number of labels, those that reach their thresholds stand in one
      field and their probabilities in the next, with the labels' separator between them; as jsonl in the
      lists labels and probabilities.

      Examples:
        echo "What a lovely film!" | discern classify model
        zcat reviews.txt.gz | discern classify model --format jsonl --top 3
        discern classify model tickets.csv --text-column subject
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument { case text, tsv, jsonl }

  @Argument(help: "The model's folder.")
  var model: String

  @Argument(help: "Files to read, - for standard input. Default: standard input.", completion: .file())
  var files: [String] = []

  @Option(help: "Layout of the output.")
  var format: Format = .text

  @Option(help: "Give the K likeliest labels.")
  var top: Int?

  @Flag(help: "With jsonl: also give the tokens, their ids and the logits.")
  var details = false

  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup var computing: ComputeArguments

  func validate() throws {
    if let top, top < 1 { throw ValidationError("--top \(top): expected at least 1") }
    if details && format != .jsonl { throw ValidationError("--details needs --format jsonl") }
  }

  func run() throws {
    try reportingErrors {
      signal(SIGPIPE, SIG_IGN)
      let classifier = try TextClassifier(contentsOf: model)
      warnAboutICU(of: classifier)
      if top != nil, format != .jsonl, classifier.tasks.count > 1 || classifier.tasks[0].isMultiLabel {
        throw ValidationError("--top needs --format jsonl for a model of several tasks or labels")
      }
      let session = try classifier.makeSession(compute: computing.compute())
      session.includesDetails = details
      let output = Output.standard()
      var tally = Tally()
      let options = corpus.readingOnce(corpus.textOptions())
      for file in files.isEmpty ? ["-"] : files {
        let texts = TextQueue(path: file, options: options)
        while let window = try texts.next() {
          for text in window.texts { try text.withUnsafeBufferPointer { try session.add($0) } }
          for result in session.classify() {
            tally.add(result)
            try output.line(line(result, classifier))
          }
          if window.isLastForNow { try output.flush() }
        }
        if let report = texts.report { corpus.reportProblems(report, part: file) }
      }
      try output.flush()
      if !corpus.quiet && Console.isTerminal { Console.line(tally.summary) }
    }
  }

  private struct Tally {
    var lines = 0
    var empty = 0
    var unknown = 0

    mutating func add(_ result: Classification) {
      lines += 1
      empty += result.evidence == .empty ? 1 : 0
      unknown += result.evidence == .allUnknown ? 1 : 0
    }

    var summary: String {
      "\(lines.grouped) lines" + (empty > 0 ? ", \(empty.grouped) empty" : "")
        + (unknown > 0 ? ", \(unknown.grouped) without a known word" : "")
    }
  }

  /// What is said for one task.
  private struct JSONVerdict: Encodable {
    struct Candidate: Encodable {
      let label: String
      let probability: Float
    }
    var label: String?
    var probability: Float?
    var labels: [String]?
    var probabilities: [Float]?
    var top: [Candidate]?
    var logits: [Float]?
  }

  private struct JSONLine: Encodable {
    let verdicts: [(task: String, fields: JSONVerdict)]
    let evidence: Classification.Evidence
    var tokens: [String]?
    var ids: [Int32]?

    enum CodingKeys: String, CodingKey { case tasks, evidence, tokens, ids }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(evidence, forKey: .evidence)
      try container.encodeIfPresent(tokens, forKey: .tokens)
      try container.encodeIfPresent(ids, forKey: .ids)
      if verdicts.count == 1 { return try verdicts[0].fields.encode(to: encoder) }
      try container.encode(
        Dictionary(uniqueKeysWithValues: verdicts.map { ($0.task, $0.fields) }), forKey: .tasks)
    }
  }

  private func line(_ result: Classification, _ classifier: TextClassifier) throws -> String {
    switch format {
    case .jsonl:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let ranges = classifier.model.configuration.headRanges
      var value = JSONLine(
        verdicts: result.verdicts.enumerated().map { index, verdict in
          (
            verdict.task,
            fields(
              verdict, classifier.tasks[index], logits: result.details.map { Array($0.logits[ranges[index]]) }
            )
          )
        }, evidence: result.evidence)
      if let details = result.details {
        value.tokens = details.tokenIDs.map { classifier.encoder.vocabulary.token(at: Int($0)) }
        value.ids = details.tokenIDs
      }
      return String(decoding: try encoder.encode(value), as: UTF8.self)
    case .text, .tsv:
      var fields = zip(result.verdicts, classifier.tasks).flatMap { verdict, task -> [String] in
        if let separator = task.separator?.description {
          return [
            verdict.labels.map { Self.field($0.label) }, verdict.labels.map { Self.figure($0.probability) },
          ]
          .map { $0.joined(separator: separator) }
        }
        return verdict.ranking.prefix(top ?? 1).flatMap {
          [Self.field($0.label), Self.figure($0.probability)]
        }
      }
      if format == .tsv || result.evidence != .normal { fields.append(result.evidence.rawValue) }
      return fields.joined(separator: "\t")
    }
  }

  private func fields(
    _ verdict: Classification.Verdict, _ task: ClassificationTask, logits: [Float]?
  ) -> JSONVerdict {
    var value = JSONVerdict(
      top: top.map { top in
        verdict.ranking.prefix(top).map {
          JSONVerdict.Candidate(label: $0.label, probability: $0.probability)
        }
      }, logits: logits)
    if task.isMultiLabel {
      value.labels = verdict.labels.map(\.label)
      value.probabilities = verdict.labels.map(\.probability)
    } else {
      value.label = verdict.labels[0].label
      value.probability = verdict.labels[0].probability
    }
    return value
  }

  /// A probability with four decimals; 1.0000 is kept for what rounds to it.
  private static func figure(_ probability: Float) -> String { String(format: "%.4f", probability) }

  /// A label as a field: tabs and line breaks escaped.
  private static func field(_ label: String) -> String {
    guard label.utf8.contains(where: { $0 == 9 || $0 == 10 || $0 == 13 || $0 == 92 }) else { return label }
    return label.replacing("\\", with: "\\\\").replacing("\t", with: "\\t").replacing("\n", with: "\\n")
      .replacing("\r", with: "\\r")
  }
}
