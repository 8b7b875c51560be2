import DiscernCorpus

/// What a classifier says of a text.
public struct Classification: Sendable, Hashable, Codable {
  /// What it says for each task, in the model's order; at least one.
  public let predictions: [Prediction]
  /// Whether there was anything to judge by.
  public let evidence: Evidence
  /// Only from a session that includes details.
  public let details: Details?

  /// What is said of a text for one task.
  public struct Prediction: Sendable, Hashable, Codable {
    /// Empty for the only task of a model that was not given a name.
    public let task: String
    /// The likeliest label; of a multi-label task all that reach their thresholds,
    /// likeliest first.
    public let labels: [Candidate]
    /// All labels, likeliest first.
    public let ranking: [Candidate]
  }

  /// What the predictions were computed from.
  public struct Details: Sendable, Hashable, Codable {
    /// As the network saw them: cut to the limit; of an empty text one without letters, `<unk>` by its id.
    public let tokens: [Token]
    /// By the task's name: [labels] before temperature and softmax or sigmoid. Of several models those that
    /// give the mean of their probabilities.
    public let logits: [String: [Float]]
    /// By the task's name: the n-grams of the text that move the likeliest label's logit most, at most ten,
    /// the strongest first. Nil for a model without n-grams.
    public let ngrams: [String: [NGram]]?

    /// Ids of the vocabulary.
    public var tokenIDs: [Int32] { tokens.map(\.id) }
  }

  /// A word of the text.
  public struct Token: Sendable, Hashable, Codable {
    /// As it was in the text, normalised; also where the vocabulary does not know it.
    public let text: String
    /// Its id in the vocabulary.
    public let id: Int32
    /// Its bytes in the text's UTF-8; nil where the tokenizer cannot say, as with markup.
    public let range: Range<Int>?
    /// How much it weighed among the text's tokens, which come to 1; nil for a model without attention.
    public let attention: Float?
  }

  /// An n-gram of the text, and what it does.
  public struct NGram: Sendable, Hashable, Codable {
    /// What it is made of.
    public enum Kind: String, Sendable, Hashable, Codable {
      /// A sequence of words.
      case words
      /// A sequence of letters.
      case letters
    }

    /// Its words, with spaces between them, or its letters, spaces included; nil where n-grams share numbers
    /// and have no names.
    public let text: String?
    public let kind: Kind
    /// What it adds to the logit of the likeliest label: above 0 it speaks for it.
    public let contribution: Float
  }

  /// A label and its probability.
  public struct Candidate: Sendable, Hashable, Codable {
    /// A label of the task.
    public let label: String
    /// 0...1.
    public let probability: Float
  }

  /// Whether there was anything to judge by.
  public enum Evidence: String, Sendable, Hashable, Codable {
    /// There is a word or an n-gram that the model knows.
    case normal
    /// The text has no tokens; the prediction is the model's prior.
    case empty
    /// No word of the text is in the vocabulary.
    case allUnknown = "all-unknown"
  }

  /// The likeliest label of the first task.
  public var label: String { ranking[0].label }
  /// The probability of that label.
  public var probability: Float { ranking[0].probability }
  /// All labels of the first task, likeliest first.
  public var ranking: [Candidate] { predictions[0].ranking }
}

extension Classification.Evidence {
  /// - Parameter hasNGrams: whether an n-gram of the text weighs anything.
  package init(_ result: TextEncoderSession.Result, hasNGrams: Bool) {
    self =
      result.isEmpty
      ? .empty : result.unknownCount == result.keptCount && !hasNGrams ? .allUnknown : .normal
  }
}
