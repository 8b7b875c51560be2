import ArgumentParser
import Discern
import DiscernCorpus
import DiscernSystem
import DiscernText

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Check data before training, or pack data that is larger than memory.",
    subcommands: [Check.self, Pack.self])

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Look for problems: duplicates, leaks, suspicious labels, imbalance, truncated texts.",
      discussion: """
        Exits with 65 if a problem makes the data unfit for training.

        Examples:
          discern data check --train train.tsv --test test.tsv
          discern data check --train emotions.csv --dev dev.csv --multi-label ,
          discern data check --train reviews.tsv --group-column film
          discern data check --train aclImdb --json
        """)

    @Option(help: "Labelled texts: a file, a folder or an archive; may be repeated.", completion: .file())
    var train: [String]

    @Option(help: "Labelled development texts; may be repeated.", completion: .file())
    var dev: [String] = []

    @Option(help: "Labelled test texts; may be repeated.", completion: .file())
    var test: [String] = []

    @Option(
      help: "Length limit beyond which texts count as truncated. Default: the one that train would choose.")
    var maxTokens: Int?

    @Option(
      help: ArgumentHelp(
        "Column or key of groups, as for train: near-duplicates within and across groups of --train are "
          + "reported.", valueName: "column"))
    var groupColumn: String?

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup(title: "Tasks and labels") var tasks: TaskArguments
    @OptionGroup(title: "Reading data") var corpus: CorpusArguments
    @OptionGroup(title: "Text") var tokenizer: TokenizerArguments
    @OptionGroup var computing: ComputeArguments

    func validate() throws {
      if let maxTokens, maxTokens < 1 {
        throw ValidationError("--max-tokens \(maxTokens): expected at least 1")
      }
      if groupColumn == "" {
        throw ValidationError("--group-column is empty: columns are named, or numbered from 1")
      }
      if let groupColumn, !dev.isEmpty {
        throw ValidationError(
          "--group-column \(groupColumn) decides how a part of --train is held out, but there are "
            + "development texts already (--dev); leave one of them out")
      }
    }

    func run() throws {
      try reportingErrors {
        let options = try corpus.options(tasks)
        var grouped = options
        grouped.groupColumn = groupColumn.map { ColumnSelector($0) }
        let check = try DataCheck(
          train: Corpus(paths: train, options: grouped),
          development: dev.isEmpty ? nil : Corpus(paths: dev, options: options),
          test: test.isEmpty ? nil : Corpus(paths: test, options: options),
          tokenizer: Tokenizer(tokenizer.configuration()), threads: computing.threadCount,
          limit: maxTokens.map { .given($0) }
            ?? .chosen { lengths in
              var recipe = TrainingRecipe()
              _ = recipe.fit(to: TextFacts(lengths))
              return recipe.maximumTokens ?? .max
            })
        for part in check.parts { corpus.report(part.reading, part: part.name) }
        let output = Output.standard()
        if json {
          try output.json(check)
        } else {
          for line in check.table { try output.line(line) }
        }
        try output.flush()
        if check.hasErrors { throw ExitStatus.badData }
      }
    }
  }
}
