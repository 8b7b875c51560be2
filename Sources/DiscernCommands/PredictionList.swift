import ArgumentParser
import Discern
import DiscernCorpus
import DiscernIO
import DiscernModels
import Foundation

/// Where out-of-fold predictions are written: a table with tabs, or JSON Lines.
struct PredictionList {
  private let target: OutputTarget
  private let isJSON: Bool

  /// - Throws: `ValidationError` for standard output, which holds the figures, and for endings that promise
  ///   another layout; `InputError` if the file cannot be made or is one of the inputs.
  init(path: String, apartFrom inputs: [String]) throws {
    if path == "-" {
      throw ValidationError(
        "--predictions -: standard output holds the figures; name a file, such as predictions.tsv")
    }
    let name = path.lowercased()
    if name.hasSuffix(".csv") || name.hasSuffix(".json") {
      throw ValidationError(
        "--predictions \(path): it is written as TSV, or as JSON Lines if it ends in .jsonl")
    }
    isJSON = name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson")
    target = try OutputTarget(path: path)
    try target.requireApart(from: inputs)
    try target.tryOut()
  }

  /// Writes all of them at once: a regular file appears whole or stays as it was.
  func write(_ predictions: [OutOfFoldPrediction], of tasks: [ClassificationTask]) throws(InputError) {
    let file = try OutputFile(target, .replacing)
    let hasTasks = tasks.count > 1
    if !isJSON {
      let columns = ["text", "file", "line", "fold"] + (hasTasks ? ["task"] : [])
      try file.write(Array((TabSeparated.row(columns + ["true", "predicted", "probability"]) + "\n").utf8))
    }
    let byName = Dictionary(uniqueKeysWithValues: tasks.map { ($0.name, $0) })
    for prediction in predictions {
      guard let task = byName[prediction.task] else { continue }
      let line =
        isJSON
        ? Self.json(prediction, task, hasTasks: hasTasks) : Self.row(prediction, task, hasTasks: hasTasks)
      try file.write(Array((line + "\n").utf8))
    }
    try file.finish()
  }

  private static func row(
    _ prediction: OutOfFoldPrediction, _ task: ClassificationTask, hasTasks: Bool
  ) -> String {
    let (location, separator) = (prediction.location, TabSeparated.labelSeparator(task))
    return TabSeparated.row(
      [
        "\(prediction.text)", location.path, location.line > 0 ? "\(location.line)" : "",
        "\(prediction.fold)",
      ]
        + (hasTasks ? [task.name] : [])
        + [
          prediction.labels.joined(separator: separator),
          prediction.predicted.map(\.label).joined(separator: separator),
          prediction.predicted.map { String(format: "%.4f", $0.probability) }.joined(separator: separator),
        ])
  }

  private static func json(
    _ prediction: OutOfFoldPrediction, _ task: ClassificationTask, hasTasks: Bool
  ) -> String {
    func list(_ labels: [String]) -> String { JSONText.list(labels.map(JSONText.string)) }
    func first(_ labels: [String]) -> String { labels.first.map(JSONText.string) ?? "null" }
    let predicted = prediction.predicted.map(\.label)
    var members = [
      (key: "text", value: "\(prediction.text)"), ("file", JSONText.string(prediction.location.path)),
      ("fold", "\(prediction.fold)"),
      (
        "probabilities",
        JSONText.object(
          zip(task.labels.names, prediction.probabilities).map { ($0, JSONText.number($1)) })
      ),
    ]
    if prediction.location.line > 0 { members.append(("line", "\(prediction.location.line)")) }
    if hasTasks { members.append(("task", JSONText.string(task.name))) }
    switch task.decision {
    case .likeliest: members += [("true", first(prediction.labels)), ("predicted", first(predicted))]
    case .thresholds: members += [("true", list(prediction.labels)), ("predicted", list(predicted))]
    }
    return JSONText.object(members)
  }
}
