import ArgumentParser
import Discern
import DiscernBundle
import DiscernCorpus
import DiscernIO

struct MatchIndexCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "index", abstract: "Build a search index.",
    discussion: """
      The index is one safetensors file with vectors [N, D], the texts and their lines, and digests of its \
      content and of the model. Search is exact, and needs the model that built the index; any other is \
      refused.

      For a model whose right side is vectors, give --features instead of texts.

      Examples:
        discern match index matcher answers.txt --output answers.safetensors
        discern match index matcher --features images.npy --output images.safetensors
      """)

  @Argument(help: "Matcher folder.", completion: .directory)
  var model: String

  @Argument(help: "File of texts to index; - for standard input.", completion: .file())
  var file: String?

  @Option(help: ArgumentHelp("Output file.", valueName: "path"), completion: .file())
  var output: String

  @OptionGroup(title: "Vectors") var features: MatchFeatureArguments
  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup var computing: ComputeArguments

  func validate() throws {
    if (file == nil) == (features.features == nil) {
      throw ValidationError(
        file == nil ? "give a file of texts, or vectors (--features)" : "give texts or --features, not both")
    }
  }

  func run() throws {
    try reportingErrors {
      let target = try OutputTarget(path: output)
      try target.requireOutside(ofModel: model)
      try target.requireApart(from: [file, features.features, model].compactMap(\.self))
      try target.tryOut()
      guard target.isFile else {
        Console.error("\(output): an index needs random access; name a file")
        throw ExitStatus.ioError
      }
      let matcher = try TextMatcher(contentsOf: model, compute: computing.compute())
      warnAboutICU(of: matcher)
      let index = try MatchCandidates.index(
        of: matcher, file: file, vectors: features.features, tensor: features.tensor, corpus)
      try index.write(to: output)
      if !corpus.quiet {
        Console.line(
          "\(output): \(index.count.counted("vector")) of \(matcher.vectorSize.counted("number"))")
      }
    }
  }
}

/// Warns if the model was trained with another version of ICU, which may divide some texts into other words;
/// a transformer's pieces do not depend on ICU.
func warnAboutICU(of matcher: TextMatcher) {
  if matcher.configuration.encoder.transformer == nil { warnAboutICU(of: matcher.tokenizer) }
}

/// Options for vectors instead of texts.
struct MatchFeatureArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp("Vectors instead of texts: .npy or .safetensors.", valueName: "path"),
    completion: .file())
  var features: String?

  @Option(
    help: ArgumentHelp("Name of the tensor in a safetensors file with several matrices.", valueName: "name"))
  var tensor: String?

  func validate() throws {
    if tensor != nil, features == nil { throw ValidationError("--tensor requires --features") }
  }
}

/// The candidates with which queries are compared.
enum MatchCandidates {
  /// Reads texts or vectors, and creates an index of them.
  static func index(
    of matcher: TextMatcher, file: String?, vectors: String?, tensor: String?, _ corpus: CorpusArguments
  ) throws -> MatchIndex {
    if let vectors {
      func place(_ row: Int) -> String { "\(vectors): the model's vector for row \(row + 1)" }
      return try locatingVectors(place) { try matcher.index(ofVectors: vectors, tensor: tensor) }
    }
    var options = corpus.readingOnce(corpus.textOptions(refusingTables: true))
    options.answersAtOnce = file == "-"
    var (texts, locations): ([String], [RecordLocation]) = ([], [])
    let failures = try corpus.read([file ?? "-"], options, verb: "indexed") { rows in
      for row in rows where row.problem == nil && !row.text.isEmpty {
        texts.append(String(decoding: row.text, as: UTF8.self))
        locations.append(row.location)
      }
    }
    failures.warn()
    try corpus.requireNone(failures)
    return try locatingVectors(locations) { try matcher.index(of: texts, lines: locations.map(\.line)) }
  }
}
