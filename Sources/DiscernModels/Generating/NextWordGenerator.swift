import DiscernIO
import DiscernSystem
import DiscernTensor
import DiscernVocabulary

/// Continues texts word by word with a `NextWordModel`.
///
/// A continuation depends only on its text, the text's number and the seed, not on the other texts or the
/// number of threads.
package struct NextWordGenerator: Sendable {
  package let model: NextWordModel
  package let sampling: TokenSampling
  /// The maximum number of words to add.
  package let maximumTokens: Int
  package let seed: UInt64

  /// The continuation of a text.
  package struct Continuation: Sendable {
    package var words: [Int32] = []
    /// Whether the text ended before the limit.
    package var hasEnded = false
    /// The sum of the log probabilities, before temperature, of the words and, if the text ended, of its end.
    package var logProbability = 0.0
  }

  package init(_ model: NextWordModel, sampling: TokenSampling, maximumTokens: Int, seed: UInt64) {
    self.model = model
    self.sampling = sampling
    self.maximumTokens = maximumTokens
    self.seed = seed
  }

  /// - Parameters:
  ///   - prompts: each may be empty: the text is then generated from its first word on.
  ///   - numbers: the number of each prompt; together with the seed it keys the random draws.
  package func callAsFunction(
    _ prompts: [[Int32]], numbers: [Int], compute: Compute, workspace: Workspace
  ) -> [Continuation] {
    var results = prompts.map { _ in Continuation() }
    var texts = prompts
    for index in prompts.indices where prompts[index].isEmpty {
      choose(first: numbers[index], &results[index])
      texts[index] = results[index].words
    }
    var active = texts.indices.filter { !texts[$0].isEmpty && results[$0].words.count < maximumTokens }
      .sorted { texts[$0].count != texts[$1].count ? texts[$0].count > texts[$1].count : $0 < $1 }
    var states = model.states(textCount: active.count)
    model.read(active.map { texts[$0][...] }, &states, compute, workspace)
    while !active.isEmpty {
      let (words, end) = model.next(states, compute, workspace)
      var chosen = [(word: Int32?, logProbability: Double)](repeating: (nil, 0), count: active.count)
      chosen.withUnsafeMutableBufferPointer { chosen in
        let target = chosen.baseAddress
        compute.forEachBlock(of: active.count, size: 1) { rows in
          for row in rows {
            let place = results[active[row]].words.count
            target?[row] = choose(words.row(row), end: end.row(row)[0], numbers[active[row]], place)
          }
        }
      }
      var going: [Int] = []
      for (row, (word, logProbability)) in chosen.enumerated() {
        results[active[row]].logProbability += logProbability
        guard let word else {
          results[active[row]].hasEnded = true
          continue
        }
        results[active[row]].words.append(word)
        if results[active[row]].words.count < maximumTokens { going.append(row) }
      }
      states = states.selecting(going)
      active = going.map { active[$0] }
      let latest = active.map { results[$0].words.suffix(1) }
      model.read(latest, &states, compute, workspace)
    }
    return results
  }

  /// A draw from [0, 1) for a text's next word.
  private func uniform(_ number: Int, _ place: Int) -> Double {
    Double(RandomStream(seed: seed, purpose: .generation, counter: number).bits(place) >> 11) * 0x1p-53
  }

  /// Chooses the first word of a text; none if no training text begins with a known word.
  private func choose(first number: Int, _ result: inout Continuation) {
    let counts = model.firstWordCounts
    var total = 0.0
    for id in Int(Vocabulary.unknownID) + 1..<counts.count { total += Double(counts.pointer[id]) }
    let logits = (0..<counts.count).map { id in
      id > Vocabulary.unknownID && counts.pointer[id] > 0
        ? log(Double(counts.pointer[id]) / total) : -.infinity
    }
    let chosen = logits.withUnsafeBufferPointer { sampling.choose($0, uniform: uniform(number, 0)) }
    guard maximumTokens > 0, let chosen else {
      result.hasEnded = chosen == nil
      return
    }
    result.words = [Int32(chosen)]
    result.logProbability = logits[chosen]
  }

  /// A text's next word, nil for its end, and its log probability. `<pad>` and `<unk>` cannot be written;
  /// their probability is shared among the other words.
  private func choose(
    _ words: UnsafePointer<Float>, end: Float, _ number: Int, _ place: Int
  ) -> (word: Int32?, logProbability: Double) {
    let count = model.vocabularySize
    let first = Int(Vocabulary.unknownID) + 1
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { logits in
      var largest = -Double.infinity
      for id in first..<count { largest = max(largest, Double(words[id])) }
      var sum = 0.0
      for id in first..<count { sum += exp(Double(words[id]) - largest) }
      let shift = largest + log(sum) + softplus(Double(end))
      // The end of the text takes the index of `<pad>`.
      logits.initialize(repeating: -.infinity)
      logits[0] = -softplus(-Double(end))
      for id in first..<count { logits[id] = Double(words[id]) - shift }
      let chosen =
        sampling.choose(UnsafeBufferPointer(logits), uniform: uniform(number, place)) ?? 0
      return (chosen == 0 ? nil : Int32(chosen), logits[chosen])
    }
  }
}

/// log(1 + exp(x)) without overflow.
private func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
