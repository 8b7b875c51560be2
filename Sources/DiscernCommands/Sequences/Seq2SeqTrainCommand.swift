import ArgumentParser
import Discern
import DiscernBundle
import DiscernCorpus
import DiscernIO
import DiscernTensor
import DiscernTraining

struct Seq2SeqTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a model on pairs of texts.",
    discussion: """
      The input has two columns: what is read, a tab, what is to be written. --text-column and \
      --label-column name others, --header says that the first row has names.

      After each epoch the texts of --dev, or of a part of the pairs that is held out, are written, at most \
      1,000; the best epoch's model is kept. It goes into the folder OUTPUT.

      Ctrl-C finishes the step, keeps the state and exits with 130; the same command with --resume goes on.

      Examples:
        discern seq2seq train --train pairs.tsv --output model
        discern seq2seq train --train pairs.tsv --dev dev.tsv --hidden 256 --output m
        discern seq2seq train --train pairs.tsv --network transformer --output model
      """)

  @Option(help: ArgumentHelp("Pairs: a table; may be repeated.", valueName: "path"))
  var train: [String]

  @Option(help: ArgumentHelp("Pairs to measure on.", valueName: "path"))
  var dev: [String] = []

  @Option(help: ArgumentHelp("The model's folder.", valueName: "path"))
  var output: String

  @OptionGroup(title: "The network") var network: SequenceNetworkArguments
  @OptionGroup(title: "Training") var training: SequenceTrainingArguments
  @OptionGroup(title: "Words") var tokenizer: TokenizerArguments
  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup(title: "More options") var computing: ComputeArguments

  private func options() throws -> SequenceOptions {
    var options = network.options(words: try tokenizer.configuration(quiet: corpus.quiet))
    training.set(in: &options)
    try options.validate()
    return options
  }

  func run() throws {
    try reportingErrors {
      let interruption = Interruption()
      let options = try options()
      let destination = try SequenceModel.checkDestination(output)
      let compute = try computing.compute()
      let pairs = try pairs(train, part: "train", interruption)
      let development = dev.isEmpty ? nil : try self.pairs(dev, part: "dev", interruption)
      let checkpoints = try PretrainingCheckpoints.opened(
        training.checkpoint, resume: training.resume, output: output, inputs: train + dev)
      let reporter = SequenceReporter(
        options: options, kernels: compute.family.name, threads: compute.threadCount, quiet: corpus.quiet)
      let model: SequenceModel
      do throws(DiscernError) {
        model = try SequenceModel.train(
          on: pairs, development: development, options: options, checkpoints: checkpoints, compute: compute,
          onStage: { stage in
            if case .model = stage { interruption.begin(.steps) }
            reporter.stage(stage)
          }, isInterrupted: { interruption.isRequested })
      } catch {
        reporter.clear()
        guard case .interrupted = error else { throw error }
        Console.error(
          "interrupted before an epoch was complete: nothing was written"
            + (checkpoints?.isEmpty == false ? "; to go on: the same command with --resume" : ""))
        throw ExitCode(interruption.exitStatus)
      }
      try end(model, destination, checkpoints, reporter, interruption)
    }
  }

  private func pairs(
    _ paths: [String], part: String, _ interruption: Interruption
  ) throws -> SequencePairs {
    let pairs = try SequencePairs(
      contentsOf: paths, options: corpus.options(needsLabels: false),
      isInterrupted: { interruption.isRequested })
    if let reading = pairs.reading { corpus.report(reading, part: part) }
    pairs.warnAboutColumns()
    return pairs
  }

  /// Saves the model, and ends as the training did. What did not come to its end replaces nothing.
  private func end(
    _ model: SequenceModel, _ destination: ModelDestination, _ checkpoints: PretrainingCheckpoints?,
    _ reporter: SequenceReporter, _ interruption: Interruption
  ) throws {
    let outcome = model.record.outcome
    let isSaved = outcome.isByItself || FolderEntry(path: output) == nil
    if isSaved {
      for note in try model.save(to: destination).notes { Console.warning("\(note)") }
    }
    if isSaved, outcome != .interrupted, training.checkpoint == nil { checkpoints?.remove() }
    reporter.end(model.record, path: isSaved ? output : nil)
    switch outcome {
    case .completed, .stoppedEarly: break
    case .interrupted:
      Console.error("interrupted; to go on: the same command with --resume")
      throw ExitCode(interruption.exitStatus)
    case .diverged: throw ExitStatus.diverged
    }
  }
}
