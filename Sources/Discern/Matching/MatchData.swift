import DiscernBundle
import DiscernCorpus
import DiscernIO

/// Examples of texts and their partners: where the texts are, and what belongs to each.
public struct MatchData: Sendable {
  /// The partners of a text.
  public enum Kind: Sendable, Hashable {
    /// The text in another column or key of its row.
    case pairs(column: ColumnSelector)
    /// All other texts with its label.
    case labels
    /// A row of a file of vectors (`.npy` or safetensors): row i belongs to text i.
    ///
    /// - Parameter tensor: the name in a safetensors file that has several matrices.
    case vectors(path: String, tensor: String? = nil)

    /// The name in a model's record.
    var name: String {
      switch self {
      case .pairs: "pairs"
      case .labels: "labels"
      case .vectors: "vectors"
      }
    }
  }

  /// The partners of each text.
  public let kind: Kind
  let corpus: Corpus?
  let texts: [(left: String, right: String)]

  /// Texts in files. The first text of a pair is in the options' `textColumn`, or else in column 1.
  ///
  /// - Throws: `DiscernError.corpus`.
  public init(
    paths: [String], _ kind: Kind, options: CorpusOptions = CorpusOptions()
  ) throws(DiscernError) {
    var options = options
    options.needsLabels = kind == .labels
    if case .pairs(let column) = kind {
      options.keptColumns = [column]
      options.textColumn = options.textColumn ?? .number(1)
    }
    self.kind = kind
    corpus = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
      try Corpus(paths: paths, options: options)
    }
    texts = []
  }

  /// Pairs of texts in memory.
  public init(pairs: [(String, String)]) {
    kind = .pairs(column: .number(2))
    corpus = nil
    texts = pairs.map { (left: $0.0, right: $0.1) }
  }
}
