import DiscernIO
import DiscernSystem

/// Distinguishes formats by name and content.
struct FormatGuess {
  let format: InputFormat
  /// The form of the table, if it is one.
  var form: TableForm?

  /// The format of `input` by the options, its name and its first lines.
  ///
  /// Content that begins with `{` is JSON Lines, with `[` and `{` an array of JSON objects; `__label__` in
  /// the first or in most lines is fastText, a table what `TableGuess` finds, and anything else plain lines.
  init(_ input: InputBuffer, name: String, options: CorpusOptions) throws(CorpusError) {
    let head = try input.peek(1 << 16)
    let isWhole = input.isAtEnd && head.count == input.count
    let asked = options.format == .automatic ? Self.byName(name) : options.format
    var table = asked == .csv || asked == .tsv ? asked : nil
    if options.format == .automatic, options.separator != nil, asked == nil { table = .csv }
    if options.refusesTables, asked == .lines {
      let found = Self.byName(name) ?? (name != "-" && Self.beginsWithObject(head) ? .jsonl : nil)
      if let found { throw .unnamedColumn(path: input.path, format: found) }
    }
    if let asked, table == nil {
      format = asked
      return
    }
    if table == nil {
      let found = Self.byContent(head, isWhole: isWhole)
      if let found, found == .jsonl || !options.expectsTable {
        format = found
        return
      }
      if options.expectsTable { table = .tsv }
    }
    if table == nil { table = Self.trainedFormat(head, options) }
    form = try TableGuess(input.path, head, isWhole: isWhole, named: table, options: options).form()
    format = form?.format ?? .lines
  }

  /// By the name's extension, ignoring those of compression and archives. Nil if it is unknown.
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

  /// The format of the model's own table, if the first line has as many columns and names the text's as that
  /// has: a few rows show little else.
  private static func trainedFormat(
    _ bytes: UnsafeBufferPointer<UInt8>, _ options: CorpusOptions
  ) -> InputFormat? {
    guard options.format == .automatic, options.separator == nil, let trained = options.trainedColumns,
      let separator = trained.separator, case .name(let name) = trained.text
    else { return nil }
    let fields = bytes.prefix { $0 != 0x0A && $0 != 0x0D }.split(
      separator: separator.byte, omittingEmptySubsequences: false)
    let quoted = "\"\(name)\""
    guard fields.count == trained.count,
      fields.contains(where: { $0.elementsEqual(name.utf8) || $0.elementsEqual(quoted.utf8) })
    else { return nil }
    return separator == .tab ? .tsv : .csv
  }

  /// JSON or fastText; nil if it is neither.
  private static func byContent(_ bytes: UnsafeBufferPointer<UInt8>, isWhole: Bool) -> InputFormat? {
    var lines = bytes.split(maxSplits: 50, omittingEmptySubsequences: true) { $0 == 0x0A || $0 == 0x0D }
    // The last line may be cut off, or be the rest of the file.
    if lines.count > 1, !isWhole || lines.count > 50 { lines.removeLast() }
    guard let first = lines.first else { return nil }
    let begin = first.drop { $0 == 0x20 || $0 == 0x09 }
    if begin.first == UInt8(ascii: "{") || beginsArrayOfObjects(bytes) { return .jsonl }
    let labelled = lines.map { FastTextStream.hasLabel(UnsafeBufferPointer(rebasing: $0)) }
    return labelled[0] || labelled.count { $0 } * 2 > lines.count ? .fasttext : nil
  }

  /// Whether the first line is a JSON object, or an array of objects begins.
  private static func beginsWithObject(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let first = UnsafeBufferPointer(rebasing: bytes.prefix { $0 != 0x0A && $0 != 0x0D })
    return (try? StrictJSON.parse(first))?.object != nil || beginsArrayOfObjects(bytes)
  }

  /// `[` and, after white space, `{`: texts do not begin like this.
  private static func beginsArrayOfObjects(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
    let begin = bytes.drop(while: isSpace)
    return begin.first == UInt8(ascii: "[")
      && begin.dropFirst().drop(while: isSpace).first == UInt8(ascii: "{")
  }
}
