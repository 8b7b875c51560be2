extension SearchSpace {
  /// The search space of `train --auto`: n-grams alone, a network alone and both joined, with the most
  /// important keys of each. Trial 1 is the default recipe.
  public static var shipped: SearchSpace { shipped(text) }

  /// The same for a network that is a pretrained transformer.
  public static var shippedForTransformers: SearchSpace { shipped(transformerText) }

  private static func shipped(_ text: String) -> SearchSpace {
    do throws(DiscernError) {
      return try SearchSpace(text, path: "the shipped space")
    } catch {
      preconditionFailure("the shipped space: \(error)")
    }
  }

  package static let text = """
    model: choice joined, ngrams, recurrent
    learning-rate: log 1e-3 … 1e-2
    hidden: choice 32, 64, 128
    dropout: linear 0.1 … 0.6
    word-dropout: choice 0, 0.05, 0.1
    min-count: choice 1, 2, 3
    label-smoothing: choice 0, 0.05, 0.1
    letter-ngrams: choice none, 2-5, 1-6
    word-ngrams: choice 1, 2, 3

    """

  package static let transformerText = """
    model: choice joined, ngrams, transformer
    learning-rate: log 5e-4 … 1e-2
    dropout: linear 0 … 0.5
    label-smoothing: choice 0, 0.05, 0.1
    letter-ngrams: choice none, 2-5, 1-6
    word-ngrams: choice 1, 2, 3

    """
}
