import DiscernBundle
import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernText
import DiscernTraining
import DiscernVocabulary

/// Encoded training pairs, and development pairs.
struct SequenceTexts {
  let training: EncodedPairs
  let development: EncodedPairs
  let source, target: SequenceModel.Folder.Side
  /// The digests of the training and the development pairs, with the number of pairs left out.
  let digest: String

  /// - Parameter given: the development pairs; nil: a part of the pairs is held out, equal sources on one
  ///   side.
  init(
    _ pairs: SequencePairs, _ given: SequencePairs?, _ options: SequenceOptions,
    _ onStage: (SequenceStage) -> Void
  ) throws(DiscernError) {
    let all = try Tokens(pairs, options)
    let others = try given.map { pairs throws(DiscernError) in try Tokens(pairs, options) }
    // Long pairs are left out before pairs are held out, so that both parts have some.
    let limit = options.maximumTokens
    var (learned, measured) = (all.upTo(limit), others?.upTo(limit))
    let left = all.count - learned.count + (others?.count ?? 0) - (measured?.count ?? 0)
    if left > 0 { onStage(.tooLong(count: left, limit: limit)) }
    for (part, given, kept) in [("training", all, learned), ("development", others, measured)] {
      if kept?.count == 0, let count = given?.count, count > 0 {
        throw .conflict("all \(part) pairs have more than \(limit) tokens; raise --max-tokens")
      }
    }
    // Which pairs are held out depends on those that are left out.
    digest =
      "\(pairs.count) pairs with the digest \(pairs.digest)" + (given.map { " and \($0.digest)" } ?? "")
      + (left > 0 ? ", \(left) too long" : "")
    if given == nil {
      let parts = learned.parts
      if parts.count == 1 {
        let short = left > 0 ? " of at most \(limit) tokens (--max-tokens)" : ""
        throw .conflict(
          (learned.count == 1
            ? "there is only one pair\(short)"
            : "all \(learned.count) pairs\(short) have the same source text")
            + ", so that none can be held out; give --dev, or pairs with other texts")
      }
      let division = HeldOutParts(parts, fraction: options.validationFraction, seed: options.seed)
      (learned, measured) = (learned.selecting(division.training), learned.selecting(division.heldOut))
    }
    source = learned.side(learned.sources, options.source, options)
    target = learned.side(learned.targets, options.target, options)
    onStage(.vocabularies(source: source.vocabulary.count, target: target.vocabulary.count))
    training = learned.encoded(source, target)
    development = measured?.encoded(source, target) ?? EncodedPairs()
    guard training.count > 0 else { throw .training(.noTexts(part: "training")) }
    guard development.count > 0 else { throw .training(.noTexts(part: "development")) }
    let unknown = [training, development].reduce(0) { sum, pairs in
      sum + (0..<pairs.count).count { pairs.targets[$0].contains(Vocabulary.unknownID) }
    }
    if unknown > 0 { onStage(.unknownTargets(unknown)) }
    onStage(.pairs(training: training.count, development: development.count))
  }

  /// The tokens of pairs.
  private struct Tokens {
    private(set) var sources: [[String]] = [], targets: [[String]] = []

    init(_ pairs: SequencePairs, _ options: SequenceOptions) throws(DiscernError) {
      (sources, targets) = try wrapping(DiscernError.text) { () throws(TextError) in
        (
          try Self.divided(pairs.sources, options.source), try Self.divided(pairs.targets, options.target)
        )
      }
    }

    private static func divided(
      _ texts: [String], _ tokenizer: SequenceTokenizer
    ) throws(TextError) -> [[String]] {
      let divider = try tokenizer.makeDivider()
      var result: [[String]] = []
      for text in texts { result.append(try divider.tokens(of: text)) }
      return result
    }

    var count: Int { sources.count }

    func selecting(_ indices: [Int]) -> Tokens {
      var result = self
      result.sources = indices.map { sources[$0] }
      result.targets = indices.map { targets[$0] }
      return result
    }

    /// The pairs of which neither side has more tokens than the limit.
    func upTo(_ limit: Int) -> Tokens {
      selecting(sources.indices.filter { sources[$0].count <= limit && targets[$0].count <= limit })
    }

    /// Pairs with the same source, token by token, form a part.
    var parts: (numbers: [Int32], count: Int) {
      var known: [[String]: Int32] = [:]
      let numbers = sources.map { tokens in
        let new = Int32(known.count)
        let number = known[tokens] ?? new
        if number == new { known[tokens] = new }
        return number
      }
      return (numbers, known.count)
    }

    /// A vocabulary of the tokens of one side.
    func side(
      _ texts: [[String]], _ tokenizer: SequenceTokenizer, _ options: SequenceOptions
    ) -> SequenceModel.Folder.Side {
      var counts = VocabularyBuilder()
      for tokens in texts { for token in tokens { counts.add(token) } }
      return SequenceModel.Folder.Side(
        tokenizer: tokenizer,
        vocabulary: counts.build(maximumSize: options.vocabularySize, minimumCount: options.minimumCount))
    }

    func encoded(_ source: SequenceModel.Folder.Side, _ target: SequenceModel.Folder.Side) -> EncodedPairs {
      var pairs = EncodedPairs()
      for (read, written) in zip(sources, targets) {
        pairs.append(
          read.isEmpty ? [Vocabulary.unknownID] : read.map { source.vocabulary.id(of: $0) },
          written.map { target.vocabulary.id(of: $0) })
      }
      return pairs
    }
  }
}
