import DiscernBundle
import DiscernCorpus
import DiscernIO

extension DiscernError {
  static func ofMatchFile(_ error: BundleError) -> DiscernError { .match(.file(error)) }
}

/// Why a matcher's examples, vectors or index cannot be used.
public enum MatchError: KnownFailure {
  /// There is too little data for training or evaluation.
  case tooFew(part: String, count: Int, needed: Int)
  /// A row has no second text.
  case noPartner(RecordLocation, column: String)
  /// A table has more than two columns, or JSON has keys (nil), and those of the pairs are not named.
  case unnamedColumns(path: String, columns: Int?, flags: [String])
  /// The two texts of every pair are the same, since one column was chosen for both.
  case samePairs(rows: Int)
  /// A file of vectors does not have one row for each text.
  case rowCount(path: String, rows: Int, texts: Int)
  /// Vectors differ in size from those that the model was trained with.
  case featureCount(path: String, got: Int, expected: Int)
  /// A file of vectors or an index cannot be read or written.
  case file(BundleError)

  public var kind: ErrorKind {
    switch self {
    case .tooFew, .noPartner, .unnamedColumns, .samePairs, .rowCount: .badInput
    case .featureCount: .incompatibleModel
    case .file(let error): error.kind
    }
  }

  public var description: String {
    switch self {
    case .tooFew(let part, let count, let needed):
      "\(part): \(count.counted("text")) with a match; at least \(needed) are needed. Pairs are two columns "
        + "(--text-column, --pair-column), labels must occur at least twice (--label-column)"
    case .noPartner(let location, let column):
      "\(location): there is no text in the column or key \(DisplayText.escaped(column)) (--pair-column); "
        + "--on-error skip leaves such rows out"
    case .unnamedColumns(let path, let columns, let flags):
      "\(path) has \(columns?.counted("column") ?? "keys"), of which two are the texts and their matches: "
        + "name " + (flags.count > 1 ? "both" : "the other one too") + " (\(flags.joined(separator: ", ")))"
    case .samePairs(let rows):
      "both texts of each of the \(rows.counted("pair")) are the same: the texts and their matches are in "
        + "two columns; name both (--text-column, --pair-column)"
    case .rowCount(let path, let rows, let texts):
      "\(path) has \(rows.counted("row")) for \(texts.counted("text")); row i must match line i, so no line "
        + "may be left out"
    case .featureCount(let path, let got, let expected):
      "\(path) has vectors of dimension \(got), and the model was trained with \(expected)"
    case .file(let error): error.description
    }
  }
}
