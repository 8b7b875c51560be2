import ArgumentParser
import Discern
import DiscernCorpus
import DiscernIO
import DiscernReports

struct EmbedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed", abstract: "Compute vectors of texts with a pretrained transformer or a matcher.",
    discussion: """
      The folder is a BERT, MiniLM or DistilBERT model as downloaded from Hugging Face, with weights in \
      model.safetensors, or a matcher of discern match train, whose right side is selected by --side right. \
      Prints one JSON object for each input line, in order:

      vector    the numbers; texts of similar meaning have similar vectors
      cut       the number of word pieces cut off a long text, if any
      error     why the line could not be read, instead of the above
      line      the line number, and file the file name if there are several

      --format npy --output FILE writes a NumPy array instead, with a row of 32-bit floats for each line. A \
      line that cannot be read then ends the command, since later rows would be out of step; with --on-error \
      skip such lines are left out and counted.

      Pooling and normalisation follow the folder's modules.json; without one, a text's vector is the mean \
      of its tokens. The exit code is 65 if there were errors, or 0 with --on-error skip. A vector that is \
      not finite ends the command.

      Examples:
        discern embed minilm < questions.txt > vectors.jsonl
        discern embed minilm tickets.csv --text-column subject > vectors.jsonl
        discern embed minilm questions.txt --format npy --output vectors.npy
      """)

  @Argument(help: "Folder of a pretrained transformer or a matcher.", completion: .directory)
  var folder: String

  @Argument(help: "Files to read; - is standard input, the default.", completion: .file())
  var files: [String] = []

  @Option(help: "Output format: JSON Lines on standard output, or a NumPy file.")
  var format = VectorFormat.jsonl

  @Option(help: ArgumentHelp("Output file, with --format npy.", valueName: "file"), completion: .file())
  var output: String?

  @Option(help: "Side of a matcher that reads the texts. Default: left, that of the queries.")
  var side: MatchSide?

  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup var computing: ComputeArguments

  func validate() throws {
    if format == .npy, output == nil {
      throw ValidationError(
        "--format npy needs --output: the number of rows comes first in the file, but is known only at the "
          + "end")
    }
    if format == .jsonl, output != nil {
      throw ValidationError("--output requires --format npy; JSON Lines go to standard output")
    }
  }

  func run() throws {
    try reportingErrors {
      let target = try output.map { path in
        let target = try OutputTarget(path: path)
        try target.requireOutside(ofModel: folder)
        try target.requireApart(from: files + [folder])
        return target
      }
      let embedder = try Embedder(folder, side, computing.compute())
      let file = try target.map { try NumPyFile($0, columnCount: embedder.vectorSize) }
      var (count, cut) = (0, 0)
      let failures = try corpus.read(files, corpus.options(needsLabels: false), verb: "embedded") { rows in
        if file != nil { try requireAll(rows) }
        let read = rows.filter { $0.problem == nil }
        let vectors = try locatingVectors(read.map(\.location)) {
          try embedder.vectors(of: read.map { String(decoding: $0.text, as: UTF8.self) })
        }
        count += vectors.count
        cut += vectors.count { $0.cut > 0 }
        if let file { try file.append(vectors.flatMap(\.vector)) } else { try write(rows, vectors) }
      }
      try file?.finish()
      if !corpus.quiet {
        if Console.isTerminal {
          Console.line("\(count.counted("vector")) of \(embedder.vectorSize.counted("number"))")
        }
        if cut > 0 {
          Console.line("\(cut.counted("text")) cut to \(embedder.limit)")
        }
      }
      failures.warn()
      try corpus.requireNone(failures)
    }
  }

  /// Ends the command if a row has no text, unless such rows are to be skipped.
  private func requireAll(_ rows: [CorpusQueue.Row]) throws {
    guard corpus.onError == .stop else { return }
    for row in rows {
      guard let problem = row.problem else { continue }
      Console.error("\(row.location): \(problem); --on-error skip leaves such lines out")
      throw ExitStatus.badData
    }
  }

  private func write(_ rows: [CorpusQueue.Row], _ vectors: [(vector: [Float], cut: Int)]) throws {
    let output = Output.standard()
    var next = vectors.makeIterator()
    for row in rows {
      var members = row.location.members(namesFile: files.count > 1)
      if let problem = row.problem {
        members.append(("error", JSONText.string(problem.description)))
      } else if let (vector, cut) = next.next() {
        members.append(("vector", JSONText.list(vector.map(JSONText.number))))
        if cut > 0 { members.append(("cut", "\(cut)")) }
      }
      try output.line(JSONText.object(members))
    }
    try output.flush()
  }
}
