import DiscernTensor

/// The perturbation that adversarial training adds to a batch's word vectors, `nil` if only their gradient is
/// needed; or the factors by which explanations scale them.
package enum Perturbation {
  /// [U, D]: all occurrences of a word are perturbed alike.
  case ofWords(Matrix?)
  /// [S, D]: each token is perturbed separately, after dropout. Projections are then computed for each token.
  case ofTokens(Matrix?)
  /// [N] factors: all vectors of a text are multiplied by its factor, after dropout.
  case ofTexts([Float])

  /// Whether it changes the vectors.
  package var changesVectors: Bool {
    switch self {
    case .ofWords(let matrix), .ofTokens(let matrix): matrix != nil
    case .ofTexts: true
    }
  }

  var ofWords: Matrix? {
    if case .ofWords(let matrix) = self { matrix } else { nil }
  }

  var isOfTokens: Bool {
    if case .ofTokens = self { true } else { false }
  }
}
