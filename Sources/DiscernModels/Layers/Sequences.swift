import DiscernTensor

/// The packed texts of a batch on their way through a network: the features of each of S tokens, or of each
/// of U distinct words as long as all occurrences of a word have the same features.
package struct Sequences {
  private enum Content {
    case computed(Variable)
    /// Features as a function of ids, since the first recurrent layer may need only those of words that are
    /// not in the cache.
    case deferred(([Int32]) -> Variable)
  }

  private let content: Content
  /// The row of each token; `nil`: each has its own.
  let tokenRows: TokenRows?

  /// - Parameter rows: [S, F], or [U, F] with `tokenRows`.
  package init(_ rows: Variable, tokenRows: TokenRows? = nil) {
    content = .computed(rows)
    self.tokenRows = tokenRows
  }

  /// - Parameter vectors: maps ids [n] to features [n, F].
  init(deferred vectors: @escaping ([Int32]) -> Variable, tokenRows: TokenRows) {
    content = .deferred(vectors)
    self.tokenRows = tokenRows
  }

  /// The function of ids; `nil` if the rows are already computed.
  var deferred: (([Int32]) -> Variable)? {
    if case .deferred(let vectors) = content { vectors } else { nil }
  }

  /// [S, F], or [U, F] with `tokenRows`.
  func rows(_ pass: Pass) -> Variable {
    switch content {
    case .computed(let rows): rows
    case .deferred(let vectors): vectors(pass.batch.distinctIDs)
    }
  }

  /// A row for each token  // [S, F]
  package func tokens(_ pass: Pass) -> Variable {
    let rows = rows(pass)
    return tokenRows.map { pass.tape.expandRows(rows, $0) } ?? rows
  }

  /// The same features, with each sentence as a sequence.
  func rearranged(_ sentences: PackedSentences, _ pass: Pass) -> Sequences {
    if tokenRows == nil { return Sequences(pass.tape.expandRows(rows(pass), sentences.tokens)) }
    switch content {
    case .computed(let rows): return Sequences(rows, tokenRows: sentences.tokenRows)
    case .deferred(let vectors): return Sequences(deferred: vectors, tokenRows: sentences.tokenRows)
    }
  }

  /// Transforms each row separately.
  func map(_ transform: @escaping (Variable) -> Variable) -> Sequences {
    switch content {
    case .computed(let rows): return Sequences(transform(rows), tokenRows: tokenRows)
    case .deferred(let vectors):
      guard let tokenRows else { preconditionFailure("what is deferred is by word") }
      return Sequences(deferred: { transform(vectors($0)) }, tokenRows: tokenRows)
    }
  }
}
