import DiscernTensor

/// What adversarial training adds to a batch's word vectors, or `nil` where it only wants to know
/// their gradient.
package enum Perturbation {
  /// [U, D]: all occurrences of a word move alike.
  case ofWords(Matrix?)
  /// [S, D]: each token by itself, after dropout. Projections are then computed for each token.
  case ofTokens(Matrix?)

  /// Whether it adds anything.
  package var moves: Bool {
    switch self {
    case .ofWords(let matrix), .ofTokens(let matrix): matrix != nil
    }
  }

  var ofWords: Matrix? {
    if case .ofWords(let matrix) = self { matrix } else { nil }
  }

  var isOfTokens: Bool {
    if case .ofTokens = self { true } else { false }
  }
}
