import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernSystem
import DiscernText
import DiscernTraining
import DiscernVocabulary

/// Encoded texts for pretraining, a part of which is held out.
struct PretrainingTexts {
  /// Without single-word texts, which have nothing to predict.
  let training: EncodedTexts
  let heldOut: EncodedTexts
  let vocabulary: Vocabulary
  /// [V] how often each word occurs in the training texts.
  let counts: [Int]
  let summary: EncodingSummary
  /// The perplexity of the held-out texts from word frequencies alone, each count increased by one. For
  /// vectors, frequent words have less weight and are less probable, as in training.
  let unigramPerplexity: Double

  /// Enough tokens to distinguish two perplexities.
  private static let heldOutLimit = 50_000

  /// - Parameter ofVectors: whether only word vectors are learned.
  init(
    _ corpus: Corpus, vocabulary given: Vocabulary?, _ options: PretrainingOptions, ofVectors: Bool = false,
    threads: Int,
    _ onStage: (PretrainingStage) -> Void, _ isInterrupted: () -> Bool
  ) throws(DiscernError) {
    let tokenizer = try wrapping(DiscernError.text) { () throws(TextError) in
      try Tokenizer(options.tokenizer)
    }
    var vocabulary: Vocabulary
    if let given {
      if let made = given.tokenizer { try made.requireEqual(options.tokenizer) }
      vocabulary = given
      vocabulary.tokenizer = nil
    } else {
      vocabulary = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
        try corpus.countTokens(with: tokenizer, threads: threads, isInterrupted: isInterrupted).builder
      }.build(maximumSize: options.vocabularySize, minimumCount: options.minimumCount)
    }
    onStage(.vocabulary(vocabulary, wasGiven: given != nil))
    let encoder = TextEncoder(
      tokenizer: tokenizer, vocabulary: vocabulary, maximumTokens: nil, truncation: .head)
    let encoded = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
      try CorpusEncoder(encoder, threads: threads).encode(corpus, isInterrupted: isInterrupted)
    }
    onStage(.read(encoded.reading, encoded.summary))
    let texts = encoded.texts
    let usable = (0..<texts.count).filter { texts.length($0) > 1 }
    if usable.count < texts.count { onStage(.singleWords(texts.count - usable.count)) }
    guard usable.count > 1 else {
      throw .training(.noTexts(part: "training"))
    }
    let held = Self.heldOut(usable, texts, options)
    training = texts.selecting(usable.filter { !held.contains($0) })
    heldOut = texts.selecting(usable.filter(held.contains))
    var counts = [Int](repeating: 0, count: vocabulary.count)
    for id in training.tokenIDs { counts[Int(id)] += 1 }
    self.counts = counts
    self.vocabulary = vocabulary
    summary = encoded.summary
    unigramPerplexity =
      ofVectors
      ? Self.unigramPerplexity(
        of: heldOut.tokenIDs, counts,
        importance: ContextWordModel.importance(counts: counts, threshold: options.frequentShare))
      : Self.unigramPerplexity(
        of: (0..<heldOut.count).flatMap { [heldOut] in Array(heldOut[$0].dropFirst()) }, counts)
    onStage(
      .heldOut(
        texts: heldOut.count, tokens: heldOut.tokenIDs.count, unigramPerplexity: unigramPerplexity))
  }

  /// The indices of some texts by a seeded draw: at least one, leaving at least one.
  private static func heldOut(
    _ usable: [Int], _ texts: EncodedTexts, _ options: PretrainingOptions
  ) -> Set<Int> {
    let order = RandomStream(seed: options.seed, purpose: .shuffle, counter: -1).permutation(usable.count)
    let wanted = Int((Double(usable.count) * options.validationFraction).rounded(.up))
    var (held, tokens): (Set<Int>, Int) = ([], 0)
    for index in order.prefix(min(wanted, usable.count - 1)) {
      held.insert(usable[index])
      tokens += texts.length(usable[index])
      if tokens >= heldOutLimit { break }
    }
    return held
  }

  /// - Parameter importance: [V] the weight of each word; nil: 1.
  static func unigramPerplexity(
    of words: [Int32], _ counts: [Int], importance: [Float]? = nil
  ) -> Double {
    func weight(_ word: Int) -> Double { importance.map { Double($0[word]) } ?? 1 }
    let total = counts.indices.reduce(0) { $0 + weight($1) * Double(counts[$1] + 1) }
    var (sum, mass) = (0.0, 0.0)
    for word in words.map(Int.init) {
      sum -= weight(word) * log(weight(word) * Double(counts[word] + 1) / total)
      mass += weight(word)
    }
    return mass > 0 ? exp(sum / mass) : 1
  }
}
