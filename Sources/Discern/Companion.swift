import DiscernCorpus
import DiscernModels
import DiscernTraining

/// A trained classifier whose word networks are joined with a transformer.
struct Companion {
  private let classifier: TextClassifier

  /// - Throws: `DiscernError.conflict` for a recipe or a classifier that cannot be joined.
  init(_ classifier: TextClassifier, for recipe: TrainingRecipe) throws(DiscernError) {
    guard recipe.isTransformer, recipe.model.hasNGrams else {
      throw .conflict(
        "--beside joins a model's network with a transformer and n-grams; give a transformer's folder "
          + "(--pretrained) and --model joined, or leave it out")
    }
    guard let network = classifier.networks.first, network.configuration.encoder.transformer == nil else {
      throw .conflict(
        "the model of --beside has \(classifier.networks.isEmpty ? "only n-grams" : "a transformer"); give "
          + "one with a word-based network (--model recurrent or joined, without --pretrained transformers)")
    }
    if network.hasEarlyExit {
      throw .conflict(
        "the model of --beside has an early exit, which would not be used beside a transformer; train it "
          + "without --early-exit")
    }
    if classifier.precision != nil {
      throw .conflict(
        "the model of --beside is quantised; give the original, and quantise both together"
      )
    }
    try classifier.encoder.tokenizer.configuration.requireEqual(
      recipe.tokenizer, vocabulary: "the model of --beside")
    self.classifier = classifier
  }

  var networks: [NeuralClassifier] { classifier.networks }

  /// The encoder that produces the ids for its networks.
  var encoder: TextEncoder { classifier.encoder.with(nil) }

  /// Checks that the classifier has the same tasks as the model in training, and was not trained on the
  /// development texts, on which the parts' weights are determined.
  ///
  /// - Throws: `DiscernError.conflict`.
  func requireFit(_ data: TrainingTexts, _ recipe: TrainingRecipe) throws(DiscernError) {
    let same = zip(classifier.tasks, data.tasks).allSatisfy { own, other in
      own.head == other.head && own.labels.names == other.labels.names
    }
    guard same, classifier.tasks.count == data.tasks.count else {
      throw .conflict("the model of --beside has other tasks or labels than the training texts")
    }
    let record = classifier.record
    let isSame =
      if let development = data.developmentSummary {
        record.developmentData?.digest == development.digest
      } else {
        record.developmentData == nil && record.trainingData.digest == data.trainingSummary.digest
          && record.recipe.options.seed == recipe.options.seed
          && record.recipe.validationFraction == recipe.validationFraction
          && record.recipe.developmentSplit == recipe.developmentSplit
      }
    if !isSame {
      throw .conflict(
        "the model of --beside was evaluated on other development texts, and may be trained on those that "
          + "are held out here; train both with the same --train, --dev, --group-column, --seed, "
          + "--validation-fraction and --dev-split")
    }
  }
}
