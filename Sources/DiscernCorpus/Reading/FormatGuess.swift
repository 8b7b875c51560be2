import Foundation

/// Tells formats apart by name and content.
enum FormatGuess {
  /// By the name's extension, a compression's extension put aside. Nil if it says nothing.
  static func byName(_ path: String) -> InputFormat? {
    var parts = path.split(separator: "/").last?.lowercased().split(separator: ".").map(String.init) ?? []
    let packed: Set = ["gz", "xz", "zst", "zstd", "bz2", "zip", "tar", "tgz", "txz", "tzst", "tbz2"]
    while let last = parts.last, packed.contains(last) { parts.removeLast() }
    switch parts.last {
    case "csv": return .csv
    case "tsv", "tab": return .tsv
    case "jsonl", "ndjson", "jsonlines", "json": return .jsonl
    default: return nil
    }
  }

  /// By the first lines of `bytes`; `named` is what the name said.
  ///
  /// A file called .csv whose first line has tabs and no comma is a TSV. Where the name says nothing:
  /// `{` first is JSON Lines, `__label__` first is fastText, as many tabs in every line (at least one) is
  /// TSV, a first line of short names with commas, one usual for a text and one for a label, is CSV, and
  /// all else is plain lines.
  static func byContent(
    _ bytes: UnsafeBufferPointer<UInt8>, named: InputFormat?, isWhole: Bool
  ) -> InputFormat {
    var lines = bytes.split(separator: 0x0A, maxSplits: 50, omittingEmptySubsequences: true)
    // The last one may be cut off, or be the rest of the file.
    if lines.count > 1, !isWhole || lines.count > 50 { lines.removeLast() }
    guard let first = lines.first else { return named ?? .lines }
    let tabs = first.count { $0 == 0x09 }
    if let named {
      return named == .csv && tabs > 0 && !first.contains(UInt8(ascii: ",")) ? .tsv : named
    }
    if first.first(where: { $0 != 0x20 && $0 != 0x09 }) == UInt8(ascii: "{") { return .jsonl }
    if FastTextStream.begins(UnsafeBufferPointer(rebasing: first)) { return .fasttext }
    if tabs > 0, lines.allSatisfy({ line in line.count { $0 == 0x09 } == tabs }) { return .tsv }
    let cells = String(decoding: first, as: UTF8.self).split(separator: ",").map {
      UsualNames.normalised($0.trimmingCharacters(in: .init(charactersIn: "\"\r")))
    }
    if cells.contains(where: UsualNames.text.contains), cells.contains(where: UsualNames.label.contains) {
      return .csv
    }
    return .lines
  }
}
