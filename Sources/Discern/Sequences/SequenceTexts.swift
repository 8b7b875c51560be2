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
  /// A digest of all pairs, and of which are development pairs.
  let digest: String

  /// - Parameter development: nil: a part of the pairs is held out, equal sources on one side.
  init(
    _ pairs: SequencePairs, _ given: SequencePairs?, _ options: SequenceOptions,
    _ onStage: (SequenceStage) -> Void
  ) throws(DiscernError) {
    digest =
      "\(pairs.count) pairs with the digest \(pairs.digest)" + (given.map { " and \($0.digest)" } ?? "")
    var (learned, measured) = (pairs, given)
    if given == nil {
      let parts = try Self.parts(pairs, options)
      if parts.count == 1, pairs.count > 1 {
        throw .conflict(
          "all \(pairs.count) pairs have the same source text, so that none can be held out; give --dev, or "
            + "pairs with other texts")
      }
      let division = HeldOutParts(parts, fraction: options.validationFraction, seed: options.seed)
      learned = pairs.selecting(division.training)
      measured = pairs.selecting(division.heldOut)
    }
    let tokens = try Tokens(learned, options)
    source = tokens.source.side(options.source, options)
    target = tokens.target.side(options.target, options)
    onStage(.vocabularies(source: source.vocabulary.count, target: target.vocabulary.count))
    var left = 0
    training = tokens.encoded(source, target, options.maximumTokens, leavingOut: &left)
    development = try Tokens(measured ?? SequencePairs([]), options)
      .encoded(source, target, options.maximumTokens, leavingOut: &left)
    if left > 0 { onStage(.tooLong(count: left, limit: options.maximumTokens)) }
    guard training.count > 0 else { throw .training(.noTexts(part: "training")) }
    guard development.count > 0 else { throw .training(.noTexts(part: "development")) }
    let unknown = [training, development].reduce(0) { sum, pairs in
      sum + (0..<pairs.count).count { pairs.targets[$0].contains(Vocabulary.unknownID) }
    }
    if unknown > 0 { onStage(.unknownTargets(unknown)) }
    onStage(.pairs(training: training.count, development: development.count))
  }

  /// Which pairs have the same source, token by token.
  private static func parts(
    _ pairs: SequencePairs, _ options: SequenceOptions
  ) throws(DiscernError) -> (numbers: [Int32], count: Int) {
    let texts = try wrapping(DiscernError.text) { () throws(TextError) in
      try SideTokens(pairs.sources, options.source).texts
    }
    var known: [[String]: Int32] = [:]
    let numbers = texts.map { tokens in
      let new = Int32(known.count)
      let number = known[tokens] ?? new
      if number == new { known[tokens] = new }
      return number
    }
    return (numbers, known.count)
  }

  /// The tokens of one side of the pairs, and how often each occurs.
  private struct SideTokens {
    var texts: [[String]] = []
    var counts = VocabularyBuilder()

    init(_ texts: [String], _ tokenizer: SequenceTokenizer) throws(TextError) {
      let divider = try tokenizer.makeDivider()
      for text in texts {
        let tokens = try divider.tokens(of: text)
        for token in tokens { counts.add(token) }
        self.texts.append(tokens)
      }
    }

    func side(_ tokenizer: SequenceTokenizer, _ options: SequenceOptions) -> SequenceModel.Folder.Side {
      SequenceModel.Folder.Side(
        tokenizer: tokenizer,
        vocabulary: counts.build(
          maximumSize: options.vocabularySize, minimumCount: options.minimumCount))
    }
  }

  private struct Tokens {
    let source, target: SideTokens

    init(_ pairs: SequencePairs, _ options: SequenceOptions) throws(DiscernError) {
      (source, target) = try wrapping(DiscernError.text) { () throws(TextError) in
        (try SideTokens(pairs.sources, options.source), try SideTokens(pairs.targets, options.target))
      }
    }

    func encoded(
      _ source: SequenceModel.Folder.Side, _ target: SequenceModel.Folder.Side, _ limit: Int,
      leavingOut left: inout Int
    ) -> EncodedPairs {
      var pairs = EncodedPairs()
      for (read, written) in zip(self.source.texts, self.target.texts) {
        if read.count > limit || written.count > limit {
          left += 1
          continue
        }
        pairs.append(
          read.isEmpty ? [Vocabulary.unknownID] : read.map { source.vocabulary.id(of: $0) },
          written.map { target.vocabulary.id(of: $0) })
      }
      return pairs
    }
  }
}
