import ArgumentParser
import Discern
import DiscernCorpus
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

  @OptionGroup var corpus: CorpusArguments
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
      let session = try classifier.makeSession(compute: computing.compute())
      session.includesDetails = details
      let output = Output.standard()
      var tally = Tally()
      let options = corpus.textOptions()
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

  private struct JSONLine: Encodable {
    struct Candidate: Encodable {
      let label: String
      let probability: Float
    }
    let label: String
    let probability: Float
    let evidence: Classification.Evidence
    let top: [Candidate]?
    var tokens: [String]?
    var ids: [Int32]?
    var logits: [Float]?
  }

  private func line(_ result: Classification, _ classifier: TextClassifier) throws -> String {
    let candidates = result.ranking.prefix(top ?? 1)
    switch format {
    case .jsonl:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      var value = JSONLine(
        label: result.label, probability: result.probability, evidence: result.evidence,
        top: top == nil
          ? nil : candidates.map { JSONLine.Candidate(label: $0.label, probability: $0.probability) })
      if let details = result.details {
        value.tokens = details.tokenIDs.map { classifier.encoder.vocabulary.token(at: Int($0)) }
        value.ids = details.tokenIDs
        value.logits = details.logits
      }
      return String(decoding: try encoder.encode(value), as: UTF8.self)
    case .text, .tsv:
      var fields = candidates.flatMap { [Self.field($0.label), Self.figure($0.probability)] }
      if format == .tsv || result.evidence != .normal { fields.append(result.evidence.rawValue) }
      return fields.joined(separator: "\t")
    }
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
