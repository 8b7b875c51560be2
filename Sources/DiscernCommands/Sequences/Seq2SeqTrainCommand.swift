import ArgumentParser
import Discern
import DiscernBundle
import DiscernCorpus
import DiscernIO
import DiscernTensor
import DiscernTraining

struct Seq2SeqTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a sequence-to-sequence model on pairs of texts.",
    discussion: """
      The input has two columns, separated by a tab: source and target. --text-column and --label-column \
      select other columns, or the keys of JSON Lines. The first row is a header if columns are given by \
      name, or with --header.

      After each epoch, up to 1,000 texts of --dev, or of a held-out part of the pairs, are generated and \
      compared; the model of the best epoch is kept.

      Ctrl-C finishes the current step, saves the state and exits with 130; the same command with --resume \
      continues.

      Examples:
        discern seq2seq train --train pairs.tsv --output model
        discern seq2seq train --train pairs.tsv --dev dev.tsv --hidden 256 --output m
        discern seq2seq train --train pairs.tsv --network transformer --output model
      """)

  @Option(
    help: ArgumentHelp("Table of training pairs; may be repeated.", valueName: "path"), completion: .file())
  var train: [String]

  @Option(help: ArgumentHelp("Table of development pairs.", valueName: "path"), completion: .file())
  var dev: [String] = []

  @Option(help: ArgumentHelp("Model folder.", valueName: "path"), completion: .file())
  var output: String

  @OptionGroup(title: "Network") var network: SequenceNetworkArguments
  @OptionGroup(title: "Training") var training: SequenceTrainingArguments
  @OptionGroup(title: "Words") var tokenizer: TokenizerArguments
  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup(title: "More options") var computing: ComputeArguments

  private func options() throws -> SequenceOptions {
    var options = network.options(words: try tokenizer.configuration(quiet: corpus.quiet))
    training.set(in: &options)
    try checkingFlags(options.validate)
    return options
  }

  func run() throws {
    try reportingErrors {
      let interruption = Interruption()
      let options = try options()
      let destination = try SequenceModel.checkDestination(output)
      let compute = try computing.compute()
      let job = try RunJob(training.run, output: output, inputs: train + dev, interruption)
      let pairs = try pairs(train, part: "train", interruption)
      let development = dev.isEmpty ? nil : try self.pairs(dev, part: "dev", interruption)
      let reporter = SequenceReporter(
        options: options, compute: compute, quiet: corpus.quiet, log: job.log)
      let model = try job.learn(clear: reporter.clear) { () throws(DiscernError) in
        try SequenceModel.train(
          on: pairs, development: development, options: options, checkpoints: job.checkpoints,
          compute: compute,
          onStage: { stage in
            if case .training(let event) = stage { job.note(event) }
            reporter.stage(stage)
          }, isInterrupted: { job.isInterrupted })
      }
      try job.end(model.record.outcome, path: output) {
        for note in try model.save(to: destination).notes { Console.warning("\(note)") }
      } report: { path in
        reporter.end(model.record, path: path)
      }
    }
  }

  private func pairs(
    _ paths: [String], part: String, _ interruption: Interruption
  ) throws -> SequencePairs {
    let pairs = try SequencePairs(
      contentsOf: paths, options: corpus.options(needsLabels: false),
      isInterrupted: { interruption.isRequested })
    if let reading = pairs.reading { corpus.report(reading, part: part, hasLabels: false) }
    pairs.warnAboutColumns()
    return pairs
  }
}
