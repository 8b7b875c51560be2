import ArgumentParser
import Discern
import DiscernCorpus
import DiscernEvaluation
import DiscernIO
import DiscernSystem

struct MatchEvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Evaluate a matcher: recall and mean reciprocal rank.",
    discussion: """
      recall@k is the fraction of texts with a right match among their k nearest candidates; the mean \
      reciprocal rank considers the first ten.

      With pairs, the candidates are all distinct second texts. With labels (--label-column, or a model \
      trained on labels) they are all other texts of the data, or those of --candidates, and matches are \
      texts with the same label. With --features they are all distinct vectors.

      Examples:
        discern match evaluate matcher --data test-faq.tsv
        discern match evaluate matcher --data val.tsv --candidates train.tsv
        discern match evaluate matcher --data texts.txt --features images.npy
      """)

  @Argument(help: "Matcher folder.", completion: .directory)
  var model: String

  @Option(
    help: ArgumentHelp("Texts to evaluate on; may be repeated.", valueName: "path"), completion: .file())
  var data: [String]

  @Option(
    help: ArgumentHelp("With labels: texts to search in; may be repeated.", valueName: "path"),
    completion: .file())
  var candidates: [String] = []

  @Option(
    help: ArgumentHelp(
      "Column or key of the text that matches that of --text-column. Default: the second of two.",
      valueName: "column"))
  var pairColumn: String?

  @Flag(help: "Print JSON.") var json = false

  @OptionGroup(title: "Vectors to search") var features: MatchFeatureArguments
  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup var computing: ComputeArguments

  func validate() throws {
    if pairColumn != nil, corpus.labelColumn != nil {
      throw ValidationError("--pair-column and --label-column contradict each other; leave one out")
    }
    if !candidates.isEmpty, pairColumn != nil || features.features != nil {
      throw ValidationError("--candidates is only for labels; leave it out")
    }
  }

  private struct Figures: Encodable {
    let queries: Int
    let recallAt1: Double
    let recallAt5: Double
    let recallAt10: Double
    let meanReciprocalRank: Double

    init(_ scores: RetrievalScores) {
      queries = scores.queryCount
      recallAt1 = scores.recall(at: 1)
      recallAt5 = scores.recall(at: 5)
      recallAt10 = scores.recall(at: 10)
      meanReciprocalRank = scores.meanReciprocalRank
    }
  }

  func run() throws {
    try reportingErrors {
      let matcher = try TextMatcher(contentsOf: model, compute: computing.compute())
      warnAboutICU(of: matcher)
      let wasByLabel = matcher.record.examples == "labels" && pairColumn == nil
      var options =
        features.features == nil
        ? corpus.options(needsLabels: false) : corpus.textOptions(refusingTables: true)
      var kind: MatchData.Kind
      if let path = features.features {
        kind = .vectors(path: path, tensor: features.tensor)
      } else if corpus.labelColumn != nil || wasByLabel {
        kind = .labels
      } else {
        kind = .pairs(column: pairColumn.map { ColumnSelector($0) })
      }
      options.trainedColumns = matcher.record.columns
      var scores: RetrievalScores
      do {
        scores = try self.scores(of: matcher, kind, options)
      } catch {
        // Columns that were named in training need no names here.
        guard case DiscernError.match(.unnamedColumns) = error, pairColumn == nil, corpus.textColumn == nil,
          let pair = matcher.record.pairColumn
        else { throw error }
        options.textColumn = matcher.record.columns?.text
        kind = .pairs(column: pair)
        scores = try self.scores(of: matcher, kind, options)
      }
      let figures = Figures(scores)
      let output = Output.standard()
      if json {
        try output.json(figures)
      } else {
        var table = Table()
        table.add("queries", scores.queryCount.grouped)
        for k in [1, 5, 10] {
          table.add("recall@\(k)", String(format: "%.1f %%", 100 * scores.recall(at: k)))
        }
        table.add("mean reciprocal rank", String(format: "%.3f", scores.meanReciprocalRank))
        for line in table.lines { try output.line(line) }
      }
      try output.flush()
    }
  }

  private func scores(
    of matcher: TextMatcher, _ kind: MatchData.Kind, _ options: CorpusOptions
  ) throws -> RetrievalScores {
    try matcher.evaluate(
      try MatchData(paths: data, kind, options: options),
      candidates: candidates.isEmpty ? nil : try MatchData(paths: candidates, kind, options: options)
    ) { note($0, hasLabels: kind == .labels) }
  }

  private func note(_ stage: MatchStage, hasLabels: Bool) {
    switch stage {
    case .read(let report, _, let part): corpus.report(report, part: part, hasLabels: hasLabels)
    case .withoutPartner(let count, let part):
      Console.warning(
        "\(part): \(count.counted("text")) without a match are left out of the figures")
    case .withoutSecondText(let count, let part):
      Console.warning("\(part): skipped \(count.counted("row")) without a second text")
    default: break
    }
  }
}
