import DiscernCorpus
import DiscernSystem
import DiscernTensor
import DiscernVocabulary

/// Searches for the likeliest output sequence of an encoder-decoder: greedily, or by beam search.
///
/// The output for a source depends on that source alone, not on the other sources or the number of threads.
package struct SequenceSearch: Sendable {
  package let model: EncoderDecoder
  /// The beam width; 1: greedy search, which takes the likeliest token at each step.
  package let width: Int
  /// α: a sequence of n tokens, including its end, is scored by its log probability divided by ((5 + n) /
  /// 6)^α (Wu et al. 2016); 0: no correction for length.
  package let lengthPenalty: Double
  /// The maximum number of tokens in a sequence.
  package let maximumTokens: Int

  /// A sequence that was found.
  package struct Found: Sendable {
    package var tokens: [Int32] = []
    /// That of all tokens and, if the sequence ended, of its end.
    package var logProbability = 0.0
    /// Whether it ended before the limit.
    package var hasEnded = false
  }

  package init(_ model: EncoderDecoder, width: Int, lengthPenalty: Double, maximumTokens: Int) {
    self.model = model
    self.width = width
    self.lengthPenalty = lengthPenalty
    self.maximumTokens = maximumTokens
  }

  /// The state of the search for one source.
  private struct Beam {
    let source: Int
    var open: [Found] = [Found()]
    /// The best finished sequence.
    var ended: Found?
  }

  /// A beginning extended by one token.
  private struct Candidate {
    let origin: Int
    let token: Int32
    let logProbability: Double
  }

  /// The best sequence for each source, in the sources' order.
  ///
  /// - Parameters:
  ///   - sources: each of at least one token.
  ///   - kept: memory for the encoded sources.
  ///   - workspace: memory for a step.
  package func callAsFunction(
    _ sources: [ArraySlice<Int32>], _ compute: Compute, kept: Workspace, _ workspace: Workspace
  ) -> [Found] {
    if sources.isEmpty { return [] }
    kept.reset()
    var texts = EncodedTexts()
    for source in sources { texts.append(source) }
    let batch = PackedBatch(texts, indices: Array(sources.indices))
    let encoding = model.encode(
      Tape(compute: compute, workspace: kept, weights: model.weights, gradients: nil), batch, nil)
    var beams = sources.indices.map { Beam(source: $0) }
    var active = Array(sources.indices)
    var states = model.states(count: sources.count)
    var tokens = [Int32](repeating: PairBatch.boundary, count: sources.count)
    for _ in 0..<maximumTokens {
      workspace.reset()
      let tape = Tape(compute: compute, workspace: workspace, weights: model.weights, gradients: nil)
      let origins = active.flatMap { beam in beams[beam].open.map { _ in beams[beam].source } }
      let logits = model.step(tape, tokens, encoding, sourceOfTarget: origins, &states).value
      var (rows, next, going): ([Int], [Int32], [Int]) = ([], [], [])
      var first = 0
      let choices = choices(active.map { beams[$0] }, logits, compute)
      for (beam, candidates) in zip(active, choices) {
        let count = beams[beam].open.count
        let kept = advance(&beams[beam], by: candidates)
        if !beams[beam].open.isEmpty {
          going.append(beam)
          rows += kept.map { first + $0 }
          next += beams[beam].open.map { $0.tokens[$0.tokens.count - 1] }
        }
        first += count
      }
      (active, tokens) = (going, next)
      if active.isEmpty { break }
      states = states.selecting(rows)
    }
    // Packed sources are ordered by length.
    var results = sources.map { _ in Found() }
    for beam in beams { results[batch.indices[beam.source]] = best(of: beam) }
    return results
  }

  /// The likeliest continuations for each source, enough to keep the beam full if some of them end.
  private func choices(_ beams: [Beam], _ logits: Matrix, _ compute: Compute) -> [[Candidate]] {
    let starts = beams.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.open.count) }
    var results = [[Candidate]](repeating: [], count: beams.count)
    results.withUnsafeMutableBufferPointer { results in
      let target = results.baseAddress
      compute.forEachBlock(of: beams.count, size: 1) { range in
        for index in range {
          var candidates: [Candidate] = []
          for (origin, found) in beams[index].open.enumerated() {
            candidates += likeliest(logits.row(starts[index] + origin), logits.columns, found, origin)
          }
          candidates.sort(by: Self.precedes)
          target?[index] = Array(candidates.prefix(2 * width))
        }
      }
    }
    return results
  }

  private static func precedes(_ one: Candidate, _ other: Candidate) -> Bool {
    (other.logProbability, one.origin, one.token) < (one.logProbability, other.origin, other.token)
  }

  /// The likeliest tokens after one beginning. The unknown token cannot be written.
  private func likeliest(
    _ logits: UnsafePointer<Float>, _ count: Int, _ found: Found, _ origin: Int
  ) -> [Candidate] {
    let tokens = (0..<Int32(count)).filter { $0 != Vocabulary.unknownID }
    var largest = -Float.infinity
    for token in 0..<count { largest = max(largest, logits[token]) }
    var sum = 0.0
    for token in 0..<count { sum += exp(Double(logits[token] - largest)) }
    let shift = Double(largest) + log(sum)
    func candidate(_ token: Int32) -> Candidate {
      Candidate(
        origin: origin, token: token,
        logProbability: found.logProbability + Double(logits[Int(token)]) - shift)
    }
    if width == 1 {
      // The first of equally likely tokens.
      let best = tokens.dropFirst().reduce(tokens[0]) { logits[Int($1)] > logits[Int($0)] ? $1 : $0 }
      return [candidate(best)]
    }
    return Array(tokens.map(candidate).sorted(by: Self.precedes).prefix(2 * width))
  }

  /// Extends a beam's beginnings.
  ///
  /// - Returns: for each open beginning, the index of the open beginning that it extends.
  private func advance(_ beam: inout Beam, by candidates: [Candidate]) -> [Int] {
    var (open, origins): ([Found], [Int]) = ([], [])
    for (rank, candidate) in candidates.enumerated() where open.count < width {
      var found = beam.open[candidate.origin]
      found.logProbability = candidate.logProbability
      if candidate.token == PairBatch.boundary {
        // An end below the beam width is dropped: it would displace a beginning that may become better.
        guard rank < width else { continue }
        found.hasEnded = true
        if beam.ended.map({ score(found) > score($0) }) ?? true { beam.ended = found }
      } else {
        found.tokens.append(candidate.token)
        open.append(found)
        origins.append(candidate.origin)
      }
    }
    // The ends found first may be unlikely. Open beginnings can only become less likely, and longer, so the
    // search is over once even the likeliest beginning, at its full length, could not beat the best finished
    // sequence.
    let likeliest = open.map(\.logProbability).max() ?? -.infinity
    let bound = likeliest / penalty(length: maximumTokens + 1)
    let isOver = beam.ended.map { score($0) >= bound } ?? false
    beam.open = isOver ? [] : open
    return isOver ? [] : origins
  }

  private func penalty(length: Int) -> Double { pow((5 + Double(length)) / 6, lengthPenalty) }

  private func score(_ found: Found) -> Double {
    found.logProbability / penalty(length: found.tokens.count + (found.hasEnded ? 1 : 0))
  }

  /// The best finished sequence, or if none ended within the limit, the best beginning.
  private func best(of beam: Beam) -> Found {
    beam.ended
      ?? beam.open.dropFirst().reduce(beam.open[0]) { score($1) > score($0) ? $1 : $0 }
  }
}
