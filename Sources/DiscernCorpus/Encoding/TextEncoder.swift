import DiscernText
import DiscernVocabulary

/// The conversion of raw text to token ids, the same for training, evaluation and classification.
///
/// A value that threads can share; encoding is done by sessions, one per thread.
public struct TextEncoder: Sendable {
  /// Divides a text into words.
  public let tokenizer: Tokenizer
  /// The words that have ids.
  public let vocabulary: Vocabulary
  /// The maximum number of tokens of a text; nil for no limit.
  public let maximumTokens: Int?
  /// The maximum number of tokens of a text that a network reads, for a transformer at most its number of
  /// positions; nil for no limit.
  public var lengthLimit: Int? {
    pieces.map { min($0.longestText, maximumTokens ?? .max) } ?? maximumTokens
  }
  /// Which part of a longer text is kept.
  public let truncation: Truncation
  /// The n-grams that are counted in all of a text; nil for a model without n-grams.
  package let ngrams: NGramVocabulary?
  /// The tokenizer that divides texts into a pretrained transformer's pieces, used instead of `vocabulary`;
  /// nil for other models.
  package var pieces: WordPieceTokenizer?
  /// How the letters of unknown words are read; nil for a model that does not read them.
  package var letters: LetterBuckets?
  /// Whether texts are also divided into sentences, for a model that reads these one by one.
  package var dividesSentences = false
  /// A change to texts before they are tokenized, used in evaluations; nil: none.
  package var transform: (any TextTransform)?
  /// At most one; an array, since a value cannot contain another of its own type.
  private var companions: [TextEncoder] = []

  /// The encoder for a word network alongside a transformer; nil for other models. It has no `transform` and
  /// no n-grams of its own.
  package var companion: TextEncoder? {
    get { companions.first }
    set { companions = newValue.map { [$0] } ?? [] }
  }

  /// `maximumTokens` must be at least 1.
  public init(
    tokenizer: Tokenizer, vocabulary: Vocabulary, maximumTokens: Int? = 400, truncation: Truncation = .head
  ) {
    self.init(
      tokenizer: tokenizer, vocabulary: vocabulary, maximumTokens: maximumTokens, truncation: truncation,
      ngrams: nil)
  }

  package init(
    tokenizer: Tokenizer, vocabulary: Vocabulary, maximumTokens: Int?, truncation: Truncation,
    ngrams: NGramVocabulary?
  ) {
    precondition(maximumTokens ?? 1 >= 1, "a limit of \(maximumTokens ?? 0) tokens")
    self.tokenizer = tokenizer
    self.vocabulary = vocabulary
    self.maximumTokens = maximumTokens
    self.truncation = truncation
    self.ngrams = ngrams
  }

  /// The same with a model's n-grams, or without any.
  package func with(_ ngrams: NGramVocabulary?) -> TextEncoder {
    var result = TextEncoder(
      tokenizer: tokenizer, vocabulary: vocabulary, maximumTokens: maximumTokens, truncation: truncation,
      ngrams: ngrams)
    result.letters = letters
    result.pieces = pieces
    result.dividesSentences = dividesSentences
    result.companions = companions
    return result
  }

  /// The word or word piece with this id.
  package func token(at id: Int) -> String { pieces?.pieces[id] ?? vocabulary.token(at: id) }

  /// The number of words or word pieces.
  package var tokenCount: Int { pieces?.pieces.count ?? vocabulary.count }

  /// Empty storage for texts, with all the data that the model uses.
  ///
  /// - Parameter withKnown: whether the letters of the known words are included, for training.
  package func noTexts(withKnown: Bool = false) -> EncodedTexts {
    var texts = EncodedTexts()
    texts.ngrams = noNGrams
    texts.letters = noLetters(withKnown: withKnown)
    texts.sentences = noSentences
    texts.companions = companions.map { $0.noTexts(withKnown: withKnown) }
    return texts
  }

  /// Rows of no text, for a model of n-grams; nil for others.
  package var noNGrams: NGramRows? { ngrams.map { _ in NGramRows() } }

  /// Letters of no text, for a model that reads those of unknown words; nil for others.
  ///
  /// - Parameter withKnown: whether those of the known words are included, for training.
  package func noLetters(withKnown: Bool = false) -> TextLetters? {
    letters.map { TextLetters(ofKnown: withKnown ? vocabulary.letters($0) : nil) }
  }

  /// Sentences of no text, for a model that reads them one by one; nil for others.
  package var noSentences: TextSentences? { dividesSentences ? TextSentences() : nil }

  /// A session that encodes texts on one thread.
  ///
  /// - Throws: `TextError` if ICU lacks memory or data.
  public func makeSession() throws(TextError) -> TextEncoderSession { try TextEncoderSession(self) }
}
