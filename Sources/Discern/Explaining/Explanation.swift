/// Which words of a text moved the logit of a label, and by how much.
public struct Explanation: Sendable, Hashable, Codable {
  /// How the scores were found.
  public let method: ExplanationMethod
  /// Empty for the only task of a model that was not given a name.
  public let task: String
  /// The label whose logit is explained.
  public let label: String
  /// Its probability, 0...1.
  public let probability: Float
  /// Its logit, before temperature and softmax or sigmoid; of several models the one that gives the mean of
  /// their probabilities.
  public let logit: Float
  /// With gradients, the logit that is there without any word: biases, and what a network makes of zero
  /// vectors. With all scores it comes to the logit. Nil with other methods.
  public let base: Float?
  /// All of the text's words and signs, in its order.
  public let words: [Word]
  /// The sentences that the network read, in the text's order; nil of a network that does not read them one
  /// by one, and without a network.
  public let sentences: [Sentence]?
  /// With gradients, the n-grams of a model that has some, strongest first; the words' scores hold them too.
  public let ngrams: [NGram]
  /// With gradients of a network: by how much its base and scores miss its logit, as a share of the way
  /// between base and logit. Nil where they are no numbers, and for a text without words.
  public let gap: Double?
  /// What the scores are worth.
  public let reliability: Reliability
  /// Whether there was anything to judge by.
  public let evidence: Classification.Evidence

  /// A part of the text, mostly a word or a sign.
  public struct Word: Sendable, Hashable, Codable {
    /// Its bytes in the UTF-8 of the text as it was given. Ranges ascend and do not overlap.
    public let range: Range<Int>
    /// As it is there.
    public let text: String
    /// What the tokenizer made of it; several where they cannot be told apart in the text.
    public let tokens: [String]
    /// Above 0 it speaks for the label, below 0 against it; with attention its weight, 0...1.
    public let score: Float
    /// The network's part of the score, as it counts in the model; nil without a network or without
    /// gradients.
    public let network: Float?
    /// The n-grams' part of the score: a share of each that touches the word; nil without n-grams or without
    /// gradients.
    public let ngrams: Float?
    /// Whether the vocabulary has all of its tokens; nil for a model without a network.
    public let isKnown: Bool?
    /// Whether the network read all of it; what is beyond the limit of a text's tokens it did not. Nil for a
    /// model without a network.
    public let isRead: Bool?
  }

  /// An n-gram of the text.
  public struct NGram: Sendable, Hashable, Codable {
    /// Its words, with spaces between them, or its letters, spaces included; nil where n-grams share numbers
    /// and have no names.
    public let text: String?
    /// Whether it is of words or of letters.
    public let kind: Classification.NGram.Kind
    /// What it adds to the logit, as it counts in the model.
    public let contribution: Float
    /// Where it is in the text's UTF-8: the words that it touches, each time.
    public let places: [Range<Int>]
  }

  /// What scores are worth.
  public enum Reliability: String, Sendable, Hashable, Codable {
    /// They are what they say, but for rounding.
    case exact
    /// With the base they come to the logit within one percent of the way.
    case close
    /// They miss it by more.
    case unreliable
    /// They show where pooling looked, not why.
    case notAReason = "not-a-reason"
  }
}
