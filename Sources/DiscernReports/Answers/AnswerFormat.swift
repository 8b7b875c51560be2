import Discern
import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernSystem
import DiscernVocabulary

/// Formats answers as lines, for the command line and the server.
package struct AnswerFormat {
  package enum Layout: String, CaseIterable, Sendable { case text, tsv, csv, jsonl }

  let layout: Layout
  /// The number of most probable labels to give; nil: one, and no list of them in JSON.
  let top: Int?
  let minimum: Float
  /// The names of the columns that are passed through.
  let kept: [String]
  /// Whether JSON also names the input; it always names a file that is one text, which has no line number.
  let namesInput: Bool
  let tasks: [ClassificationTask]
  /// The vocabulary's word for an id; nil for a model without a vocabulary, whose ids have no words.
  let word: ((Int32) -> String)?

  package init(
    layout: Layout, top: Int?, minimum: Float = 0, kept: [String] = [], namesInput: Bool = false,
    tasks: [ClassificationTask], word: ((Int32) -> String)? = nil
  ) {
    self.layout = layout
    self.top = top
    self.minimum = minimum
    self.kept = kept
    self.namesInput = namesInput
    self.tasks = tasks
    self.word = word
  }

  /// The names of the columns; nil if the layout has none.
  package var header: String? {
    guard layout == .csv else { return nil }
    var names = kept
    for task in tasks {
      let prefix = tasks.count > 1 ? task.name + "." : ""
      for number in 1...pairCount(task) {
        for name in ["label", "probability"] {
          let name = prefix + name + (number > 1 ? "\(number)" : "")
          names.append(kept.contains(name) ? "predicted " + name : name)
        }
      }
    }
    return (names + ["evidence"]).map(Self.cell).joined(separator: ",")
  }

  package func line(_ answer: Answer) -> String {
    switch layout {
    case .jsonl: return json(answer)
    case .csv:
      return (along(answer) + fields(answer) + [answer.evidence.rawValue]).map(Self.cell).joined(
        separator: ",")
    case .text, .tsv:
      var fields = fields(answer)
      if layout == .tsv || answer.evidence != .normal || !kept.isEmpty {
        fields.append(answer.evidence.rawValue)
      }
      return (fields + along(answer)).map(Self.field).joined(separator: "\t")
    }
  }

  // MARK: Fields

  /// The values that are passed through, one for each name.
  private func along(_ answer: Answer) -> [String] {
    kept.indices.map { $0 < answer.kept.count ? answer.kept[$0]?.text ?? "" : "" }
  }

  private func pairCount(_ task: ClassificationTask) -> Int {
    switch task.decision {
    case .likeliest: min(top ?? 1, task.labels.count)
    case .thresholds: 1
    }
  }

  /// Labels and probabilities for each task, as many pairs as requested; empty if there is no answer.
  private func fields(_ answer: Answer) -> [String] {
    guard let result = answer.result else {
      return tasks.flatMap { Array(repeating: "", count: 2 * pairCount($0)) }
    }
    return zip(result.predictions, tasks).flatMap { prediction, task -> [String] in
      switch task.decision {
      case .thresholds:
        let labels = prediction.labels.filter { $0.probability >= minimum }
        return [labels.map(\.label), labels.map { Self.figure($0.probability) }].map {
          $0.joined(separator: task.source.separator?.description ?? ",")
        }
      case .likeliest: break
      }
      return prediction.ranking.prefix(pairCount(task)).flatMap {
        [$0.probability >= minimum ? $0.label : "", Self.figure($0.probability)]
      }
    }
  }

  /// A probability with four decimals; values that round to 1 are shown as 1.0000.
  private static func figure(_ probability: Float) -> String { String(format: "%.4f", probability) }

  /// A field between tabs, with tabs, line breaks and backslashes escaped.
  private static func field(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 9 || $0 == 10 || $0 == 13 || $0 == 92 }) else { return text }
    return text.replacing("\\", with: "\\\\").replacing("\t", with: "\\t").replacing("\n", with: "\\n")
      .replacing("\r", with: "\\r")
  }

  /// A field of CSV, in quotes where RFC 4180 requires them.
  private static func cell(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 10 || $0 == 13 }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  // MARK: JSON

  private func json(_ answer: Answer) -> String {
    var members = answer.location.members(namesFile: namesInput)
    members.append(("evidence", JSONText.string(answer.evidence.rawValue)))
    if let text = answer.text { members.append(("text", JSONText.string(text))) }
    if !kept.isEmpty {
      let values = zip(kept, answer.kept).map { name, value in
        (key: name, value: value.map { $0.isJSON ? $0.text : JSONText.string($0.text) } ?? "null")
      }
      members.append(("kept", JSONText.object(values)))
    }
    if let problem = answer.problem { members.append(("error", JSONText.string(problem))) }
    if let details = answer.result?.details {
      // As they were in the text, including unknown ones; for an empty text, a network reads one token
      // without letters.
      let tokens = details.tokens.filter { word != nil || !$0.text.isEmpty }
      let words = tokens.map { $0.text.isEmpty ? word?($0.id) ?? "" : $0.text }
      members.append(("tokens", JSONText.list(words.map(JSONText.string))))
      if word != nil { members.append(("ids", JSONText.list(tokens.map { "\($0.id)" }))) }
    }
    let predictions = tasks.indices.map { prediction(answer.result, $0) }
    if tasks.count == 1 {
      members += predictions[0]
    } else {
      let tasks = zip(tasks, predictions).map { (key: $0.name, value: JSONText.object($1)) }
      members.append(("tasks", JSONText.object(tasks)))
    }
    return JSONText.object(members)
  }

  private static func json(_ ngram: Classification.NGram) -> String {
    JSONText.object([
      ("text", ngram.text.map(JSONText.string) ?? "null"), ("kind", JSONText.string(ngram.kind.rawValue)),
      ("contribution", JSONText.number(ngram.contribution)),
    ])
  }

  private func prediction(_ result: Classification?, _ task: Int) -> [(key: String, value: String)] {
    let decision = tasks[task].decision
    guard let result else {
      return switch decision {
      case .likeliest: [("label", "\"\"")]
      case .thresholds: [("labels", "[]")]
      }
    }
    let prediction = result.predictions[task]
    var members: [(key: String, value: String)] = []
    switch decision {
    case .thresholds:
      let labels = prediction.labels.filter { $0.probability >= minimum }
      members.append(("labels", JSONText.list(labels.map { JSONText.string($0.label) })))
      members.append(("probabilities", JSONText.list(labels.map { JSONText.number($0.probability) })))
    case .likeliest:
      let best = prediction.labels[0]
      members.append(("label", JSONText.string(best.probability >= minimum ? best.label : "")))
      members.append(("probability", JSONText.number(best.probability)))
    }
    if let top {
      let candidates = prediction.ranking.prefix(top).map {
        JSONText.object([
          ("label", JSONText.string($0.label)), ("probability", JSONText.number($0.probability)),
        ])
      }
      members.append(("top", JSONText.list(candidates)))
    }
    if let details = result.details {
      members.append(("logits", JSONText.list((details.logits[tasks[task].name] ?? []).map(JSONText.number))))
      if let ngrams = details.ngrams {
        members.append(("ngrams", JSONText.list((ngrams[tasks[task].name] ?? []).map(Self.json))))
      }
    }
    return members
  }
}
