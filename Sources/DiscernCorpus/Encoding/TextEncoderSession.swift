import DiscernText
import DiscernVocabulary

/// Encodes texts one after another, reusing its memory. For one thread at a time.
public final class TextEncoderSession {
  /// The result for one text.
  public struct Result: Sendable, Equatable {
    /// The number of tokens before truncation; for a pretrained transformer, of word pieces.
    public let tokenCount: Int
    /// The number of tokens that were kept; 0 for an empty text, which is encoded as one `<unk>`.
    public let keptCount: Int
    /// The number of ids, including those that are not tokens of the text.
    package let idCount: Int
    /// The number of kept tokens that are not in the vocabulary.
    public let unknownCount: Int
    /// The number of ill-formed UTF-8 sequences that were replaced by U+FFFD.
    public let repairedCount: Int

    /// Whether the text has no tokens.
    public var isEmpty: Bool { tokenCount == 0 }
    /// Whether the text was longer than the limit.
    public var isCut: Bool { keptCount < tokenCount }
  }

  private let encoder: TextEncoder
  private let session: TokenizerSession
  /// All tokens of the last encoded text.
  private(set) var tokens = TokenBuffer()
  private let transform: (any TextTransformSession)?
  private var changed: [UInt8] = []
  /// The tokens of the last encoded text that were kept.
  private var kept: [Range<Int>] = []
  private let reader: NGramReader?
  private let divider: SentenceDivider?
  /// The first token of each sentence of the last encoded text, among all tokens.
  private var sentenceStarts: [Int] = []
  /// The unknown words of the last encoded text.
  private var unknownWords = LetterBags()
  /// The same text in pieces, if the model reads these; if the text was changed, their places are in the
  /// changed text.
  package private(set) var pieces: WordPieces?
  /// Encodes the same text for a word network alongside a transformer, if there is one.
  package let companion: TextEncoderSession?
  /// That network's ids for the last encoded text.
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

  /// Appends the text's ids to `ids`: at least one, so that every text can be packed (an empty text becomes
  /// the single id `<unk>`), and at most the encoder's limit.
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

  /// Appends the ids of the text's words.
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

  /// Appends the n-grams of all of the last encoded text, if `rows` is not nil.
  package func appendNGrams(to rows: inout NGramRows?) {
    if let reader { rows?.append(tokens, reader) }
  }

  /// Appends the last encoded text, whose ids are given, with its letters, sentences, n-grams and the input
  /// of a network alongside a transformer, as far as `texts` keeps them.
  package func append(_ ids: [Int32], to texts: inout EncodedTexts) {
    texts.append(ids)
    appendLetters(to: &texts.letters)
    appendSentences(to: &texts.sentences)
    appendNGrams(to: &texts.ngrams)
    appendCompanion(to: &texts.companions)
  }

  /// Appends the input of a network alongside a transformer for the last encoded text, if it is kept.
  func appendCompanion(to texts: inout [EncodedTexts]) {
    if !texts.isEmpty { companion?.append(companionIDs, to: &texts[0]) }
  }

  /// Appends the letters of the unknown words of the last encoded text, if they are kept.
  package func appendLetters(to letters: inout TextLetters?) { letters?.append(unknownWords) }

  /// Appends the sentences of the last encoded text, by its kept tokens, if they are kept. A new sentence
  /// begins after a part that was left out.
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

  /// The places of the last encoded text's n-grams among all of its tokens.
  package var ngramPlaces: [NGramPlace] { reader?.places(tokens) ?? [] }

  /// All of the last encoded text as spans of its UTF-8, each with its tokens, and the ranges of the kept
  /// tokens, which are meaningless for a model that reads `pieces`. Not for texts that were changed by a
  /// transform.
  package func spans(of text: String) -> (spans: [TokenSpan], tokens: [String], kept: [Range<Int>]) {
    let all = tokens.strings
    return (TokenPlaces.spans(all, in: text, encoder.tokenizer.configuration), all, kept)
  }

  /// The indices of the kept tokens of the last encoded text.
  package var keptPlaces: [Int] { Array(kept.joined()) }

  /// The kept tokens of the last encoded text, normalised, or its pieces, and their places in its UTF-8 if
  /// those are certain. An empty text has no tokens.
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
