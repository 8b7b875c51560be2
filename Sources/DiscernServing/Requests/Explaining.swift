import Discern
import DiscernCorpus
import DiscernIO
import DiscernReports

/// A text to explain: `{"text": …, "task": …, "label": …, "method": …}`.
struct Explaining: Sendable, Equatable {
  let text: String
  let task: String?
  let label: String?
  let method: ExplanationMethod

  /// Without occlusion: it needs a classification for each word of a text, which no deadline bounds.
  static let methods: [ExplanationMethod] = [.gradients, .attention]

  /// - Parameter limit: the longest text, in bytes.
  init(_ body: [UInt8], limit: Int) throws(ServingFailure) {
    let members = try Body(body, keys: ["text", "task", "label", "method"])
    guard let text = members["text"]?.string else {
      throw .badBody("expected a string as “text”: {\"text\": \"What a lovely film!\"}")
    }
    if text.utf8.contains(0) { throw .badBody("the text contains a NUL") }
    if text.utf8.count > limit { throw .textTooLong(limit: limit) }
    self.text = text
    task = try members.string("task")
    label = try members.string("label")
    let name = try members.string("method") ?? ExplanationMethod.gradients.rawValue
    guard let method = Self.methods.first(where: { $0.rawValue == name }) else {
      throw .badBody("there is no method of this name; expected gradients or attention")
    }
    self.method = method
  }

  /// The maps, one per task, in the format of `explain --json`.
  func answer(_ explainer: Explainer, _ model: ServedModel) throws(ServingFailure) -> Response {
    let tasks = task.map { [$0] } ?? model.classifier.tasks.map(\.name)
    if label != nil, tasks.count > 1 {
      throw .notExplained("“label” needs “task”: the model has several tasks")
    }
    let format = ExplanationJSON(namesInput: false)
    let location = RecordLocation(path: "body", line: 1)
    do throws(DiscernError) {
      var lines: [String] = []
      for task in tasks {
        let explanation = try explainer.explain(text, method: method, task: task, label: label)
        lines.append(format.line(text, location, explanation))
      }
      return Response(json: JSONText.object([("explanations", JSONText.list(lines))]))
    } catch {
      if case .interrupted = error { throw .late }
      // Anything else would be a bug.
      guard case .explanation(let reason) = error else { throw .failed }
      throw ServingFailure(reason)
    }
  }
}

extension ServingFailure {
  /// Names the request's members where `explain` names its flags.
  package init(_ error: ExplanationError) {
    func shown(_ name: String) -> String { DisplayText.escaped(String(name.prefix(40))) }
    switch error {
    case .unknownTask(let name, let known):
      let known = known.filter { !$0.isEmpty }
      self = .notExplained(
        known.isEmpty
          ? "the model has one task, without a name; leave out “task”"
          : "“task” is “\(shown(name))”, which the model does not have"
            + NearestName.hint(for: name, among: known))
    case .unknownLabel(let name, let task, let known):
      self = .notExplained(
        "“label” is “\(shown(name))”, which the model does not have"
          + (task.isEmpty ? "" : " for the task “\(DisplayText.escaped(task))”")
          + NearestName.hint(for: name, among: known))
    case .noAttention(let hasNetwork):
      self = .notExplained(
        "“method” is “attention”, and "
          + (hasNetwork ? "the model's pooling has none" : "a model with only n-grams has none")
          + "; expected gradients")
    }
  }
}
