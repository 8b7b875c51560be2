import ArgumentParser
import Discern
import DiscernBundle
import DiscernCorpus
import DiscernIO
import DiscernSystem
import DiscernTensor
import DiscernText
import DiscernTraining
import DiscernVocabulary

struct PretrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pretrain", abstract: "Pretrain a language model or word vectors on unlabelled texts.",
    discussion: """
      Trains the recurrent layers of a classifier to predict each next word of the texts, and each previous \
      one, and writes a folder for train --pretrained. Labels of labelled inputs are ignored; include the \
      texts that the classifier will be trained on. Part of the texts is held out, and the perplexity on it \
      is shown for each direction: the number of equally probable words among which the next one would be as \
      hard to predict.

      With several layers the two directions are separate here, since a second layer that reads both would \
      see the word to predict. A classifier's upper layers therefore start with zero weights for the other \
      direction.

      Ctrl-C finishes the current step, saves the state and exits with 130; the same command with --resume \
      continues.

      Examples:
        discern pretrain --input reviews.txt.gz --input train.tsv --output pretrained
        discern train --train train.tsv --pretrained pretrained --output model
        discern pretrain --vectors-only --input reviews.txt.gz --output vectors.txt
      """)

  @Option(
    help: ArgumentHelp(
      "Texts: a file, a folder or an archive, labelled or not; may be repeated.", valueName: "path"),
    completion: .file())
  var input: [String]

  @Option(
    help: ArgumentHelp("Output folder; with --vectors-only an output file.", valueName: "path"),
    completion: .file())
  var output: String

  @Option(
    help: ArgumentHelp(
      "Vocabulary file; includes its tokenizer settings. Default: build one from the texts.",
      valueName: "path"), completion: .file())
  var vocab: String?

  @Option(
    help: ArgumentHelp(
      "Word vectors to start from: GloVe, word2vec or fastText, text or binary, also compressed; they set "
        + "--embedding-dim.", valueName: "path"), completion: .file())
  var vectors: String?

  @Flag(
    help: ArgumentHelp(
      "Train only word vectors (CBOW), in a fraction of the time, and write a text file for train "
        + "--vectors."))
  var vectorsOnly = false

  @OptionGroup(title: "Network") var network: PretrainNetworkArguments
  @OptionGroup(title: "Training") var training: PretrainTrainingArguments
  @OptionGroup(title: "Text") var tokenizer: TokenizerArguments
  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup(title: "More options") var computing: ComputeArguments

  func validate() throws {
    if vectorsOnly {
      if let flag = network.flagOfLayers {
        throw ValidationError("\(flag) is for layers, and --vectors-only has none; leave one of them out")
      }
      if vectors != nil {
        throw ValidationError("--vectors-only starts from random vectors; leave out --vectors")
      }
      if output == "-", training.run.jsonLog == "-" {
        throw ValidationError(
          "--output - and --json-log - would be mixed on standard output; give one a file")
      }
    } else if training.window != nil || training.subsample != nil {
      throw ValidationError("\(training.window != nil ? "--window" : "--subsample") requires --vectors-only")
    }
    if vectors != nil, network.embeddingDim != nil {
      throw ValidationError("--embedding-dim is determined by --vectors; leave one of them out")
    }
    if vocab != nil, network.vocabSize != nil || network.minCount != nil {
      throw ValidationError(
        "\(network.vocabSize != nil ? "--vocab-size" : "--min-count") is only for building a vocabulary; "
          + "leave it or --vocab out")
    }
  }

  /// All settings, checked.
  private func options(_ vocabulary: Vocabulary?) throws -> PretrainingOptions {
    var options = vectorsOnly ? PretrainingOptions.ofVectors : PretrainingOptions()
    options.tokenizer = try tokenizer.configuration(vocabulary: vocabulary, at: vocab, quiet: corpus.quiet)
    network.set(in: &options)
    training.set(in: &options)
    try checkingFlags(options.validate)
    return options
  }

  func run() throws {
    try reportingErrors {
      let interruption = Interruption()
      let vocabulary = try vocab.map { path in try Vocabulary(path: path).noting(path, quiet: corpus.quiet) }
      let options = try options(vocabulary)
      if vectorsOnly {
        try learnVectors(vocabulary, options, interruption)
      } else {
        try learnNetwork(vocabulary, options, interruption)
      }
    }
  }

  private func learnNetwork(
    _ vocabulary: Vocabulary?, _ options: PretrainingOptions, _ interruption: Interruption
  ) throws {
    let destination = try PretrainedEncoder.checkDestination(output)
    let job = try PretrainJob(self, options, interruption)
    let encoder = try job.learn { onStage, isInterrupted throws(DiscernError) in
      try PretrainedEncoder.train(
        on: job.inputs, vocabulary: vocabulary, vectors: vectors, options: options, destination: destination,
        checkpoints: job.checkpoints, compute: job.compute, onStage: onStage, isInterrupted: isInterrupted)
    }
    guard let model = encoder.languageModel else { preconditionFailure("a transformer was trained") }
    try job.end(model.record, path: destination.path) {
      for note in try encoder.save(to: destination).notes { Console.warning("\(note)") }
    }
  }

  /// Learns only word vectors and writes their file.
  private func learnVectors(
    _ vocabulary: Vocabulary?, _ options: PretrainingOptions, _ interruption: Interruption
  ) throws {
    let target = try OutputTarget(path: output)
    try target.requireApart(from: input + [vocab].compactMap(\.self))
    try target.tryOut()
    let job = try PretrainJob(self, options, interruption)
    let learned = try job.learn { onStage, isInterrupted throws(DiscernError) in
      try LearnedVectors.train(
        on: job.inputs, vocabulary: vocabulary, options: options, checkpoints: job.checkpoints,
        compute: job.compute, onStage: onStage, isInterrupted: isInterrupted)
    }
    try job.end(learned.record, path: output, isStream: target.isStandardOutput) {
      guard target.isStandardOutput else { return try target.write(learned.fileContents) }
      let output = Output.standard()
      try output.write(learned.fileContents)
      try output.flush()
    }
  }
}
