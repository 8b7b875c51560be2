/// Determines the form of a table from its first lines.
struct TableGuess {
  private let path: String
  private let head: UnsafeBufferPointer<UInt8>
  private let isWhole: Bool
  private let options: CorpusOptions
  /// The format given by the file's name, or by the user.
  private let named: InputFormat?

  private static let sampleRows = 200

  /// - Parameters:
  ///   - head: the beginning of the input, after a byte order mark.
  ///   - isWhole: whether nothing follows it.
  ///   - named: `.csv` or `.tsv` if it is known to be a table; nil if it may not be one.
  init(
    _ path: String, _ head: UnsafeBufferPointer<UInt8>, isWhole: Bool, named: InputFormat?,
    options: CorpusOptions
  ) {
    self.path = path
    self.head = head
    self.isWhole = isWhole
    self.named = named
    self.options = options
  }

  /// The table's form; nil if it is not a table.
  func form() throws(CorpusError) -> TableForm? {
    var notes: [String] = []
    var forced = options.separator
    var preamble = 0
    if let separator = Self.separatorLine(line(at: 0).bytes) {
      forced = forced ?? separator
      preamble = 1
      notes.append("line 1 names the separator and is not a row: “sep=\(separator)”")
    }
    let begin = preamble == 0 ? 0 : line(at: 0).next
    let comments = commentLines(from: begin)
    if comments.count > 0, var form = try form(of: rest(comments.next), forced),
      try !areRows(comments.fields, form, rest(comments.next))
    {
      form.preambleLines = preamble + comments.count
      let places =
        comments.count == 1
        ? "line \(preamble + 1) is skipped as a comment"
        : "\(comments.count) lines are skipped as comments"
      form.notes = notes + ["\(places) before the table"] + form.notes
      return form
    }
    guard var form = try form(of: rest(begin), forced) else { return nil }
    form.preambleLines = preamble
    form.notes = notes + form.notes
    return form
  }

  // MARK: Lines before the table

  /// The line that begins at `start`, without its end, and the start of the next one.
  private func line(at start: Int) -> (bytes: Slice<UnsafeBufferPointer<UInt8>>, next: Int) {
    let end = head[start...].firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) ?? head.count
    var next = min(end + 1, head.count)
    if end + 1 < head.count, head[end] == 0x0D, head[end + 1] == 0x0A { next += 1 }
    return (head[start..<end], next)
  }

  private func rest(_ start: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: head[start...])
  }

  /// The separator that a line `sep=;` names, as Excel writes and reads it.
  private static func separatorLine(_ line: Slice<UnsafeBufferPointer<UInt8>>) -> FieldSeparator? {
    var bytes = Array(line)
    if bytes.count >= 2, bytes.first == 0x22, bytes.last == 0x22 { bytes = Array(bytes[1..<bytes.count - 1]) }
    guard bytes.count == 5, String(decoding: bytes[..<4], as: UTF8.self).lowercased() == "sep=" else {
      return nil
    }
    return FieldSeparator(byte: bytes[4])
  }

  /// The lines from `start` on that begin with `#`, and blank ones between them.
  private func commentLines(
    from start: Int
  ) -> (count: Int, next: Int, fields: [Slice<UnsafeBufferPointer<UInt8>>]) {
    var position = start
    var lines = 0
    var found: (count: Int, next: Int, fields: [Slice<UnsafeBufferPointer<UInt8>>]) = (0, start, [])
    while position < head.count {
      let line = line(at: position)
      lines += 1
      position = line.next
      if line.bytes.isEmpty { continue }
      guard line.bytes.first == UInt8(ascii: "#") else { break }
      found.count = lines
      found.next = line.next
      found.fields.append(line.bytes)
    }
    // If nothing follows them, they are not comments before a table.
    return found.next < head.count ? found : (0, start, [])
  }

  /// Whether lines that begin with `#` are rows of the table that follows: it has one column, or it does not
  /// begin with names and one of the lines has as many fields as its rows.
  private func areRows(
    _ lines: [Slice<UnsafeBufferPointer<UInt8>>], _ form: TableForm, _ table: UnsafeBufferPointer<UInt8>
  ) throws(CorpusError) -> Bool {
    let sample = try sample(table, form)
    if sample.width < 2 { return true }
    if sample.namesTextAndLabel { return false }
    for line in lines {
      let row = try TableSample(
        path, UnsafeBufferPointer(rebasing: line), isWhole: true, form: form, limit: 1)
      if row.width == sample.width { return true }
    }
    return false
  }

  // MARK: Separators

  private func sample(
    _ table: UnsafeBufferPointer<UInt8>, _ form: TableForm
  ) throws(CorpusError) -> TableSample {
    try TableSample(path, table, isWhole: isWhole, form: form, limit: Self.sampleRows)
  }

  private func form(
    of table: UnsafeBufferPointer<UInt8>, _ forced: FieldSeparator?
  ) throws(CorpusError) -> TableForm? {
    if let forced { return try form(forced, table) }
    let samples = try FieldSeparator.usual.map { (separator) throws(CorpusError) in
      let form = try form(separator, table)
      return (form: form, sample: try sample(table, form))
    }
    let chosen = named.map { choose(among: samples, expected: $0) } ?? recognise(among: samples)
    guard var form = chosen else { return nil }
    if form.separator != .comma, form.separator != .tab {
      form.notes.append("fields separated by “\(form.separator)”")
    } else if let named, form.format != named {
      form.notes.append("fields separated by \(form.separator == .tab ? "tabs" : "commas")")
    }
    return form
  }

  /// Fields of a TSV are literal unless quotes are used throughout, or exactly where needed, or are
  /// requested.
  private func form(
    _ separator: FieldSeparator, _ table: UnsafeBufferPointer<UInt8>
  ) throws(CorpusError) -> TableForm {
    var form = TableForm(separator: separator)
    if separator == .tab, options.format != .csv || options.separator != .tab {
      let sample = try sample(table, form)
      form.hasQuotes = sample.isQuotedThroughout || sample.isQuotedWhereNeeded
      if form.hasQuotes { form.notes.append("quotes around fields are removed") }
    }
    return form
  }

  private typealias Candidate = (form: TableForm, sample: TableSample)

  /// For a file that is known to be a table: the separator of the training data or the one implied by the
  /// name, unless it does not divide the rows and another one does.
  private func choose(among candidates: [Candidate], expected: InputFormat) -> TableForm? {
    func isGood(_ candidate: Candidate) -> Bool {
      candidate.sample.width > 1 && candidate.sample.consistency >= 0.9
    }
    let trained = candidates.filter { $0.form.separator == options.trainedColumns?.separator }
    let usual = candidates.filter { $0.form.format == expected }.prefix(1)
    let first = trained.first(where: isGood) ?? usual.first
    let named = candidates.filter { $0.sample.namesTextAndLabel }
    if let first, isGood(first), named.isEmpty || first.sample.namesTextAndLabel { return first.form }
    if let only = named.first(where: isGood) ?? named.first { return only.form }
    let others = candidates.filter { isGood($0) && $0.sample.rows.count > 1 }
    if let best = others.max(by: { $0.sample.consistency < $1.sample.consistency }) { return best.form }
    // A single row with tabs in a file whose name ends in .csv.
    if let first, first.sample.width < 2, let tabs = candidates.first(where: { $0.form.separator == .tab }),
      tabs.sample.width > 1
    {
      return tabs.form
    }
    return first?.form
  }

  /// For a file that may also be plain lines: a table has the same number of tabs in every line (if labels
  /// are required, in 90 % of them), or begins with names; if labels are required, also one whose rows all
  /// have the same number of fields, with a column that repeats its values.
  private func recognise(among candidates: [Candidate]) -> TableForm? {
    if let tabs = candidates.first(where: { $0.form.separator == .tab }), tabs.sample.width > 1,
      tabs.sample.consistency == 1 || options.needsLabels && tabs.sample.consistency >= 0.9
    {
      return tabs.form
    }
    if let named = candidates.first(where: { $0.sample.namesTextAndLabel }) { return named.form }
    return options.needsLabels ? candidates.first { $0.sample.hasRepeatingColumn }?.form : nil
  }
}
