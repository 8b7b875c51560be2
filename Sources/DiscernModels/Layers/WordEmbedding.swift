import DiscernTensor

/// From words to their vectors [U, D]; adversarial training moves them here.
struct WordEmbedding: Sendable {
  /// [V, D]
  let table: EmbeddingTable

  init(_ layout: inout ParameterLayout, name: String, vocabularySize: Int, size: Int, isTrainable: Bool) {
    // <pad> is zeros, and so is <unk>, which training may never meet.
    table = layout.addTable(
      name, rows: vocabularySize, columns: size, .normal(deviation: 0.1).with(0, at: 0..<2 * size),
      isTrainable: isTrainable)
  }

  /// The batch's words; computed when they are needed where projections are kept.
  func callAsFunction(_ pass: Pass) -> Sequences {
    if pass.cache != nil {
      return Sequences(deferred: { pass.tape.embedding(table, $0) }, tokenRows: pass.batch.tokenRows)
    }
    let vectors = pass.tape.embedding(table, pass.batch.distinctIDs, perturbation: pass.perturbation.ofWords)
    pass.note(vectors: vectors)
    return Sequences(vectors, tokenRows: pass.batch.tokenRows)
  }

  func describe(to description: inout NetworkDescription) {
    description.add(
      "embedding" + (table.isTrainable ? "" : " (frozen)"), .tokens(table.columnCount), table: table)
  }
}
