import ArgumentParser
import Discern
import DiscernCorpus
import DiscernIO
import DiscernReports
import DiscernText
import DiscernTraining

struct Seq2SeqPredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Transform texts from standard input or files.",
    discussion: """
      Prints one line for each input line, in order. The output for a text does not depend on other texts or \
      on the number of threads.

      With --format jsonl each line is an object:

      text             the output
      tokens           the output as tokens
      hasEnded         whether the model ended it, rather than --max-tokens
      logProbability   of all tokens and the end, in nats
      unknown          unknown tokens of the input, if any
      error            why the line could not be read, instead of the above
      line             the line number, and file the file name if there are several

      A line that cannot be read gives an empty line of text. The exit code is 65 if there were errors, or 0 \
      with --on-error skip. Line breaks in the output are printed as spaces in text format.

      Examples:
        echo "3 May 2021" | discern seq2seq predict dates
        discern seq2seq predict dates column.txt --beam 4 --format jsonl
      """)

  @Argument(help: "Model folder.", completion: .directory)
  var model: String

  @Argument(help: "Files to read; - is standard input, the default.", completion: .file())
  var files: [String] = []

  @OptionGroup var searching: SequenceDecodingArguments

  @Option(help: "Output format.")
  var format = GenerationFormat.text

  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup var computing: ComputeArguments

  func run() throws {
    try reportingErrors {
      let decoding = try searching.decoding()
      let model = try SequenceModel(contentsOf: model).noting()
      let compute = try computing.compute()
      let output = Output.standard()
      var settings = corpus.textOptions(refusingTables: true)
      settings.answersAtOnce = true
      var cut = 0
      let failures = try corpus.read(files, corpus.readingOnce(settings), verb: "written of") { rows in
        let texts = rows.filter { $0.problem == nil }.map { String(decoding: $0.text, as: UTF8.self) }
        var predictions = try model.predict(texts, decoding, compute: compute)[...]
        cut += predictions.count { !$0.hasEnded }
        for row in rows {
          let prediction = row.problem == nil ? predictions.popFirst() : nil
          try output.line(line(row, prediction))
        }
        try output.flush()
      }
      failures.warn()
      if !corpus.quiet, cut > 0 { Console.line("\(cut.counted("text")) cut at the maximum length") }
      try corpus.requireNone(failures)
    }
  }

  private func line(_ row: CorpusQueue.Row, _ prediction: SequencePrediction?) -> String {
    if format == .text {
      return (prediction?.text ?? "").replacing(/[\n\r\u{0B}\u{0C}\u{85}\u{2028}\u{2029}]/, with: " ")
    }
    var members = row.location.members(namesFile: files.count > 1)
    if let prediction {
      members += [
        ("text", JSONText.string(prediction.text)),
        ("tokens", JSONText.list(prediction.tokens.map(JSONText.string))),
        ("hasEnded", "\(prediction.hasEnded)"),
        ("logProbability", JSONText.number(Float(prediction.logProbability))),
      ]
      if prediction.unknownCount > 0 { members.append(("unknown", "\(prediction.unknownCount)")) }
    } else if let problem = row.problem {
      members.append(("error", JSONText.string(problem.description)))
    }
    return JSONText.object(members)
  }
}

extension SequenceModel {
  /// Warns if this machine may divide words differently, or if training was not completed.
  func noting() -> SequenceModel {
    for words in Set([source.words, target.words].compactMap(\.self)) { warnAboutICU(of: words) }
    switch record.outcome {
    case .completed, .stoppedEarly: break
    case .interrupted:
      Console.warning("the training of this model was interrupted; consider repeating it")
    case .diverged:
      Console.warning("the loss or its gradients became infinite or NaN at the end of this model's training")
    }
    return self
  }
}
