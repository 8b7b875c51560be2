import DiscernBundle
import DiscernCorpus
import DiscernIO

/// Examples of texts and their partners: the source of the texts, and the kind of partners.
public struct MatchData: Sendable {
  /// The partners of a text.
  public enum Kind: Sendable, Hashable {
    /// The text in another column or key of its row; nil: the second of two columns.
    case pairs(column: ColumnSelector? = nil)
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
  /// The flags of the columns of pairs that were not named; a table must then have two columns.
  let unnamedColumns: [String]

  /// Texts in files. The first text of a pair is in the options' `textColumn`, or else in the first of two
  /// columns.
  ///
  /// - Throws: `DiscernError.corpus`.
  public init(
    paths: [String], _ kind: Kind, options: CorpusOptions = CorpusOptions()
  ) throws(DiscernError) {
    var options = options
    options.needsLabels = kind == .labels
    var unnamed: [String] = []
    if case .pairs(let column) = kind {
      if options.textColumn == nil { unnamed.append("--text-column") }
      if column == nil { unnamed.append("--pair-column") }
      options.keptColumns = [column ?? .number(2)]
      options.needsKept = true
      options.textColumn = options.textColumn ?? .number(1)
    }
    unnamedColumns = unnamed
    self.kind = kind
    corpus = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
      try Corpus(paths: paths, options: options)
    }
    texts = []
  }

  /// Pairs of texts in memory.
  public init(pairs: [(String, String)]) {
    kind = .pairs()
    corpus = nil
    unnamedColumns = []
    texts = pairs.map { (left: $0.0, right: $0.1) }
  }
}
