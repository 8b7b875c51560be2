import ArgumentParser
import Discern
import DiscernCorpus
import DiscernIO

/// The list of texts to which models give different labels, as JSON Lines.
struct DifferenceList {
  private let target: OutputTarget

  /// - Throws: `ValidationError` for standard output, which has the comparison; `InputError` if the file
  ///   cannot be created or is one of the inputs.
  init(path: String, apartFrom inputs: [String]) throws {
    target = try OutputTarget(
      list: "--differences", path: path, ending: "jsonl", beside: "the comparison", apartFrom: inputs)
  }

  /// Writes all texts at once: a regular file is either replaced completely or left unchanged.
  func write(_ texts: [DifferingText], hasTasks: Bool) throws {
    let file = try OutputFile(target, .replacing)
    for text in texts { try file.write(Array((Self.json(text, hasTasks: hasTasks) + "\n").utf8)) }
    try file.finish()
  }

  /// An object on one line.
  static func json(_ text: DifferingText, hasTasks: Bool) -> String {
    var members = [
      ("file", JSONText.string(text.location.path)),
      ("true", JSONText.list(text.labels.map(JSONText.string))),
      ("models", JSONText.list(zip(text.predicted, text.isRight).map(Self.model))),
      ("text", JSONText.string(text.text)),
    ]
    // Left out if the whole file is the text.
    if text.location.line > 0 { members.append(("line", "\(text.location.line)")) }
    if hasTasks { members.append(("task", JSONText.string(text.task))) }
    return JSONText.object(members.map { (key: $0.0, value: $0.1) })
  }

  private static func model(_ labels: [Classification.Candidate], _ isRight: Bool) -> String {
    JSONText.object([
      (key: "labels", value: JSONText.list(labels.map { JSONText.string($0.label) })),
      (key: "probabilities", value: JSONText.list(labels.map { JSONText.number($0.probability) })),
      (key: "right", value: "\(isRight)"),
    ])
  }
}
