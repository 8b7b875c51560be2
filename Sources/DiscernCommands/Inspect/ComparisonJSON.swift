import Discern
import DiscernCorpus
import DiscernEvaluation
import DiscernIO
import DiscernModels
import DiscernTraining

/// A comparison in the form of `discern compare --json`. Lists with an entry for each model are in the order
/// of the command line.
struct ComparisonJSON: Encodable {
  let models: [RunJSON]
  let recipeDifferences: [Choice]
  /// Null without data.
  let data: Data?
  let tasks: [Task]?
  let differences: [Text]?

  struct Choice: Encodable {
    let key: String
    /// Null if the setting was not made, or has no effect on the model.
    let values: [String?]
  }

  struct Data: Encodable {
    let paths: [String]
    let texts: Int
    let digest: String
  }

  struct Task: Encodable {
    let task: String
    let examples: Int
    let models: [Figures<MeasuredFigure>]
    /// For the models after the first, compared with the first.
    let againstFirst: [Against]
  }

  struct Against: Encodable {
    /// The number of the model, from 1.
    let model: Int
    let mcnemar: McNemarTest
    let bootstrap: Figures<PairedDifference>
  }

  /// Figures by the names of the measures.
  struct Figures<Value: Encodable>: Encodable {
    let values: [(Measure, Value)]

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: AnyCodingKey.self)
      for (measure, value) in values { try container.encode(value, forKey: AnyCodingKey(measure.rawValue)) }
    }
  }

  struct Text: Encodable {
    let file: String
    let line: Int?
    let task: String?
    let `true`: [String]
    let models: [Prediction]
    let text: String
  }

  struct Prediction: Encodable {
    let labels: [String]
    let probabilities: [Float]
    let right: Bool
  }

  init(_ records: [RunRecord], _ comparison: ModelComparison?, data paths: [String]) {
    models = records.map { RunJSON($0) }
    recipeDifferences = RunRecord.differences(records).map { Choice(key: $0.key, values: $0.values) }
    data = comparison.map {
      Data(paths: paths, texts: $0.data.count, digest: $0.data.summary.digest)
    }
    tasks = comparison?.tasks.map { task in
      Task(
        task: task.name, examples: task.exampleCount,
        models: task.figures.map { Figures(values: $0.map { ($0.measure, $0) }) },
        againstFirst: zip(task.differences, task.tests).enumerated().map { index, pair in
          Against(
            model: index + 2, mcnemar: pair.1,
            bootstrap: Figures(values: pair.0.map { ($0.measure, $0) }))
        })
    }
    let hasTasks = (comparison?.tasks.count ?? 0) > 1
    differences = comparison?.texts.map { text in
      Text(
        file: text.location.path, line: text.location.line > 0 ? text.location.line : nil,
        task: hasTasks ? text.task : nil, true: text.labels,
        models: zip(text.predicted, text.isRight).map {
          Prediction(labels: $0.map(\.label), probabilities: $0.map(\.probability), right: $1)
        },
        text: text.text)
    }
  }
}

/// A training run in the form of `discern runs --json` and `discern compare --json`.
struct RunJSON: Encodable {
  let path: String
  let source: RunRecord.Source
  let kind: ModelKind?
  let recipe: RecipeChoices?
  let trainingTexts: Int?
  let parameters: Int?
  let ngrams: Int?
  let outcome: TrainingOutcome?
  let dataDigest: String?
  let runs: [Run]
  /// By task, on the development texts.
  let development: [RunScores]

  struct Run: Encodable {
    let seed: UInt64
    let epochs: Int
    let bestEpoch: Int?
    let outcome: TrainingOutcome
  }

  init(_ record: RunRecord) {
    path = record.path
    source = record.source
    kind = record.kind
    recipe = record.recipe?.choices
    trainingTexts = record.trainingTexts
    parameters = record.parameters
    ngrams = record.ngrams
    outcome = record.outcome
    dataDigest = record.dataDigest
    runs = record.runs.map {
      Run(seed: $0.seed, epochs: $0.epochs.count, bestEpoch: $0.best?.epoch, outcome: $0.outcome)
    }
    development = record.scores
  }
}
