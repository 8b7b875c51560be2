/// Which words of a text changed the logit of a label, and by how much.
public struct Explanation: Sendable, Hashable, Codable {
  /// How the scores were computed.
  public let method: ExplanationMethod
  /// Empty for a model's only task if it was not named.
  public let task: String
  /// The label whose logit is explained.
  public let label: String
  /// Its probability, 0...1.
  public let probability: Float
  /// Its logit, before temperature and softmax or sigmoid; for several models, the one that gives the mean of
  /// their probabilities.
  public let logit: Float
  /// With gradients, the logit without any word: biases, and a network's output for zero vectors. Together
  /// with all scores, it sums to the logit. Nil with other methods.
  public let base: Float?
  /// All of the text's words and punctuation, in order.
  public let words: [Word]
  /// The sentences that the network read, in the text's order; nil without a network that reads sentence by
  /// sentence.
  public let sentences: [Sentence]?
  /// With gradients, the text's n-grams if the model has n-grams, strongest first; the words' scores include
  /// them.
  public let ngrams: [NGram]
  /// With gradients of a network: how far its base and scores miss its logit, relative to the distance
  /// between base and logit. Nil if it is not finite, and for a text without words.
  public let gap: Double?
  /// How reliable the scores are.
  public let reliability: Reliability
  /// Whether the text contained a known word, or an n-gram with a weight.
  public let evidence: Classification.Evidence

  /// A part of the text, usually a word or a punctuation mark.
  public struct Word: Sendable, Hashable, Codable {
    /// Its byte range in the UTF-8 of the given text. Ranges ascend and do not overlap.
    public let range: Range<Int>
    /// The part as it is in the text.
    public let text: String
    /// Its tokens; several if they cannot be told apart in the text.
    public let tokens: [String]
    /// Above 0 it favours the label, below 0 it opposes it; with attention, its weight, 0...1.
    public let score: Float
    /// The network's share of the score, as weighted in the model; nil without a network or without
    /// gradients.
    public let network: Float?
    /// The n-grams' share of the score: a part of each n-gram that touches the word; nil without n-grams or
    /// without gradients.
    public let ngrams: Float?
    /// Whether all its tokens are in the vocabulary; nil for a model without a network.
    public let isKnown: Bool?
    /// Whether the network read all of it; tokens beyond a text's limit are not read. Nil for a model without
    /// a network.
    public let isRead: Bool?
  }

  /// An n-gram of the text.
  public struct NGram: Sendable, Hashable, Codable {
    /// Its words, with spaces between them, or its letters, including spaces; nil if n-grams are hashed,
    /// since they then have no names.
    public let text: String?
    /// Whether it consists of words or of letters.
    public let kind: Classification.NGram.Kind
    /// Its contribution to the logit, as weighted in the model.
    public let contribution: Float
    /// Its occurrences in the text's UTF-8: each range covers the words that it touches.
    public let places: [Range<Int>]
  }

  /// How reliable scores are.
  public enum Reliability: String, Sendable, Hashable, Codable {
    /// Exact, except for rounding.
    case exact
    /// Together with the base they sum to the logit, within one percent of the distance between the two.
    case close
    /// They miss the logit by more than that.
    case unreliable
    /// They show which words received attention, not why.
    case notAReason = "not-a-reason"
  }
}
