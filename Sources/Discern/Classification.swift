import DiscernCorpus

/// A classifier's answer for a text.
public struct Classification: Sendable, Hashable, Codable {
  /// The prediction for each task, in the model's order; at least one.
  public let predictions: [Prediction]
  /// Whether the text contained a known word, or an n-gram with a weight.
  public let evidence: Evidence
  /// Nil unless the session includes details.
  public let details: Details?

  /// The prediction for a text in one task.
  public struct Prediction: Sendable, Hashable, Codable {
    /// Empty for a model's only task if it was not named.
    public let task: String
    /// The most probable label; for a multi-label task, all labels that reach their thresholds, most probable
    /// first.
    public let labels: [Candidate]
    /// All labels, most probable first.
    public let ranking: [Candidate]
  }

  /// The values from which the predictions were computed.
  public struct Details: Sendable, Hashable, Codable {
    /// The tokens that the network read, truncated to the limit; for an empty text, a single token with an
    /// empty string and the id of `<unk>`.
    public let tokens: [Token]
    /// By the task's name: the logits [labels] before temperature and softmax or sigmoid. For several models,
    /// logits that give the mean of their probabilities.
    public let logits: [String: [Float]]
    /// By the task's name: the n-grams of the text that change the most probable label's logit most, at most
    /// ten, strongest first. Nil for a model without n-grams.
    public let ngrams: [String: [NGram]]?

    /// The tokens' ids in the vocabulary.
    public var tokenIDs: [Int32] { tokens.map(\.id) }
  }

  /// A word of the text.
  public struct Token: Sendable, Hashable, Codable {
    /// The normalised word, even if it is not in the vocabulary.
    public let text: String
    /// Its id in the vocabulary.
    public let id: Int32
    /// Its byte range in the text's UTF-8; nil if the tokenizer does not determine it, as with markup.
    public let range: Range<Int>?
    /// Its attention weight; the weights of the text's tokens sum to 1. Nil for a model without attention.
    public let attention: Float?
  }

  /// An n-gram of the text, and its effect.
  public struct NGram: Sendable, Hashable, Codable {
    /// The units of an n-gram.
    public enum Kind: String, Sendable, Hashable, Codable {
      /// A sequence of words.
      case words
      /// A sequence of letters.
      case letters
    }

    /// Its words, with spaces between them, or its letters, including spaces; nil if n-grams are hashed,
    /// since they then have no names.
    public let text: String?
    /// Whether it is a sequence of words or of letters.
    public let kind: Kind
    /// Its contribution to the logit of the most probable label: above 0 it favours the label.
    public let contribution: Float
  }

  /// A label and its probability.
  public struct Candidate: Sendable, Hashable, Codable {
    /// A label of the task.
    public let label: String
    /// The label's probability, 0...1.
    public let probability: Float
  }

  /// Whether the text contained a known word, or an n-gram with a weight.
  public enum Evidence: String, Sendable, Hashable, Codable {
    /// A word of the text is in the vocabulary, or one of its n-grams has a weight.
    case normal
    /// The text has no tokens; the prediction is the model's prior.
    case empty
    /// No word of the text is in the vocabulary, and none of its n-grams has a weight.
    case allUnknown = "all-unknown"
  }

  /// The most probable label of the first task.
  public var label: String { ranking[0].label }
  /// The probability of that label.
  public var probability: Float { ranking[0].probability }
  /// All labels of the first task, most probable first.
  public var ranking: [Candidate] { predictions[0].ranking }
}

extension Classification.Evidence {
  /// - Parameter hasNGrams: whether any n-gram of the text has a weight.
  package init(_ result: TextEncoderSession.Result, hasNGrams: Bool) {
    self =
      result.isEmpty
      ? .empty : result.unknownCount == result.keptCount && !hasNGrams ? .allUnknown : .normal
  }
}
