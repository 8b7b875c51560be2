import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernText

extension TextClassifier {
  /// - Throws: `DiscernError.conflict` for a model of n-grams alone.
  package func requireNetworkToGrow() throws(DiscernError) {
    if networks.isEmpty {
      throw .conflict(
        "--grow-from: a model with only n-grams has no network to grow; give one trained with --model joined "
          + "or --model recurrent, or leave out --grow-from")
    }
  }

  /// Checks everything that does not depend on the files' contents.
  func requireGrowth(to recipe: TrainingRecipe, hasWords: Bool) throws(DiscernError) {
    if hasWords {
      throw .conflict(
        "a growing model keeps its vocabulary and word vectors; leave out --vocab and --vectors")
    }
    try encoder.tokenizer.configuration.requireEqual(recipe.tokenizer, vocabulary: "the model to grow from")
    guard networks.count == 1 || networks.count == recipe.ensembleSize else {
      throw .conflict(
        "the model to grow from is an ensemble of \(networks.count) models; use --ensemble \(networks.count)")
    }
    try networks.first.map { network throws(DiscernError) in
      try Self.requireShape(recipe, of: network, record)
    }
  }

  /// Checks the network's settings before anything is read.
  private static func requireShape(
    _ recipe: TrainingRecipe, of network: NeuralClassifier, _ record: TrainingRecord
  ) throws(DiscernError) {
    guard network.configuration.encoder.recurrent != nil, !recipe.isHierarchical, !recipe.isTransformer else {
      throw .conflict(
        "--grow-from adds layers to a recurrent network, not to a hierarchical one or a transformer; leave "
          + "out --grow-from")
    }
    let (own, base) = (recipe.encoder.embeddingSize, network.configuration.encoder.embeddingSize)
    // The size of vectors from a file is not in the recipe.
    guard own == base || own == record.recipe.encoder.embeddingSize else {
      throw .conflict("--embedding-dim \(own): expected \(base), as the model that it grows from")
    }
    let grown = recipe.configuration(
      vocabularySize: network.configuration.vocabularySize, heads: network.configuration.heads,
      embeddingSize: base)
    do throws(ModelError) {
      if let own = grown.encoder.recurrent, let base = network.configuration.encoder.recurrent {
        try own.requireGrowth(from: base)
      }
    } catch {
      guard case .invalidConfiguration(let name, let value, let expected) = error else { throw .model(error) }
      throw .conflict("--\(name) \(value): expected \(expected)")
    }
  }

  func requireSameTasks(_ tasks: [ClassificationTask]) throws(DiscernError) {
    guard tasks.map(\.head) == self.tasks.map(\.head) else {
      func names(_ tasks: [ClassificationTask]) -> String {
        tasks.map { ($0.name.isEmpty ? "" : "\($0.name): ") + "\($0.head.kind)" }.joined(separator: "; ")
      }
      throw .conflict(
        "the model to grow from has \(names(self.tasks)), the training data \(names(tasks))")
    }
  }

  var weightsDigest: String {
    let tensors = model.allNetworks.flatMap { $0.weights.tensors }
    return FileDigest.of(
      tensors.map { UnsafeRawBufferPointer(start: $0.values.pointer, count: 4 * $0.values.count) }
    ).sha256
  }
}
