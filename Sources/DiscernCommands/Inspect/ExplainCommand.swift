import ArgumentParser
import Discern
import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernReports

extension ExplanationMethod: ExpressibleByArgument {}

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Show which words led to a label.",
    discussion: """
      Prints each text with coloured words: blue for words that count for the label, orange for words \
      against it, in full colour for the strongest word of the text. Without a terminal, or with NO_COLOR, \
      words have marks such as [+0.31]: their contribution to the label's logit, before temperature scaling. \
      The marks are on the text as it was written.

      gradients  integrated gradients of the network, from zero vectors, and
                 the exact contributions of n-grams. Together with the logit
                 of a text without words they add up to the logit. The gap is
                 the error of the network's part; above 1 % the explanation
                 is not reliable. For an 8-bit model, the weights are those
                 that the 8-bit values represent
      occlusion  the drop of the logit when the word is removed from the text:
                 exact, at the cost of one classification per word
      attention  the weights of the attention pooling; they are not reasons

      The most probable label of each task is explained, or the one given by --label. --html writes a page \
      without scripts. --json prints an object for each text and task, with words and ngrams and their \
      places in bytes of the UTF-8 text.

      --summary shows for each label the words and n-grams that count most for and against it, among those \
      in at least five texts; each text counts for the labels that it was given and for the next one. --maps \
      writes all its explanations as JSON Lines.

      The exit code is 65 if lines could not be read, or 0 with --on-error skip.

      Examples:
        echo "What a lovely film!" | discern explain model
        discern explain model --data test.tsv --html maps.html
        discern explain model --data test.tsv --summary --maps maps.jsonl
      """)

  @Argument(help: "Model folder, or a file made by discern pack.")
  var model: String

  @Option(
    help: "Texts: a file, a folder or an archive; may be repeated. Default: standard input.",
    completion: .file())
  var data: [String] = []

  @Option(help: "Attribution method.")
  var method: ExplanationMethod = .gradients

  @Option(help: "Label to explain. Default: the most probable.")
  var label: String?

  @Option(help: "Task to explain. Default: all.")
  var task: String?

  @Option(
    help: ArgumentHelp("Write an HTML page with all explanations to this file.", valueName: "path"),
    completion: .file())
  var html: String?

  @Flag(help: "Print JSON Lines.")
  var json = false

  @Flag(help: "Show the words that count most for and against each label over all texts.")
  var summary = false

  @Option(
    help: ArgumentHelp("With --summary: also write all explanations to this file.", valueName: "path"),
    completion: .file())
  var maps: String?

  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup var computing: ComputeArguments

  func validate() throws {
    if html != nil, json { throw ValidationError("--html and --json: give one of them") }
    if html != nil, summary { throw ValidationError("--html and --summary: give one of them") }
    if maps == "-" {
      throw ValidationError("--maps - would be mixed with the summary on standard output; name a file")
    }
    if maps != nil, !summary { throw ValidationError("--maps needs --summary; without it --json gives them") }
  }

  func run() throws {
    try reportingErrors {
      let classifier = try TextClassifier(contentsOf: model)
      warnAboutICU(of: classifier)
      let tasks = task.map { [$0] } ?? classifier.tasks.map(\.name)
      if label != nil, tasks.count > 1 {
        throw ValidationError("--label needs --task: the model has several tasks")
      }
      let explainer = try classifier.makeExplainer(compute: computing.compute())
      for task in tasks { try explainer.check(method, task: task, label: label) }
      let output = try makeOutput(classifier)
      let options = corpus.options(trainedOn: classifier.record.columns)
      let failures = try corpus.read(data, options, verb: "explained") { rows in
        for row in rows {
          if let problem = row.problem {
            try output.fail(row.location, problem)
          } else {
            let text = String(decoding: row.text, as: UTF8.self)
            try output.add(text, row.location, try explanations(explainer, text, tasks))
          }
        }
        try output.flush()
      }
      try output.finish()
      if output.unreliable > 0 {
        Console.warning(
          "\(output.unreliable.counted("explanation")) of \(output.count.grouped) not reliable: the gap is "
            + "above 1 %; use --method occlusion")
      }
      failures.warn()
      try corpus.requireNone(failures)
    }
  }

  private func explanations(
    _ explainer: Explainer, _ text: String, _ tasks: [String]
  ) throws -> [Explanation] {
    if summary, label == nil {
      return try tasks.flatMap { try explainer.explainDecision(text, method: method, task: $0) }
    }
    return try tasks.map { try explainer.explain(text, method: method, task: $0, label: label) }
  }

  private func makeOutput(_ classifier: TextClassifier) throws -> any ExplanationOutput {
    let inputs = data + [model]
    if summary {
      let file = try maps.map { path in try OutputFile(apart(path, from: inputs), .replacing) }
      return SummaryOutput(isJSON: json, maps: file, namesInput: data.count > 1)
    }
    if let html {
      let name = model.split(separator: "/").last.map(String.init) ?? model
      return try PageOutput(
        ExplanationPage(model: name, method: method),
        try OutputFile(apart(html, from: inputs), .replacing))
    }
    return json
      ? JSONOutput(namesInput: data.count > 1)
      : MapOutput(MapText(hasTasks: classifier.tasks.count > 1, method: method))
  }

  private func apart(_ path: String, from inputs: [String]) throws(InputError) -> OutputTarget {
    let target = try OutputTarget(path: path)
    try target.requireApart(from: inputs)
    return target
  }
}
