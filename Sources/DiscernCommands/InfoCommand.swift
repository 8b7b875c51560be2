import ArgumentParser
import Discern
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernTraining
import DiscernVocabulary
import Foundation

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Show what a model consists of and how it was trained.",
    discussion: """
      Example:
        discern info model
      """)

  @Argument(help: "The model's folder.")
  var model: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try reportingErrors {
      let classifier = try TextClassifier(contentsOf: model)
      warnIfUnfinished(classifier)
      let output = Output.standard()
      if json {
        try output.json(Facts(classifier))
      } else {
        for line in Self.description(of: classifier) { try output.line(line) }
      }
      try output.flush()
    }
  }

  private struct Facts: Encodable {
    struct NGrams: Encodable {
      let configuration: NGramConfiguration
      let features: Int
      /// By task, in a joined model.
      let mixing: [LogitMixing]?
    }
    struct Layer: Encodable {
      let name: String
      let shape: [Int]
      let parameters: Int
    }
    /// joined, ngrams or recurrent.
    let kind: ModelKind
    /// Of the networks; nil for n-grams alone.
    let configuration: ClassifierConfiguration?
    let ngrams: NGrams?
    /// Of the first task.
    let labels: [String]
    /// Where there is more than one task of one label a text.
    let tasks: [ClassificationTask]?
    let maximumTokens: Int?
    let temperature: Double
    let weights: [Layer]
    let parameterCount: Int
    /// How many networks of this shape decide together.
    let networks: Int
    /// Of the tokenizer.
    let icuVersion: String
    let training: Training

    init(_ classifier: TextClassifier) {
      kind = classifier.kind
      let network = classifier.networks.first
      configuration = network?.configuration
      ngrams = classifier.model.ngrams.map {
        NGrams(
          configuration: $0.vocabulary.configuration, features: $0.vocabulary.count,
          mixing: classifier.model.mixing)
      }
      labels = classifier.labels.names
      tasks = classifier.isOrdinary ? nil : classifier.tasks
      maximumTokens = classifier.encoder.maximumTokens
      temperature = classifier.temperature
      weights = (network?.shapes ?? []).map {
        Layer(name: $0.name, shape: $0.shape, parameters: $0.shape.reduce(1, *))
      }
      parameterCount = network?.parameterCount ?? 0
      networks = classifier.networks.count
      icuVersion = classifier.encoder.tokenizer.configuration.icuVersion
      training = Training(record: classifier.record)
    }
  }

  /// The record with its recipe as recipes and flags spell it.
  private struct Training: Encodable {
    let record: TrainingRecord

    private enum CodingKeys: String, CodingKey { case recipe, notUnderstood }

    func encode(to encoder: any Encoder) throws {
      try record.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(record.recipe.choices, forKey: .recipe)
      if !record.notUnderstood.isEmpty { try container.encode(record.notUnderstood, forKey: .notUnderstood) }
    }
  }

  /// One row a layer: what comes out, what it weighs; then one a weight.
  private static func layers(_ network: AttentionLSTMClassifier) -> [String] {
    var layers = Table(leftColumns: 2)
    layers.add("layer", "output", "parameters")
    for step in network.description.steps {
      let shape =
        switch step.output {
        case .tokens(let features): "[tokens, \(features)]"
        case .text(let features): "[\(features)]"
        }
      layers.add(step.name, shape, step.parameterCount.grouped)
    }
    layers.add("all", "", network.parameterCount.grouped)
    var weights = Table(leftColumns: 2)
    weights.add("weight", "shape", "parameters")
    for (name, shape) in network.shapes { weights.add(name, "\(shape)", shape.reduce(1, *).grouped) }
    return layers.lines + [""] + weights.lines + [""]
  }

  static func description(of classifier: TextClassifier) -> [String] {
    let tokenizer = classifier.encoder.tokenizer.configuration
    let record = classifier.record
    var lines: [String] = []

    var facts = Table(leftColumns: 2)
    for task in classifier.tasks {
      let labels = task.labels.names
      facts.add(
        task.name.isEmpty ? "labels" : "labels of \(task.name)",
        "\(labels.count): " + labels.prefix(20).joined(separator: ", ") + (labels.count > 20 ? ", …" : "")
          + task.decision.note)
    }
    facts.add("model", classifier.kind.rawValue)
    if let ngrams = classifier.model.ngrams {
      facts.add(
        "n-grams", "\(ngrams.vocabulary.count.grouped), \(ngrams.vocabulary.configuration.summary)")
    }
    for choice in record.ngrams?.choices ?? [] {
      facts.add(
        choice.task.isEmpty ? "n-grams' fit" : "n-grams' fit of \(choice.task)",
        String(format: "%@, C %g", choice.weighting.rawValue, choice.strength))
    }
    for (task, mixing) in zip(classifier.tasks, classifier.model.mixing ?? []) {
      facts.add(
        task.name.isEmpty ? "logits" : "logits of \(task.name)",
        String(format: "%.3f × n-grams + %.3f × network", mixing.ngrams, mixing.network))
    }
    if !classifier.networks.isEmpty {
      facts.add("vocabulary", "\(classifier.encoder.vocabulary.count.grouped) words")
    }
    facts.add(
      "tokenizer",
      "ICU \(tokenizer.icuVersion), locale \(tokenizer.locale), \(tokenizer.normalization.rawValue), "
        + (tokenizer.lowercase ? "lower case" : "case kept")
        + ", punctuation \(tokenizer.punctuation.rawValue), numbers \(tokenizer.numbers.rawValue)"
        + (tokenizer.splitsContractions ? ", contractions split" : ""))
    if !classifier.networks.isEmpty {
      facts.add(
        "length limit",
        classifier.encoder.maximumTokens.map { "\($0) tokens (\(classifier.encoder.truncation.rawValue))" }
          ?? "none")
    }
    for task in classifier.tasks {
      facts.add(
        task.name.isEmpty ? "temperature" : "temperature of \(task.name)",
        String(format: "%.4f", task.temperature))
    }
    if classifier.networks.count > 1 {
      facts.add("networks", "\(classifier.networks.count), whose mean probabilities decide")
    }
    facts.add("kernels", record.kernels)
    lines += facts.lines + [""]

    if let network = classifier.networks.first { lines += Self.layers(network) }
    for task in classifier.tasks {
      guard let thresholds = task.thresholds else { continue }
      var table = Table()
      table.add(task.name.isEmpty ? "label" : "label of \(task.name)", "threshold")
      for (label, threshold) in zip(task.labels.names, thresholds) {
        table.add(label, String(format: "%.4f", threshold))
      }
      lines += table.lines + [""]
    }

    if record.trainingTextCount == 0 {
      lines.append("how it was trained is not recorded")
    } else {
      lines.append(
        "trained on \(record.trainingTextCount.grouped) texts, measured on "
          + "\(record.developmentTextCount.grouped), "
          + "seed \(record.recipe.options.seed), \(record.outcome.rawValue)"
          + (record.wordsWithVectors.map { ", \($0.grouped) words with vectors" } ?? "")
          + (record.pretrained.map { ", begun with pretrained weights (digest \($0.prefix(12)))" } ?? "")
          + (record.grownFrom.map { ", grown from a model (digest \($0.prefix(12)))" } ?? ""))
    }
    for run in record.runs {
      if record.runs.count > 1 { lines += ["", "seed \(run.seed), \(run.outcome.rawValue)"] }
      if !run.epochs.isEmpty { lines += EpochTable.lines(run.epochs) }
    }
    if !record.notUnderstood.isEmpty {
      lines += ["", "not known to this version: " + record.notUnderstood.joined(separator: ", ")]
    }
    return lines
  }
}

extension TextClassifier {
  /// Whether there is one task of one label a text, without a name.
  fileprivate var isOrdinary: Bool {
    guard tasks.count == 1, tasks[0].name.isEmpty else { return false }
    switch tasks[0].decision {
    case .likeliest: return true
    case .thresholds: return false
    }
  }
}

extension ClassificationTask.Decision {
  /// What a list of labels is followed by.
  var note: String {
    switch self {
    case .likeliest: ""
    case .thresholds: " (any number a text)"
    }
  }
}

extension NGramConfiguration {
  /// What they are, in words.
  fileprivate var summary: String {
    var parts: [String] = []
    if longestWords > 0 { parts.append("1 to \(longestWords) words") }
    if longestLetters > 0 { parts.append("\(shortestLetters) to \(longestLetters) letters") }
    return parts.joined(separator: ", ")
  }
}
