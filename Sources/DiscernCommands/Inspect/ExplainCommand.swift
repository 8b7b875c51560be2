import ArgumentParser
import Discern
import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernReports

extension ExplanationMethod: ExpressibleByArgument {}

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Show which words a label was given for.",
    discussion: """
      Lines in, texts with coloured words out: blue speaks for the label, orange against it, the strongest \
      word of a text in the fullest colour. Without a terminal, or with NO_COLOR, words have marks such as \
      [+0.31]: what they add to the label's logit, before temperature. Everything is attached to the text as \
      it was written.

      gradients  integrated gradients of a network from zero vectors, and the
                 exact contributions of n-grams: with what is there without any
                 word they come to the logit. The gap is by how much the
                 network's part misses it; above 1 % the map is not reliable.
                 Of a model in 8 bits they are those of the weights that the
                 bits mean
      occlusion  by how much the logit falls if the word is taken out of the
                 text: exact, and one classification for each word
      attention  where the network's pooling looked; that is no reason

      The likeliest label is explained, for each task, or the one that --label names. --html writes a page \
      without scripts. --json gives an object for each text and task: words and ngrams with their places in \
      bytes of the text's UTF-8.

      --summary shows for each label the words and n-grams that speak most for and against it, of those in \
      at least five texts; each text counts for the labels that it was given and for the next one. --maps \
      writes all maps of it as JSON Lines.

      After lines that cannot be read the exit code is 65, with --on-error skip 0.

      Examples:
        echo "What a lovely film!" | discern explain model
        discern explain model --data test.tsv --html maps.html
        discern explain model --data test.tsv --summary --maps maps.jsonl
      """)

  @Argument(help: "The model: its folder, or the file that discern pack made.")
  var model: String

  @Option(help: "Texts: a file, a folder or an archive; may be repeated. Default: standard input.")
  var data: [String] = []

  @Option(help: "How scores are found.")
  var method: ExplanationMethod = .gradients

  @Option(help: "The label to explain. Default: the likeliest.")
  var label: String?

  @Option(help: "The task to explain. Default: all.")
  var task: String?

  @Option(help: ArgumentHelp("Write a page with all maps to this file.", valueName: "path"))
  var html: String?

  @Flag(help: "Print JSON Lines.")
  var json = false

  @Flag(help: "Show what speaks most for and against each label over all texts.")
  var summary = false

  @Option(help: ArgumentHelp("With --summary: also write all maps to this file.", valueName: "path"))
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
          "\(output.unreliable.counted("map")) of \(output.count.grouped) not reliable: the gap is above "
            + "1 %; use --method occlusion")
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
