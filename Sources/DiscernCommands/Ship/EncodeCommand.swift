import ArgumentParser
import Discern
import DiscernCorpus
import DiscernExport
import DiscernIO
import DiscernReports

struct EncodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode", abstract: "Print the numeric inputs that a model computes from texts.",
    discussion: """
      Prints one JSON object for each input line, in order and at once: the inputs of a graph exported by \
      discern export onnx.

      tokens    word ids, cut to the model's limit; 1 is an unknown word, and
                the only id of a text without words
      letters   for each unknown word its buckets of character n-grams, if the
                model uses them
      ngrams    ids of the n-grams, if the model has any
      values    the value of each n-gram
      evidence  normal, empty (no words), all-unknown (no known word) or error:
                the line could not be read, and error gives the reason
      source    eight digits that identify the model's vocabulary and n-grams:
                the ids do not fit the graph of another model
      line      the line number, and file the file name if there are several

      Standard input and pipes are read as plain lines unless --input-format says otherwise; the format of \
      files is detected, as by discern classify. The exit code is 65 if there were errors, or 0 with \
      --on-error skip.

      Examples:
        discern encode model < texts.txt | python3 model-onnx/predict.py --encoded
        discern encode model tickets.csv --text-column subject > ids.jsonl
      """)

  @Argument(help: "Model folder, a file made by discern pack, or an export.")
  var model: String

  @Argument(help: "Files to read; - is standard input, the default.", completion: .file())
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
