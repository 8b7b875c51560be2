import DiscernTensor

/// Where adversarial training moves each token by itself: behind the dropout of word vectors. No layer of the
/// description, since it does nothing in an ordinary pass.
struct TokenPerturbation: SequenceLayer {
  func callAsFunction(_ input: Sequences, _ pass: Pass) -> Sequences {
    guard case .ofTokens(let moved) = pass.perturbation, pass.cache == nil else { return input }
    let rows = input.rows(pass)
    let tokens: Variable
    if let words = input.tokenRows {
      tokens = pass.tape.expandRows(rows, words, perturbation: moved)
    } else {
      tokens = moved.map { pass.tape.add(rows, Variable($0)) } ?? rows
    }
    pass.note(vectors: tokens)
    return Sequences(tokens)
  }

  func describe(to description: inout NetworkDescription) {}
}
