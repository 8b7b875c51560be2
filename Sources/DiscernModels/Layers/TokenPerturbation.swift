import DiscernTensor

/// The point where adversarial training perturbs each token separately and explanations scale a whole text:
/// after the dropout of word vectors. Not part of the description, since it does nothing in an ordinary pass.
struct TokenPerturbation: SequenceLayer {
  func callAsFunction(_ input: Sequences, _ pass: Pass) -> Sequences {
    if pass.cache != nil { return input }
    let tokens: Variable
    switch pass.perturbation {
    case .ofWords: return input
    case .ofTokens(let moved): tokens = move(input, moved, pass)
    case .ofTexts(let factors):
      tokens = pass.tape.scaleSequences(input.tokens(pass), by: factors, layout: pass.layout)
    }
    pass.note(vectors: tokens)
    return Sequences(tokens)
  }

  private func move(_ input: Sequences, _ moved: Matrix?, _ pass: Pass) -> Variable {
    let rows = input.rows(pass)
    if let words = input.tokenRows { return pass.tape.expandRows(rows, words, perturbation: moved) }
    return moved.map { pass.tape.add(rows, Variable($0)) } ?? rows
  }

  func describe(to description: inout NetworkDescription) {}
}
