import DiscernIO
import DiscernTensor

/// Looks up the vectors of words [U, D]; adversarial training perturbs them here.
struct WordEmbedding: Sendable {
  /// [V, D]
  let table: EmbeddingTable
  /// [B, D] the rows that the letters of an unknown word add to the vector of `<unk>`; nil: all unknown words
  /// share that vector.
  let letters: EmbeddingTable?
  private let letterRate: Float

  /// - Parameters:
  ///   - letterBuckets: B; 0: letters are not read.
  ///   - letterRate: the rate at which training reads a known word by its letters, without a schedule.
  init(
    _ layout: inout ParameterLayout, name: String, vocabularySize: Int, size: Int, isTrainable: Bool,
    letterBuckets: Int = 0, letterRate: Float = 0
  ) {
    // <pad> is zeros, and so is <unk>, which may never occur in training.
    table = layout.addTable(
      name, rows: vocabularySize, columns: size, .normal(deviation: 0.1).with(0, at: 0..<2 * size),
      isTrainable: isTrainable)
    letters =
      letterBuckets == 0
      ? nil
      : layout.addTable(
        "subwords.weight", rows: letterBuckets, columns: size, isTrainable: isTrainable, hasPadding: false)
    self.letterRate = letterRate
  }

  /// The batch's words; computed on demand if projections are cached.
  func callAsFunction(_ pass: Pass) -> Sequences {
    if pass.cache != nil {
      return Sequences(deferred: { self.vectors(of: $0, pass) }, tokenRows: pass.batch.tokenRows)
    }
    let vectors = self.vectors(of: pass.batch.distinctIDs, pass)
    pass.note(vectors: vectors)
    return Sequences(vectors, tokenRows: pass.batch.tokenRows)
  }

  /// - Parameter ids: some of `pass.batch.distinctIDs`.
  private func vectors(of ids: [Int32], _ pass: Pass) -> Variable {
    let (tape, moved) = (pass.tape, pass.perturbation.ofWords)
    guard let reading = WordReading(ids, pass.batch, isByLetters: letterDraw(pass)) else {
      return tape.embedding(table, ids, perturbation: moved)
    }
    let words = tape.embedding(table, reading.words)
    guard let letters else { return tape.expandRows(words, reading.structure.sources, perturbation: moved) }
    return tape.rowsWithParts(
      words, tape.embedding(letters, reading.buckets), reading.structure, perturbation: moved)
  }

  /// Which known words a training step reads by their letters, so that the letters learn from them too: all
  /// occurrences in a batch, or none.
  private func letterDraw(_ pass: Pass) -> ((Int32) -> Bool)? {
    let rate = pass.rates?.subwords ?? letterRate
    guard letters != nil, pass.tape.isRecording, rate > 0 else { return nil }
    let stream = pass.stream(.letterReading)
    return { stream.uniform(Int($0)) < rate }
  }

  func describe(to description: inout NetworkDescription) {
    description.add(
      "embedding" + (table.isTrainable ? "" : " (frozen)"), .tokens(table.columnCount), .embedding(table),
      table: table)
    if let letters {
      description.add(
        "unknown words' letters" + (table.isTrainable ? "" : " (frozen)"), .tokens(table.columnCount),
        .letters(letters), table: letters)
    }
  }
}
