import ArgumentParser
import Discern
import DiscernCorpus
import DiscernIO
import DiscernReports
import DiscernText
import DiscernTraining

struct Seq2SeqPredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Write texts of standard input or files.",
    discussion: """
      One line out for each line in, in order, whatever stands in it. A text is the same alone and among \
      others, and for any number of threads.

      With --format jsonl a line is an object:

      text             what is written
      tokens           the same in tokens
      hasEnded         whether it ended by itself, not at --max-tokens
      logProbability   of all tokens and the end, nats
      unknown          tokens that were read and are not known, where there are some
      error            why the line could not be read, in place of these
      line             the line's number; file names the file if there are several

      A line that cannot be read gives an empty one as text; after errors the exit code is 65, with \
      --on-error skip 0. A line break in what is written is a space as text.

      Examples:
        echo "3 May 2021" | discern seq2seq predict dates
        discern seq2seq predict dates column.txt --beam 4 --format jsonl
      """)

  @Argument(help: "The model's folder.", completion: .directory)
  var model: String

  @Argument(help: "Files to read, - for standard input. Default: standard input.", completion: .file())
  var files: [String] = []

  @OptionGroup var searching: SequenceDecodingArguments

  @Option(help: "Layout of the output.")
  var format = GenerationFormat.text

  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup var computing: ComputeArguments

  func run() throws {
    try reportingErrors {
      let decoding = try searching.decoding()
      let model = try SequenceModel(contentsOf: model).noting()
      let compute = try computing.compute()
      let output = Output.standard()
      var settings = corpus.textOptions()
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
      if !corpus.quiet, cut > 0 { Console.line("\(cut.counted("text")) did not end by itself") }
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
  /// Warns where this machine may divide words in another way, and of a training that was broken off.
  func noting() -> SequenceModel {
    for words in Set([source.words, target.words].compactMap(\.self)) { warnAboutICU(of: words) }
    switch record.outcome {
    case .completed, .stoppedEarly: break
    case .interrupted:
      Console.warning("the training of this model was interrupted; it may be worth repeating")
    case .diverged:
      Console.warning("the loss of this model's training stopped being a number in the end")
    }
    return self
  }
}
