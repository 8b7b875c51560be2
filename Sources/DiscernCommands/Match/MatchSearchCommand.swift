import ArgumentParser
import Discern
import DiscernCorpus
import DiscernIO
import DiscernReports

/// The format in which matches are written.
enum MatchFormat: String, CaseIterable, ExpressibleByArgument {
  case jsonl, tsv
}

struct MatchSearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search", abstract: "Search for matches of texts.",
    discussion: """
      Prints one JSON object for each input line, in order:

      matches   the nearest candidates, best first: line (where it was read), score (cosine similarity), text
      error     why the line could not be read, instead of the above
      line      the line number, and file the file name if there are several

      With --format tsv: the line number, then line, score and text of each match, separated by tabs.

      Candidates are those of an index (discern match index), or the lines of a file, whose vectors are \
      computed first. Search is exact. The exit code is 65 if there were errors, or 0 with --on-error skip.

      Examples:
        discern match search matcher --index answers.safetensors < questions.txt
        discern match search matcher --candidates answers.txt questions.txt -c 3
      """)

  @Argument(help: "Matcher folder.", completion: .directory)
  var model: String

  @Argument(help: "Files to read; - is standard input, the default.", completion: .file())
  var files: [String] = []

  @Option(help: ArgumentHelp("Index built with this model.", valueName: "path"), completion: .file())
  var index: String?

  @Option(
    help: ArgumentHelp(
      "Texts to search in, one per line, or as --input-format says.",
      valueName: "path"), completion: .file())
  var candidates: String?

  @Option(name: .shortAndLong, help: "Maximum number of matches per text.")
  var count = 10

  @Option(help: "Output format: JSON Lines, or tab-separated fields.") var format = MatchFormat.jsonl

  @OptionGroup(title: "Vectors to search") var features: MatchFeatureArguments
  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup var computing: ComputeArguments

  func validate() throws {
    let given = [index, candidates, features.features].compactMap(\.self)
    if given.count != 1 {
      throw ValidationError("give one of --index, --candidates and --features to search in")
    }
    if !(1...100_000).contains(count) { throw ValidationError("--count \(count): expected 1 to 100000") }
    if candidates == "-", files.isEmpty || files.contains("-") {
      throw ValidationError(
        "standard input cannot be both --candidates and the queries; name a file for one "
          + "of them")
    }
  }

  func run() throws {
    try reportingErrors {
      let matcher = try TextMatcher(contentsOf: model, compute: computing.compute())
      warnAboutICU(of: matcher)
      let index =
        try self.index.map { path throws(DiscernError) in try matcher.index(contentsOf: path) }
        ?? MatchCandidates.index(
          of: matcher, file: candidates, vectors: features.features, tensor: features.tensor, corpus)
      let columns = matcher.record.columns
      let failures = try corpus.read(
        files, corpus.options(trainedOn: columns), verb: "searched"
      ) { rows in
        let read = rows.filter { $0.problem == nil }
        let found = try locatingVectors(read.map(\.location)) {
          try matcher.search(
            read.map { String(decoding: $0.text, as: UTF8.self) }, in: index, count: count)
        }
        try write(rows, found)
      }
      failures.warn()
      try corpus.requireNone(failures)
    }
  }

  private func write(_ rows: [CorpusQueue.Row], _ found: [[MatchIndex.Match]]) throws {
    let output = Output.standard()
    var next = found.makeIterator()
    for row in rows {
      let matches = row.problem == nil ? next.next() : nil
      switch format {
      case .jsonl:
        var members = row.location.members(namesFile: files.count > 1)
        if let problem = row.problem {
          members.append(("error", JSONText.string(problem.description)))
        } else {
          members.append(("matches", JSONText.list((matches ?? []).map(Self.object))))
        }
        try output.line(JSONText.object(members))
      case .tsv:
        let fields = (matches ?? []).flatMap { match in
          ["\(match.line)", "\(match.score)"] + (match.text.map { [$0] } ?? [])
        }
        try output.line(TabSeparated.row(["\(row.location.line)"] + fields))
      }
    }
    try output.flush()
  }

  private static func object(_ match: MatchIndex.Match) -> String {
    var members: [(String, String)] = [
      ("line", "\(match.line)"), ("score", JSONText.number(match.score)),
    ]
    if let text = match.text { members.append(("text", JSONText.string(text))) }
    return JSONText.object(members)
  }
}
