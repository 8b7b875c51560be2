import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernText

extension TextClassifier {
  /// Checks all that does not depend on what is in the files.
  func requireGrowth(to recipe: TrainingRecipe, hasWords: Bool) throws(DiscernError) {
    if hasWords {
      throw .conflict(
        "a model that grows keeps its words and their vectors; leave out --vocab and --vectors")
    }
    try encoder.tokenizer.configuration.requireEqual(recipe.tokenizer, vocabulary: "the model to grow from")
    guard !networks.isEmpty else {
      throw .conflict("the model to grow from has no network; train anew, without --grow-from")
    }
    guard networks.count == 1 || networks.count == recipe.ensembleSize else {
      throw .conflict(
        "the model to grow from is \(networks.count) models together; use --ensemble \(networks.count)")
    }
  }

  func requireSameTasks(_ tasks: [ClassificationTask]) throws(DiscernError) {
    guard tasks.map(\.head) == self.tasks.map(\.head) else {
      func names(_ tasks: [ClassificationTask]) -> String {
        tasks.map { ($0.name.isEmpty ? "" : "\($0.name): ") + "\($0.head.kind)" }.joined(separator: "; ")
      }
      throw .conflict(
        "the model to grow from answers \(names(self.tasks)), the training data \(names(tasks))")
    }
  }

  var weightsDigest: String {
    let tensors = networks.flatMap { $0.weights.tensors }
    return FileDigest.of(
      tensors.map { UnsafeRawBufferPointer(start: $0.values.pointer, count: 4 * $0.values.count) }
    ).sha256
  }
}
