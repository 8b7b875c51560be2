import ArgumentParser
import DiscernCorpus
import DiscernIO
import DiscernSystem
import DiscernText
import DiscernVocabulary

struct VocabCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vocab", abstract: "Build and inspect vocabularies.",
    subcommands: [Build.self, Info.self])

  struct Build: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "build", abstract: "Build a vocabulary of the most frequent words of texts.",
      discussion: """
        The file has one word per line with a tab and its count, most frequent first; it does not depend on \
        the number of threads. Its first line also stores the tokenizer's settings, which train --vocab \
        takes over.

        Example:
          discern vocab build --input reviews.tsv --output vocabulary.txt
        """)

    @Option(
      parsing: .upToNextOption, help: "Texts: files, folders or archives, labelled or not.",
      completion: .file())
    var input: [String]

    @Option(help: "Output file; - for standard output.", completion: .file())
    var output: String

    @Option(help: "Maximum vocabulary size, including <pad> and <unk>.")
    var vocabSize = 25_000

    @Option(help: "Minimum count of a word in the vocabulary.")
    var minCount = 1

    @OptionGroup(title: "Reading data") var corpus: CorpusArguments
    @OptionGroup(title: "Text") var tokenizer: TokenizerArguments
    @OptionGroup var computing: ComputeArguments

    func validate() throws {
      if vocabSize < 3 { throw ValidationError("--vocab-size \(vocabSize): expected at least 3") }
      if minCount < 1 { throw ValidationError("--min-count \(minCount): expected at least 1") }
    }

    func run() throws {
      try reportingErrors {
        let target = try OutputTarget(path: output)
        try target.requireApart(from: input)
        try target.tryOut()
        let inputs = try Corpus(paths: input, options: corpus.readingOnce(corpus.options(needsLabels: false)))
        let tokenizer = try Tokenizer(tokenizer.configuration())
        let counts = try inputs.countTokens(with: tokenizer, threads: computing.threadCount)
        corpus.report(counts.reading, part: "input")
        var vocabulary = counts.builder.build(maximumSize: vocabSize, minimumCount: minCount)
        vocabulary.tokenizer = tokenizer.configuration
        if target.isStandardOutput {
          let output = Output.standard()
          try output.write(vocabulary.fileContents)
          try output.flush()
        } else {
          try target.write(vocabulary.fileContents)
        }
        guard !corpus.quiet else { return }
        let total = counts.builder.totalCount
        let unknown = vocabulary.tokenCount(at: Int(Vocabulary.unknownID))
        Console.line(
          String(
            format: "%@: %@ of %@ distinct words, which cover %.2f %% of %@ tokens", target.name,
            vocabulary.wordCount.grouped, counts.builder.distinctCount.grouped,
            total > 0 ? 100 * Double(total - unknown) / Double(total) : 100, total.grouped))
      }
    }
  }
}
