import ArgumentParser
import DiscernCorpus
import DiscernIO
import DiscernSystem
import DiscernText
import DiscernVocabulary

extension VocabCommand {
  struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "info",
      abstract: "Show a vocabulary, its coverage of texts, and which of its words have vectors.",
      discussion: """
        Examples:
          discern vocab info vocabulary.txt
          discern vocab info vocabulary.txt --corpus test.tsv --vectors glove.txt
        """)

    @Argument(help: "Vocabulary file.")
    var file: String

    @Option(help: "Texts whose coverage to measure; may be repeated.", completion: .file())
    var corpus: [String] = []

    @Option(
      help: "Word vectors: GloVe, word2vec or fastText, text or binary, also compressed.", completion: .file()
    )
    var vectors: String?

    @Option(help: "Number of words to list.")
    var listing = 20

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup(title: "Reading data") var reading: CorpusArguments
    @OptionGroup(title: "Text") var tokenizer: TokenizerArguments
    @OptionGroup var computing: ComputeArguments

    private struct Facts: Encodable {
      struct Word: Encodable {
        let token: String
        let count: Int
      }
      struct Coverage: Encodable {
        let types: Int
        let knownTypes: Int
        let tokens: Int
        let knownTokens: Int
        let mostFrequentUnknown: [Word]
      }
      struct Vectors: Encodable {
        let format: String
        let dimension: Int
        let rows: Int
        let repeatedRows: Int
        let rowsWithoutToken: Int
        let wordsWithVector: Int
        let mostFrequentWithout: [Word]
      }
      let size: Int
      let countedTokens: Int
      let mostFrequent: [Word]
      let tokenizer: TokenizerConfiguration?
      var coverage: Coverage?
      var vectors: Vectors?
    }

    func validate() throws {
      if listing < 0 { throw ValidationError("--listing \(listing): expected 0 or more") }
    }

    func run() throws {
      try reportingErrors {
        let vocabulary = try Vocabulary(path: file).noting(file, quiet: reading.quiet)
        let configuration = try tokenizer.configuration(
          vocabulary: vocabulary, at: file, quiet: reading.quiet || corpus.isEmpty)
        let words = 2..<vocabulary.count
        func word(_ id: Int) -> Facts.Word {
          Facts.Word(token: vocabulary.token(at: id), count: vocabulary.tokenCount(at: id))
        }
        var facts = Facts(
          size: vocabulary.count, countedTokens: vocabulary.totalTokenCount,
          mostFrequent: words.prefix(listing).map(word), tokenizer: vocabulary.tokenizer)
        if !corpus.isEmpty {
          let inputs = try Corpus(paths: corpus, options: reading.options(needsLabels: false))
          let counts = try inputs.countTokens(
            with: Tokenizer(configuration), threads: computing.threadCount)
          reading.report(counts.reading, part: "corpus")
          let coverage = vocabulary.coverage(of: counts.builder, listing: listing)
          facts.coverage = Facts.Coverage(
            types: coverage.typeCount, knownTypes: coverage.knownTypeCount, tokens: coverage.tokenCount,
            knownTokens: coverage.knownTokenCount,
            mostFrequentUnknown: coverage.mostFrequentUnknown.map {
              Facts.Word(token: $0.token, count: $0.count)
            })
        }
        if let vectors {
          let loaded = try WordVectors.load(path: vectors, vocabulary: vocabulary, seed: 1)
          if !reading.quiet {
            for line in loaded.notes.dropFirst() { Console.line(vectors + ":" + line.dropFirst()) }
          }
          facts.vectors = Facts.Vectors(
            format: loaded.format.rawValue, dimension: loaded.dimension, rows: loaded.rowCount,
            repeatedRows: loaded.repeatedRowCount, rowsWithoutToken: loaded.rowsWithoutTokenCount,
            wordsWithVector: loaded.foundCount,
            mostFrequentWithout: Array(words.lazy.filter { !loaded.found[$0] }.prefix(listing).map(word)))
        }
        let output = Output.standard()
        if json {
          try output.json(facts)
        } else {
          for line in Self.lines(facts) { try output.line(line) }
        }
        try output.flush()
      }
    }

    private static func lines(_ facts: Facts) -> [String] {
      func share(_ part: Int, _ whole: Int) -> String {
        String(format: "%.2f %%", whole == 0 ? 0 : 100 * Double(part) / Double(whole))
      }
      func list(_ title: String, _ words: [Facts.Word]) -> [String] {
        guard !words.isEmpty else { return [] }
        var table = Table(leftColumns: 1)
        for word in words { table.add(word.token, word.count.grouped) }
        return ["", title] + table.lines.map { "  " + $0 }
      }
      var table = Table(leftColumns: 1)
      table.add("words, including <pad> and <unk>", facts.size.grouped)
      table.add("tokens counted", facts.countedTokens.grouped)
      if let tokenizer = facts.tokenizer {
        let flags = tokenizer.differences(from: TokenizerConfiguration()).map(\.own.flag)
        table.add("tokenizer", flags.isEmpty ? "the default" : flags.joined(separator: " "))
      }
      var lists = list("most frequent words", facts.mostFrequent)
      if let coverage = facts.coverage {
        table.add(
          "types covered", coverage.knownTypes.grouped, "of \(coverage.types.grouped)",
          share(coverage.knownTypes, coverage.types))
        table.add(
          "tokens covered", coverage.knownTokens.grouped, "of \(coverage.tokens.grouped)",
          share(coverage.knownTokens, coverage.tokens))
        lists += list("most frequent unknown words", coverage.mostFrequentUnknown)
      }
      if let vectors = facts.vectors {
        let words = max(0, facts.size - 2)
        table.add(
          "words with a vector", vectors.wordsWithVector.grouped, "of \(words.grouped)",
          share(vectors.wordsWithVector, words))
        table.add("numbers a vector", vectors.dimension.grouped)
        lists += list("most frequent words without a vector", vectors.mostFrequentWithout)
      }
      return table.lines + lists
    }
  }
}

extension Vocabulary {
  /// The same vocabulary, after reporting peculiarities of its file.
  func noting(_ path: String, quiet: Bool) -> Vocabulary {
    if hadCarriageReturns, !quiet {
      Console.line("\(path): its lines end in CR LF, probably because of an editor; they are read as LF")
    }
    return self
  }
}
