import ArgumentParser
import DiscernCorpus
import DiscernText
import DiscernVocabulary
import Foundation

struct VocabCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vocab", abstract: "Build and look at vocabularies.",
    subcommands: [Build.self, Info.self])

  struct Build: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "build", abstract: "Count the words of texts and write the most frequent ones.",
      discussion: """
        The file has a word, a tab and its count on each line, most frequent first; it is the same for any
        number of threads.

        Example:
          discern vocab build --input reviews.tsv --output vocabulary.txt --max-size 25000
        """)

    @Option(parsing: .upToNextOption, help: "Texts: files, folders or archives, labelled or not.")
    var input: [String]

    @Option(help: "The file to write.")
    var output: String

    @Option(help: "Words at most, <pad> and <unk> included.")
    var maxSize = 25_000

    @Option(help: "Leave rarer words out.")
    var minCount = 1

    @OptionGroup var corpus: CorpusArguments
    @OptionGroup var tokenizer: TokenizerArguments
    @OptionGroup var computing: ComputeArguments

    func validate() throws {
      if maxSize < 3 { throw ValidationError("--max-size \(maxSize): expected at least 3") }
      if minCount < 1 { throw ValidationError("--min-count \(minCount): expected at least 1") }
    }

    func run() throws {
      try reportingErrors {
        let inputs = try Corpus(paths: input, options: corpus.options(needsLabels: false))
        let counts = try inputs.countTokens(
          with: Tokenizer(tokenizer.configuration()), threads: computing.threadCount)
        corpus.report(counts.reading, part: "input")
        let vocabulary = counts.builder.build(maximumSize: maxSize, minimumCount: minCount)
        try vocabulary.write(to: output)
        guard !corpus.quiet else { return }
        let total = counts.builder.totalCount
        let unknown = vocabulary.tokenCount(at: Int(Vocabulary.unknownID))
        Console.line(
          String(
            format: "%@: %@ words of %@ different ones; they cover %.2f %% of %@ tokens", output,
            vocabulary.count.grouped, counts.builder.distinctCount.grouped,
            total > 0 ? 100 * Double(total - unknown) / Double(total) : 100, total.grouped))
      }
    }
  }
}
