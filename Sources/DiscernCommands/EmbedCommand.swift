import ArgumentParser
import Discern
import DiscernCorpus
import DiscernIO

struct EmbedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed", abstract: "Make vectors of texts by a pretrained transformer.",
    discussion: """
      The folder is one of Hugging Face or sentence-transformers as it is downloaded: BERT, MiniLM or \
      DistilBERT, weights in model.safetensors. One JSON object out for each line in, in order:

      vector    the numbers; texts that say the same have near ones
      cut       how many pieces of a long text were left out, if any
      error     why the line could not be read, in place of these
      line      the line's number; file names the file if there are several

      Pooling and normalisation are those of the folder's modules.json; without one a text's vector is its \
      tokens' mean. After errors the exit code is 65, with --on-error skip 0.

      Examples:
        discern embed minilm < questions.txt > vectors.jsonl
        discern embed minilm tickets.csv --text-column subject > vectors.jsonl
      """)

  @Argument(help: "The pretrained transformer's folder.", completion: .directory)
  var folder: String

  @Argument(help: "Files to read, - for standard input. Default: standard input.", completion: .file())
  var files: [String] = []

  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup var computing: ComputeArguments

  func run() throws {
    try reportingErrors {
      let embedder = try TextEmbedder(contentsOf: folder, compute: computing.compute())
      let output = Output.standard()
      var failures = LineFailures(verb: "embedded")
      var cut = 0
      for file in files.isEmpty ? ["-"] : files {
        let texts = CorpusQueue(path: file, options: corpus.options(needsLabels: false))
        while let events = try texts.next() {
          var rows: [CorpusQueue.Row] = []
          for event in events {
            switch event {
            case .opened(let input): corpus.announce(input)
            case .row(let row):
              if let problem = row.problem { failures.add(row.location, problem) }
              rows.append(row)
            case .finished: break
            }
          }
          cut += try write(rows, embedder, output)
          for case .finished(let inputs) in events { for input in inputs { corpus.conclude(input) } }
        }
      }
      if cut > 0, !corpus.quiet {
        Console.line("\(cut.counted("text")) cut to \(embedder.maximumPieces) pieces of words")
      }
      for warning in failures.warnings { Console.warning(warning) }
      if failures.count > 0, corpus.onError == .stop { throw ExitStatus.badData }
    }
  }

  /// - Returns: how many texts were cut.
  private func write(_ rows: [CorpusQueue.Row], _ embedder: TextEmbedder, _ output: Output) throws -> Int {
    let vectors = embedder.vectors(
      of: rows.filter { $0.problem == nil }.map { String(decoding: $0.text, as: UTF8.self) })
    var next = vectors.makeIterator()
    for row in rows {
      var members = [(key: "line", value: "\(row.location.line)")]
      if files.count > 1 || row.location.line == 0 {
        members.append(("file", JSONText.string(row.location.path)))
      }
      if let problem = row.problem {
        members.append(("error", JSONText.string(problem.description)))
      } else if let (vector, cut) = next.next() {
        members.append(("vector", JSONText.list(vector.map(JSONText.number))))
        if cut > 0 { members.append(("cut", "\(cut)")) }
      }
      try output.line(JSONText.object(members))
    }
    try output.flush()
    return vectors.count { $0.cut > 0 }
  }
}
