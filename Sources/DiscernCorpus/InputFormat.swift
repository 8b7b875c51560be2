/// The layout of a corpus on disk.
///
/// Each may also be compressed (gzip, xz, zstandard, bzip2), a single file inside a zip or
/// tar, or for `folder` an archive of the folder.
public enum InputFormat: String, CaseIterable, Codable, Sendable {
  /// Recognised by the name and, if that is inconclusive, by the first 64 KiB of the content.
  case automatic = "auto"
  /// A folder whose subfolders are the labels, with one file per text; or one with such folders in `train`
  /// and `test`.
  case folder
  /// Comma-separated values as in RFC 4180: quotes, doubled quotes, line breaks inside quotes.
  case csv
  /// Tab-separated values. A field is literal, quotes included: it can hold neither a tab nor a line
  /// break, and the texts of common corpora are full of stray quotes.
  case tsv
  /// One JSON object per line.
  case jsonl
  /// fastText's `__label__x the text`. Several labels at the start are joined by commas.
  case fasttext
  /// Texts without labels, one per line.
  case lines
  /// Not on disk: the `CorpusRecord`s of a program.
  case records

  /// All layouts on disk.
  public static let allCases: [InputFormat] = [.automatic, .folder, .csv, .tsv, .jsonl, .fasttext, .lines]
}
