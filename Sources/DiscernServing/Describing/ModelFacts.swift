import Discern
import DiscernIO
import DiscernModels

/// The facts about the model in use, as JSON.
enum ModelFacts {
  static func response(_ classifier: TextClassifier, name: String, generation: Int) -> Response {
    var members = [
      (key: "name", value: JSONText.string(name)), ("generation", "\(generation)"),
      ("kind", JSONText.string(classifier.kind.rawValue)),
      ("tasks", JSONText.list(classifier.tasks.map(task))),
      ("trainingTexts", "\(classifier.record.trainingTextCount)"),
      ("discern", JSONText.string(DiscernVersion.number)),
    ]
    if let tokens = classifier.encoder.lengthLimit { members.append(("maximumTokens", "\(tokens)")) }
    return Response(json: JSONText.object(members))
  }

  private static func task(_ task: ClassificationTask) -> String {
    let decision =
      switch task.decision {
      case .likeliest: "one"
      case .thresholds: "any"
      }
    return JSONText.object([
      ("name", JSONText.string(task.name)),
      ("labels", JSONText.list(task.labels.names.map(JSONText.string))),
      ("answer", JSONText.string(decision)),
    ])
  }
}
