import ArgumentParser
import Discern
import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernSystem
import DiscernTensor
import DiscernText
import DiscernTraining
import DiscernVocabulary

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Show a model's architecture and how it was trained.",
    discussion: """
      Works for classifiers, sequence models, forecasters, matchers and models of discern pretrain.

      Example:
        discern info model
      """)

  @Argument(help: "Model folder, or a file made by discern pack.")
  var model: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try reportingErrors {
      if let folder = try FolderInfo.read(model) { return try show(folder) }
      let classifier = try TextClassifier(contentsOf: model)
      warnIfUnfinished(classifier)
      let bytes = try ModelSize.bytes(ofModel: model)
      let references = try ModelSize.references(ofModel: model)
      let output = Output.standard()
      if json {
        try output.json(Facts(classifier, bytes: bytes, references))
      } else {
        for line in try Self.description(
          of: classifier, bytes: bytes, references, width: Console.outputWidth)
        {
          try output.line(line)
        }
      }
      try output.flush()
    }
  }

  private func show(_ folder: some InspectedFolder) throws {
    let output = Output.standard()
    if json {
      try output.json(folder)
    } else {
      for line in folder.lines(width: Console.outputWidth) { try output.line(line) }
    }
    try output.flush()
  }

  private struct Facts: Encodable {
    struct NGrams: Encodable {
      let configuration: NGramConfiguration
      let features: Int
      /// By task, in a joined model.
      let mixing: [LogitMixing]?
    }
    struct Companion: Encodable {
      let configuration: ClassifierConfiguration
      let networks: Int
      let parameterCount: Int
      let maximumTokens: Int?
    }
    struct Layer: Encodable {
      let name: String
      let shape: [Int]
      let parameters: Int
    }
    /// `joined`, `ngrams`, `recurrent` or `transformer`.
    let kind: ModelKind
    /// The size on disk.
    let bytes: Int
    /// Files outside the folder, if any.
    let references: [ModelSize.Reference]?
    /// For networks; nil for n-grams alone.
    let configuration: ClassifierConfiguration?
    let ngrams: NGrams?
    /// The word networks joined with a transformer.
    let companion: Companion?
    /// The labels of the first task.
    let labels: [String]
    /// Unless there is only one task, with one label per text and without a name.
    let tasks: [ClassificationTask]?
    let maximumTokens: Int?
    let temperature: Double
    let weights: [Layer]
    let parameterCount: Int
    /// Nil for floats, or no network.
    let precision: WeightPrecision?
    /// The number of networks of this shape in the ensemble.
    let networks: Int
    /// The version of ICU used by the tokenizer.
    let icuVersion: String
    let training: Training

    init(_ classifier: TextClassifier, bytes: Int, _ references: [ModelSize.Reference]) {
      kind = classifier.kind
      self.bytes = bytes
      self.references = references.isEmpty ? nil : references
      let network = classifier.networks.first
      configuration = network?.configuration
      ngrams = classifier.model.ngrams.map {
        NGrams(
          configuration: $0.vocabulary.configuration, features: $0.vocabulary.count,
          mixing: classifier.model.mixing)
      }
      companion = classifier.model.companions.first.map {
        Companion(
          configuration: $0.configuration, networks: classifier.model.companions.count,
          parameterCount: $0.parameterCount, maximumTokens: classifier.encoder.companion?.maximumTokens)
      }
      labels = classifier.labels.names
      tasks = classifier.isOrdinary ? nil : classifier.tasks
      maximumTokens = classifier.encoder.lengthLimit
      temperature = classifier.temperature
      weights = (network?.shapes ?? []).map {
        Layer(name: $0.name, shape: $0.shape, parameters: $0.shape.reduce(1, *))
      }
      parameterCount = network?.parameterCount ?? 0
      precision = classifier.precision
      networks = classifier.networks.count
      icuVersion = classifier.encoder.tokenizer.configuration.icuVersion
      training = Training(record: classifier.record)
    }
  }

  /// The record, with the recipe's settings named as in recipes and flags.
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
}

extension TextClassifier {
  /// Whether there is only one task, with one label per text and without a name.
  fileprivate var isOrdinary: Bool {
    guard tasks.count == 1, tasks[0].name.isEmpty else { return false }
    switch tasks[0].decision {
    case .likeliest: return true
    case .thresholds: return false
    }
  }
}

extension ClassificationTask.Decision {
  /// The text after a list of labels.
  var note: String {
    switch self {
    case .likeliest: ""
    case .thresholds: " (any number per text)"
    }
  }
}
