import Discern
import DiscernReports

/// A model in use.
package final class ServedModel: Sendable {
  package let classifier: TextClassifier
  package let name: String
  /// 1 for a server's first model, one more for each reload.
  package let generation: Int
  /// The content of `/v1/model`.
  let facts: Response

  /// Loads a model and tests it.
  ///
  /// - Throws: `DiscernError` for a model that cannot be loaded, or that cannot answer.
  package init(contentsOf path: String, generation: Int = 1) throws(DiscernError) {
    classifier = try TextClassifier(contentsOf: path)
    name = path.split(separator: "/").last.map(String.init) ?? path
    self.generation = generation
    facts = ModelFacts.response(classifier, name: name, generation: generation)
    _ = try classifier.classify("Not bad at all!")
  }

  func format(_ layout: AnswerFormat.Layout, top: Int?) -> AnswerFormat {
    AnswerFormat(layout: layout, top: top, tasks: classifier.tasks)
  }
}
