import DiscernText
import DiscernVocabulary

/// Encodes texts one after the other with memory that it keeps. For one thread at a time.
public final class TextEncoderSession {
  /// The result for one text.
  public struct Result: Sendable, Equatable {
    /// The text's tokens, before it was cut; of a pretrained transformer pieces of words.
    public let tokenCount: Int
    /// The tokens that were kept; 0 for an empty text, which is encoded as one `<unk>`.
    public let keptCount: Int
    /// The text's ids, including those that are not tokens.
    package let idCount: Int
    /// How many of the kept ones the vocabulary does not know.
    public let unknownCount: Int
    /// Ill-formed UTF-8 sequences that were replaced by U+FFFD.
    public let repairedCount: Int

    /// Whether the text has no tokens.
    public var isEmpty: Bool { tokenCount == 0 }
    /// Whether it was longer than the limit.
    public var isCut: Bool { keptCount < tokenCount }
  }

  private let encoder: TextEncoder
  private let session: TokenizerSession
  /// All of the last encoded text.
  private(set) var tokens = TokenBuffer()
  private let transform: (any TextTransformSession)?
  private var changed: [UInt8] = []
  /// Of the last encoded text: which of its tokens were kept.
  private var kept: [Range<Int>] = []
  private let reader: NGramReader?
  private let divider: SentenceDivider?
  /// Of the last encoded text: the first of all tokens of each sentence.
  private var sentenceStarts: [Int] = []
  /// Of the last encoded text: its unknown words.
  private var unknownWords = LetterBags()
  /// The same text in pieces, where the model reads those; the places of a changed text are its own.
  package private(set) var pieces: WordPieces?
  /// The same text's words for a network beside a transformer, where there is one.
  package let companion: TextEncoderSession?
  /// Those of that network, of the last encoded text.
  package private(set) var companionIDs: [Int32] = []

  init(_ encoder: TextEncoder) throws(TextError) {
    self.encoder = encoder
    session = try encoder.tokenizer.makeSession()
    transform = try encoder.transform?.makeSession()
    reader = encoder.ngrams?.makeReader()
    divider = encoder.dividesSentences ? try SentenceDivider(encoder.tokenizer) : nil
    companion = try encoder.companion.map { (encoder) throws(TextError) in
      try TextEncoderSession(encoder)
    }
  }

  /// Appends the text's ids to `ids`: at least one, so that every text can be packed (an empty text is
  /// the one id `<unk>`), and at most the encoder's limit.
  public func encode(
    _ utf8: UnsafeBufferPointer<UInt8>, appendingTo ids: inout [Int32]
  ) throws(TextError) -> Result {
    guard let transform else { return try encodeChanged(utf8, appendingTo: &ids) }
    try transform.apply(utf8, into: &changed)
    return try changed.withUnsafeBufferPointer { (utf8) throws(TextError) in
      try encodeChanged(utf8, appendingTo: &ids)
    }
  }

  private func encodeChanged(
    _ utf8: UnsafeBufferPointer<UInt8>, appendingTo ids: inout [Int32]
  ) throws(TextError) -> Result {
    try session.tokenize(utf8, into: &tokens)
    try divider?.divide(utf8, tokens: tokens, into: &sentenceStarts)
    kept = []
    unknownWords.removeAll()
    companionIDs.removeAll(keepingCapacity: true)
    _ = try companion?.encodeChanged(utf8, appendingTo: &companionIDs)
    guard let tokenizer = encoder.pieces else { return appendWords(to: &ids) }
    let all = tokenizer.pieces(of: utf8)
    let (first, second) = encoder.truncation.kept(
      count: all.ids.count, limit: encoder.lengthLimit ?? all.ids.count)
    let pieces = tokenizer.framed(all, keeping: [first, second], textSize: utf8.count)
    self.pieces = pieces
    ids.append(contentsOf: pieces.ids)
    return Result(
      tokenCount: pieces.ids.count - 2 + pieces.cut, keptCount: pieces.ids.count - 2,
      idCount: pieces.ids.count, unknownCount: pieces.ids.count { $0 == tokenizer.unknown },
      repairedCount: tokens.repairedSequenceCount)
  }

  /// Appends the ids of the words that were found.
  private func appendWords(to ids: inout [Int32]) -> Result {
    let count = tokens.count
    if count == 0 {
      ids.append(Vocabulary.unknownID)
      if encoder.letters != nil { unknownWords.append([]) }
      return Result(
        tokenCount: 0, keptCount: 0, idCount: 1, unknownCount: 0, repairedCount: tokens.repairedSequenceCount)
    }
    let (first, second) = encoder.truncation.kept(count: count, limit: encoder.maximumTokens ?? count)
    kept = [first, second].filter { !$0.isEmpty }
    let before = ids.count
    var unknown = 0
    let vocabulary = encoder.vocabulary
    tokens.withUnsafeTokens { utf8, ranges in
      for part in kept {
        for index in part {
          let word = UnsafeBufferPointer(rebasing: utf8[ranges[index].range])
          let id = vocabulary.id(of: word)
          ids.append(id)
          guard id == Vocabulary.unknownID else { continue }
          unknown += 1
          if let letters = encoder.letters { unknownWords.append(word, letters) }
        }
      }
    }
    return Result(
      tokenCount: count, keptCount: ids.count - before, idCount: ids.count - before, unknownCount: unknown,
      repairedCount: tokens.repairedSequenceCount)
  }

  /// Appends the n-grams of the whole text that was encoded last, if rows are kept.
  package func appendNGrams(to rows: inout NGramRows?) {
    if let reader { rows?.append(tokens, reader) }
  }

  /// Appends all of the last encoded text, whose ids are given: its letters, sentences, n-grams and
  /// what a network beside a transformer reads, where they are kept.
  package func append(_ ids: [Int32], to texts: inout EncodedTexts) {
    texts.append(ids)
    appendLetters(to: &texts.letters)
    appendSentences(to: &texts.sentences)
    appendNGrams(to: &texts.ngrams)
    appendCompanion(to: &texts.companions)
  }

  /// Appends what a network beside a transformer reads of the last encoded text, where it is kept.
  func appendCompanion(to texts: inout [EncodedTexts]) {
    if !texts.isEmpty { companion?.append(companionIDs, to: &texts[0]) }
  }

  /// Appends the letters of the unknown words of the last encoded text, where they are kept.
  package func appendLetters(to letters: inout TextLetters?) { letters?.append(unknownWords) }

  /// Appends the sentences of the last encoded text, by its kept tokens, where they are kept. What
  /// follows on a part that was left out begins another one.
  package func appendSentences(to sentences: inout TextSentences?) {
    if sentences == nil { return }
    var starts: [Int] = kept.isEmpty ? [0] : []
    var (next, before) = (0, 0)
    for part in kept {
      starts.append(before)
      while next < sentenceStarts.count, sentenceStarts[next] <= part.lowerBound { next += 1 }
      while next < sentenceStarts.count, sentenceStarts[next] < part.upperBound {
        starts.append(before + sentenceStarts[next] - part.lowerBound)
        next += 1
      }
      before += part.count
    }
    sentences?.append(starts)
  }

  /// The places of the last encoded text's n-grams, in all of its tokens.
  package var ngramPlaces: [NGramPlace] { reader?.places(tokens) ?? [] }

  /// The whole of the last encoded text as parts of its UTF-8, each with some of its tokens, and
  /// which tokens were kept; those say nothing of a model that reads `pieces`. Not for texts that were
  /// changed before they were divided.
  package func spans(of text: String) -> (spans: [TokenSpan], tokens: [String], kept: [Range<Int>]) {
    let all = tokens.strings
    return (TokenPlaces.spans(all, in: text, encoder.tokenizer.configuration), all, kept)
  }

  /// The tokens of the last encoded text that were kept.
  package var keptPlaces: [Int] { Array(kept.joined()) }

  /// The kept tokens of the last encoded text, normalised, or the pieces that it became, and their
  /// places in its UTF-8 where those are certain. None for an empty text.
  package func keptTokens(of text: String) -> [(text: String, range: Range<Int>?)] {
    if let tokenizer = encoder.pieces, let pieces {
      return zip(pieces.ids, pieces.spans).map { id, span in
        (tokenizer.pieces[Int(id)], transform == nil && !span.isEmpty ? span : nil)
      }
    }
    let all = tokens.strings
    let places =
      transform == nil
      ? TokenPlaces.find(all, in: text, encoder.tokenizer.configuration) : all.map { _ in nil }
    return kept.joined().map { (all[$0], places[$0]) }
  }
}

extension NGramRows {
  fileprivate mutating func append(_ tokens: TokenBuffer, _ reader: NGramReader) {
    reader.read(tokens, appendingTo: &self)
  }
}
