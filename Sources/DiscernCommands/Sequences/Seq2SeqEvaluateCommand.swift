import ArgumentParser
import Discern
import DiscernCorpus
import DiscernEvaluation
import DiscernSystem

struct Seq2SeqEvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Evaluate a sequence-to-sequence model on pairs of texts.",
    discussion: """
      exact match      fraction of texts that are right in all their tokens
      token accuracy   fraction of positions with the right token, out of the
                       length of the longer text of each pair
      BLEU             n-grams of up to four words in common, 0 to 100, as
                       sacrebleu computes it by default

      The columns of the pairs are those of discern seq2seq train.

      Examples:
        discern seq2seq evaluate dates --data test.tsv
        discern seq2seq evaluate dates --data test.tsv --beam 4 --json
      """)

  @Argument(help: "Model folder.", completion: .directory)
  var model: String

  @Option(help: ArgumentHelp("Table of pairs; may be repeated.", valueName: "path"), completion: .file())
  var data: [String]

  @OptionGroup var searching: SequenceDecodingArguments

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup var computing: ComputeArguments

  private struct Figures: Encodable {
    let exactMatch, tokenAccuracy: Double
    let report: SequenceReport

    private enum Key: CodingKey { case exactMatch, tokenAccuracy }

    func encode(to encoder: any Encoder) throws {
      try report.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(exactMatch, forKey: .exactMatch)
      try container.encode(tokenAccuracy, forKey: .tokenAccuracy)
    }
  }

  func run() throws {
    try reportingErrors {
      let decoding = try searching.decoding()
      let model = try SequenceModel(contentsOf: model).noting()
      let pairs = try SequencePairs(contentsOf: data, options: corpus.options(needsLabels: false))
      if let reading = pairs.reading { corpus.report(reading, part: "data", hasLabels: false) }
      pairs.warnAboutColumns()
      let report = try model.evaluate(on: pairs, decoding, compute: computing.compute())
      let output = Output.standard()
      if json {
        try output.json(
          Figures(exactMatch: report.exactMatch, tokenAccuracy: report.tokenAccuracy, report: report))
      } else {
        for line in Self.lines(report) { try output.line(line) }
      }
      try output.flush()
    }
  }

  private static func lines(_ report: SequenceReport) -> [String] {
    var table = Table()
    table.add(
      "exact match", String(format: "%.4f", report.exactMatch), "(\(report.exactCount) of \(report.count))")
    table.add(
      "token accuracy", String(format: "%.4f", report.tokenAccuracy),
      "(\(report.rightTokens) of \(report.tokens))")
    if let bleu = report.bleu {
      table.add(
        "BLEU", String(format: "%.2f", bleu),
        String(format: "(brevity penalty %.3f)", report.brevityPenalty))
    } else {
      table.add("BLEU", "–", "(no target has four words)")
    }
    return table.lines
  }
}
