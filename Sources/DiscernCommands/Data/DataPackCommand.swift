import ArgumentParser
import Discern
import DiscernCorpus
import DiscernIO
import DiscernSystem
import DiscernText
import DiscernVocabulary

extension DataCommand {
  struct Pack: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "pack",
      abstract: "Pack labelled texts into shards on disk, to train on more than fits into memory.",
      discussion: """
        The folder holds the texts as token ids with their labels, the vocabulary, and a digest for each 64 \
        MB. Vocabulary, lengths and the held-out part are decided here; train --train FOLDER takes them \
        over, reads one part at a time, and gives the same weights as training on the texts with this \
        vocabulary. Such a model has only a network, since n-grams need the texts. Packing needs some 20 \
        bytes of memory per text; training holds the development texts in memory.

        Examples:
          discern data pack --train reviews.jsonl.gz --output shards
          discern data pack --train t.tsv --dev d.tsv --vocab words.txt --output shards
          discern train --train shards --output model
        """)

    @Option(help: "Labelled texts: a file, a folder or an archive; may be repeated.", completion: .file())
    var train: [String]

    @Option(help: ArgumentHelp("Output folder.", valueName: "folder"), completion: .directory)
    var output: String

    @Option(
      help: "Labelled development texts; may be repeated. Default: hold out a part of --train.",
      completion: .file())
    var dev: [String] = []

    @Option(
      help: ArgumentHelp(
        "Vocabulary file; includes its tokenizer settings. Default: build one from --train.",
        valueName: "path"), completion: .file())
    var vocab: String?

    @Option(
      help: ArgumentHelp(
        "Column or key of groups, such as films, users or threads: texts of one group stay on one side of "
          + "the held-out split.", valueName: "column"))
    var groupColumn: String?

    @Option(recipe: "seed") var seed: String?

    @OptionGroup(title: "Vocabulary and lengths") var data: DataFlags
    @OptionGroup(title: "Tasks and labels") var tasks: TaskArguments
    @OptionGroup(title: "Reading data") var corpus: CorpusArguments
    @OptionGroup(title: "Text") var tokenizer: TokenizerArguments
    @OptionGroup var computing: ComputeArguments

    func validate() throws {
      if groupColumn == "" {
        throw ValidationError("--group-column is empty: columns are named, or numbered from 1")
      }
    }

    func run() throws {
      try reportingErrors {
        let vocabulary = try vocab.map { path in
          try Vocabulary(path: path).noting(path, quiet: corpus.quiet)
        }
        let flags = PackFlags(self)
        let given = Set([("vocab", vocab != nil), ("dev", !dev.isEmpty)].filter(\.1).map(\.0))
        let recipe = try flags.recipe(
          only: .recurrent, beside: given, vocabulary: vocabulary, at: vocab, quiet: corpus.quiet)
        let (inputs, own) = try TrainCommand.labelled(
          train: train, dev: dev, corpus.options(tasks), groupColumn: groupColumn)
        if own != nil {
          try flags.settings().requireUse(in: recipe, beside: [RecipeKey.ownDevelopmentPart])
        }
        let interruption = Interruption()
        let reporter = TrainReporter(
          corpus: corpus, recipe: recipe, kernels: "", threads: computing.threadCount, log: nil, curves: [])
        let saved = try PackedTexts.pack(
          inputs, development: own, vocabulary: vocabulary, recipe: recipe, to: output,
          threads: computing.threadCount, onStage: { reporter.stage($0) },
          isInterrupted: { interruption.isRequested })
        for note in saved.notes { Console.warning("\(note)") }
        guard !corpus.quiet else { return }
        let packed = try PackedTexts(contentsOf: output)
        Console.line("\(output): \(packed.note)")
      }
    }
  }
}

/// The settings of a recipe that affect packing.
private struct PackFlags: RecipeFlags {
  @Option(recipe: "seed") var seed: String?
  @OptionGroup var data: DataFlags
  @OptionGroup var tokenizer: TokenizerArguments

  init() {}

  init(_ command: DataCommand.Pack) {
    seed = command.seed
    data = command.data
    tokenizer = command.tokenizer
  }
}

extension PackedTexts {
  /// A summary of the folder, for users.
  var note: String {
    "\(trainingTextCount.counted("text")) for training (\(trainingTokenCount.grouped) tokens), "
      + "\(developmentTextCount.grouped)\(hasHeldOut ? " held out" : "") for development"
  }
}

extension PackedTexts {
  /// Warns if words would now be divided differently.
  func noting() -> PackedTexts {
    if !tokenizer.matchesRunningICU {
      Console.warning(
        "\(path): made with ICU \(tokenizer.icuVersion), this is "
          + "\(TokenizerConfiguration.runningICUVersion); some texts may be tokenized differently when the "
          + "model is used")
    }
    return self
  }
}
