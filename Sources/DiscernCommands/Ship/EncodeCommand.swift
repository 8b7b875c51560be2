import ArgumentParser
import Discern
import DiscernCorpus
import DiscernExport
import DiscernIO
import DiscernReports

struct EncodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode", abstract: "Give the numbers that a model reads of texts.",
    discussion: """
      One JSON object out for each line in, in order and at once: what a graph that discern export onnx \
      wrote takes as its inputs.

      tokens    ids of the words, cut to the model's limit; 1 is an unknown word,
                and the only word of a text without any
      letters   for each unknown word the buckets of its letters, if the model
                reads them
      ngrams    numbers of the n-grams, if the model has some
      values    what each of them counts
      evidence  normal, empty (no words), all-unknown (no known word) or error:
                the line could not be read, and error says why
      source    eight digits of the model's words and n-grams: a graph of another
                model would take the numbers for other words
      line      the line's number; file names the file if there are several

      Standard input and pipes are plain lines unless --input-format says otherwise; the layout of files is \
      recognised, as by discern classify. After errors the exit code is 65, with --on-error skip 0.

      Examples:
        discern encode model < texts.txt | python3 model-onnx/predict.py --encoded
        discern encode model tickets.csv --text-column subject > ids.jsonl
      """)

  @Argument(help: "The model: its folder, a file that discern pack made, or an export.")
  var model: String

  @Argument(help: "Files to read, - for standard input. Default: standard input.", completion: .file())
  var files: [String] = []

  @OptionGroup(title: "Reading data") var corpus: CorpusArguments

  func run() throws {
    try reportingErrors {
      let source = try TextInputSource(contentsOf: model)
      warnAboutICU(of: source.encoder.tokenizer.configuration)
      let encoder = try TextInputEncoder(source)
      let output = Output.standard()
      let options = corpus.options(trainedOn: source.columns)
      let failures = try corpus.read(files, options, verb: "encoded") { rows in
        for row in rows { try output.line(line(row, encoder)) }
        try output.flush()
      }
      failures.warn()
      try corpus.requireNone(failures)
    }
  }

  private func line(_ row: CorpusQueue.Row, _ encoder: TextInputEncoder) throws -> String {
    var members = row.location.members(namesFile: files.count > 1)
    if let problem = row.problem {
      members.append(("error", JSONText.string(problem.description)))
      members.append(("evidence", JSONText.string(Answer.Evidence.error.rawValue)))
    } else {
      members += try row.text.withUnsafeBufferPointer { try encoder.encode($0) }.members
    }
    return JSONText.object(members)
  }
}
