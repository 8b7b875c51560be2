/// The words and n-grams that most favour or oppose each label, over many explanations.
public struct ExplanationSummary: Sendable {
  /// A word or an n-gram.
  public struct Entry: Sendable, Hashable, Codable {
    /// The kind of entry.
    public enum Kind: String, Sendable, Hashable, Codable {
      /// A normalised word or punctuation mark.
      case word
      /// An n-gram of words or of letters.
      case words, letters
    }

    /// The word, or the n-gram's words or letters.
    public let text: String
    /// Whether it is a word or an n-gram.
    public let kind: Kind
    /// The number of explanations whose texts contain it.
    public let texts: Int
    /// The mean of its scores over these; several occurrences in a text are summed first.
    public let score: Float
  }

  /// A label's words and n-grams.
  public struct Label: Sendable, Hashable, Codable {
    /// The task's name.
    public let task: String
    /// The label's name.
    public let label: String
    /// The number of explanations of this label.
    public let texts: Int
    /// The entries that favour it, strongest first.
    public let positive: [Entry]
    /// The entries that oppose it, strongest first.
    public let negative: [Entry]
  }

  private struct Name: Hashable {
    let task: String
    let label: String
  }

  private struct Part: Hashable {
    let text: String
    let kind: Entry.Kind
  }

  private struct Sums {
    var texts = 0
    var parts: [Part: (texts: Int, sum: Double)] = [:]
  }

  private var sums: [Name: Sums] = [:]

  /// A summary without explanations.
  public init() {}

  /// Adds an explanation; n-grams without a name are left out.
  public mutating func add(_ explanation: Explanation) {
    var own: [Part: Double] = [:]
    for word in explanation.words {
      own[Part(text: word.tokens.joined(separator: " "), kind: .word), default: 0] += Double(word.score)
    }
    for ngram in explanation.ngrams {
      guard let text = ngram.text else { continue }
      own[Part(text: text, kind: ngram.kind == .words ? .words : .letters), default: 0] += Double(
        ngram.contribution)
    }
    let name = Name(task: explanation.task, label: explanation.label)
    sums[name, default: Sums()].texts += 1
    for (part, score) in own {
      sums[name]?.parts[part, default: (0, 0)].texts += 1
      sums[name]?.parts[part]?.sum += score
    }
  }

  /// The labels, ordered by task and name.
  ///
  /// - Parameters:
  ///   - count: the maximum number of entries in each list.
  ///   - support: the minimum number of texts that must contain an entry.
  public func labels(count: Int = 10, support: Int = 5) -> [Label] {
    sums.map { name, sums in
      let entries = sums.parts.filter { $1.texts >= support }.map { part, own in
        Entry(
          text: part.text, kind: part.kind, texts: own.texts, score: Float(own.sum / Double(own.texts)))
      }.sorted { a, b in
        a.score != b.score
          ? a.score > b.score : (a.kind.rawValue, a.text) < (b.kind.rawValue, b.text)
      }
      return Label(
        task: name.task, label: name.label, texts: sums.texts,
        positive: Array(entries.prefix { $0.score > 0 }.prefix(count)),
        negative: Array(entries.reversed().prefix { $0.score < 0 }.prefix(count)))
    }.sorted { ($0.task, $0.label) < ($1.task, $1.label) }
  }
}
