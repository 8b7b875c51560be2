import ArgumentParser
import Discern
import DiscernCorpus
import DiscernIO
import DiscernModels
import Foundation

/// Where the wrong texts of an evaluation are listed: a table with tabs, or JSON Lines.
struct ErrorList {
  private let target: OutputTarget
  private let isJSON: Bool

  /// - Throws: `ValidationError` for standard output, which holds the report, and for endings that promise
  ///   another layout; `InputError` if the file cannot be made or is one of the inputs.
  init(path: String, apartFrom inputs: [String]) throws {
    if path == "-" {
      throw ValidationError("--errors -: standard output holds the report; name a file, such as errors.tsv")
    }
    let name = path.lowercased()
    if name.hasSuffix(".csv") || name.hasSuffix(".json") {
      throw ValidationError("--errors \(path): it is written as TSV, or as JSON Lines if it ends in .jsonl")
    }
    isJSON = name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson")
    target = try OutputTarget(path: path)
    try target.requireApart(from: inputs)
    try target.tryOut()
  }

  /// Writes all of them at once: a regular file appears whole or stays as it was.
  ///
  /// - Parameter tasks: those that were evaluated.
  func write(_ wrong: [WrongText], of tasks: [ClassificationTask]) throws {
    let file = try OutputFile(target, .replacing)
    let hasTasks = tasks.count > 1
    if !isJSON {
      let columns = ["file", "line"] + (hasTasks ? ["task"] : [])
      let header = columns + ["true", "predicted", "probability", "text"]
      try file.write(Array((header.joined(separator: "\t") + "\n").utf8))
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let byName = Dictionary(uniqueKeysWithValues: tasks.map { ($0.name, $0) })
    for text in wrong {
      guard let task = byName[text.task] else { continue }
      let line =
        isJSON
        ? try encoder.encode(Line(text, hasTasks: hasTasks, task.decision))
        : Data(Self.row(text, hasTasks: hasTasks, separator: TabSeparated.labelSeparator(task)).utf8)
      try file.write(Array(line) + [0x0A])
    }
    try file.finish()
  }

  private static func row(_ text: WrongText, hasTasks: Bool, separator: String) -> String {
    let fields =
      [text.location.path, text.location.line > 0 ? "\(text.location.line)" : ""]
      + (hasTasks ? [text.task] : [])
      + [
        text.labels.joined(separator: separator),
        text.predicted.map(\.label).joined(separator: separator),
        text.predicted.map { String(format: "%.4f", $0.probability) }.joined(separator: separator),
        text.text,
      ]
    return TabSeparated.row(fields)
  }

  private struct Line: Encodable {
    let file: String
    /// Missing where the whole file is the text.
    let line: Int?
    let task: String?
    let `true`: Labels
    let predicted: Labels
    let probability: Float?
    let probabilities: [Float]?
    let text: String

    /// A label, or a list of them in a multi-label task.
    enum Labels: Encodable {
      case one(String?)
      case list([String])

      func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .one(let name): try container.encode(name)
        case .list(let names): try container.encode(names)
        }
      }
    }

    init(_ text: WrongText, hasTasks: Bool, _ decision: ClassificationTask.Decision) {
      file = text.location.path
      line = text.location.line > 0 ? text.location.line : nil
      task = hasTasks ? text.task : nil
      switch decision {
      case .likeliest:
        `true` = .one(text.labels.first)
        predicted = .one(text.predicted.first?.label)
        probability = text.predicted.first?.probability
        probabilities = nil
      case .thresholds:
        `true` = .list(text.labels)
        predicted = .list(text.predicted.map(\.label))
        probability = nil
        probabilities = text.predicted.map(\.probability)
      }
      self.text = text.text
    }
  }
}
