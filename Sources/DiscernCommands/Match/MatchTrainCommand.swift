import ArgumentParser
import Discern
import DiscernBundle
import DiscernCorpus
import DiscernIO
import DiscernTensor
import DiscernText
import DiscernTraining

struct MatchTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a matcher.",
    discussion: """
      The match of a text is the text in another column of its row (--text-column and --pair-column; by \
      default the first and the second of two columns), or, with --label-column, any other text with its \
      label, or, with --features, the vector in the same row of a file: .npy or .safetensors, row i for line \
      i.

      Training contrasts each text with all others of its batch (--batch-size), so larger batches are \
      harder. Equal texts, and texts of one label, are not contrasted. Part of the texts is held out; recall \
      there is the fraction of texts whose nearest candidate is a match. Rows with the same text stay on one \
      side of the split, and mostly rows with the same match.

      Ctrl-C finishes the current step, saves the state and exits with 130; the same command with --resume \
      continues.

      Examples:
        discern match train --train faq.tsv --output matcher
        discern match train --train asked.tsv --label-column intent --output m
        discern match train --train faq.tsv --pretrained minilm --output m
        discern match train --train texts.txt --features images.npy --output m
      """)

  @Option(help: ArgumentHelp("Training texts; may be repeated.", valueName: "path"), completion: .file())
  var train: [String]

  @Option(
    help: ArgumentHelp("Development texts. Default: hold out a part of --train.", valueName: "path"),
    completion: .file())
  var dev: [String] = []

  @Option(help: ArgumentHelp("Output folder.", valueName: "path"), completion: .file())
  var output: String

  @Option(
    help: ArgumentHelp(
      "Column or key of the text that matches that of --text-column: a name, or a number from 1. Default: "
        + "the second of two.",
      valueName: "column"))
  var pairColumn: String?

  @Option(
    help: ArgumentHelp(
      "Vectors that match the texts, row by row: .npy or .safetensors.", valueName: "path"),
    completion: .file())
  var features: String?

  @Option(help: ArgumentHelp("The same for --dev.", valueName: "path"), completion: .file())
  var devFeatures: String?

  @Option(
    help: ArgumentHelp("Name of the tensor in a safetensors file with several matrices.", valueName: "name"))
  var tensor: String?

  @OptionGroup(title: "Network") var network: MatchNetworkArguments
  @OptionGroup(title: "Training") var training: MatchTrainingArguments
  @OptionGroup(title: "Text") var tokenizer: TokenizerArguments
  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup(title: "More options") var computing: ComputeArguments

  func validate() throws {
    let kinds = [
      ("--pair-column", pairColumn != nil), ("--label-column", corpus.labelColumn != nil),
      ("--features", features != nil),
    ].filter(\.1).map(\.0)
    if kinds.count > 1 {
      throw ValidationError(
        "\(kinds.joined(separator: " and ")) define different kinds of matches; give only one of them")
    }
    let words = try tokenizer.settings()
    if network.pretrained != nil, let key = RecipeKey.all.first(where: words.has) {
      throw ValidationError("--\(key.name) is determined by --pretrained; leave one of them out")
    }
    if pairColumn == "" {
      throw ValidationError("--pair-column is empty: columns are named, or numbered from 1")
    }
    if features == nil, devFeatures != nil || tensor != nil {
      throw ValidationError("\(devFeatures != nil ? "--dev-features" : "--tensor") requires --features")
    }
    if features != nil, dev.isEmpty != (devFeatures == nil) {
      throw ValidationError("with --features, --dev and --dev-features must be given together")
    }
    if features != nil, network.shared == true {
      throw ValidationError(
        "--shared is only for pairs of texts; the vectors of --features have their own "
          + "tower")
    }
  }

  private func data(_ paths: [String], _ features: String?) throws -> MatchData {
    let kind: MatchData.Kind =
      if let features {
        .vectors(path: features, tensor: tensor)
      } else if corpus.labelColumn != nil {
        .labels
      } else {
        .pairs(column: pairColumn.map { ColumnSelector($0) })
      }
    var options = corpus.options(needsLabels: false)
    if features != nil { options = corpus.textOptions(refusingTables: true) }
    return try MatchData(paths: paths, kind, options: options)
  }

  private func options() throws -> MatchOptions {
    var options = MatchOptions()
    options.tokenizer = try tokenizer.configuration()
    network.set(in: &options)
    training.set(in: &options)
    try checkingFlags(options.validate)
    return options
  }

  func run() throws {
    try reportingErrors {
      let interruption = Interruption()
      let options = try options()
      let destination = try TextMatcher.checkDestination(output)
      let pretrained = try network.pretrained.map { path in
        try PretrainedEncoder(contentsOf: path).noting(path)
      }
      let files = train + dev + [features, devFeatures, network.pretrained].compactMap(\.self)
      let compute = try computing.compute()
      let job = try RunJob(training.run, output: output, inputs: files, interruption)
      let reporter = MatchReporter(corpus: corpus, options: options, compute: compute, log: job.log)
      let data = try self.data(train, features)
      let development = try dev.isEmpty ? nil : self.data(dev, devFeatures)
      let matcher = try job.learn(clear: reporter.clear) { () throws(DiscernError) in
        try TextMatcher.train(
          on: data, development: development, pretrained: pretrained, options: options,
          checkpoints: job.checkpoints, compute: compute,
          onStage: { stage in
            if case .training(let event) = stage { job.note(event) }
            reporter.stage(stage)
          }, isInterrupted: { job.isInterrupted })
      }
      try job.end(matcher.record.outcome, path: destination.path) {
        for note in try matcher.save(to: destination).notes { Console.warning("\(note)") }
      } report: { path in
        reporter.end(matcher.record, path: path)
      }
    }
  }
}
