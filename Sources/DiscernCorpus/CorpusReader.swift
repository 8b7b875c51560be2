import DiscernIO
import DiscernSystem
import DiscernVocabulary

/// Reads the records of a corpus one by one: opens its inputs in turn, and checks and counts the rows.
package final class CorpusReader {
  /// The result of a step through a corpus.
  package enum Step: ~Copyable {
    /// Valid until the next step.
    case record(Record)
    case bad(RecordLocation, RowProblem)
    /// A blank line.
    case blank(RecordLocation)
  }

  private let corpus: Corpus
  private var upcoming: ArraySlice<SourcePlan>
  private var stream: (any RecordStream)?
  /// The input of `stream`, unless it is a folder or an archive of one.
  private var window: InputBuffer?
  private let check: RowCheck
  /// Lines that were skipped before the layout was known.
  private var refused: [(location: RecordLocation, problem: RowProblem)] = []
  private var counts = ReadingReport()
  /// The number of records read, including skipped ones.
  private var position = 0
  /// The values of the kept columns in the last step; empty if it was not a row.
  package private(set) var kept: [KeptValue?] = []

  package init(_ corpus: Corpus) {
    self.corpus = corpus
    upcoming = corpus.plans[...]
    check = RowCheck(corpus.options)
  }

  /// The number of inputs opened so far.
  package var inputCount: Int { counts.inputs.count }

  package var report: ReadingReport {
    var report = counts
    report.trimmedLabels = check.trimmedLabels
    report.listCells = check.listCells
    return report
  }

  /// The next record, valid until the next call, or nil at the end of the last input. Throws `CorpusError`,
  /// also if the inputs have no record at all.
  package func next() throws(CorpusError) -> Record? {
    while let step = try nextStep() {
      switch consume step {
      case .record(let record): return record
      case .bad(let location, let problem):
        if corpus.options.onError == .stop { throw .badRow(location, problem) }
      case .blank: continue
      }
    }
    if counts.rows == 0 { throw .noRecords(paths: corpus.paths, skipped: counts.skippedRows) }
    return nil
  }

  /// The next record, bad row or blank line, or nil at the end of the last input. Bad rows are counted in the
  /// report, whatever the error policy.
  package func nextStep() throws(CorpusError) -> Step? {
    while true {
      if !refused.isEmpty {
        let line = refused.removeFirst()
        return reject(line.location, line.problem)
      }
      guard let stream else {
        guard let plan = upcoming.popFirst() else { return nil }
        self.stream = try open(plan)
        continue
      }
      kept = []
      switch try step(stream) {
      case .end:
        let (notes, warnings) = stream.finish()
        counts.inputs[counts.inputs.count - 1].notes += notes
        counts.inputs[counts.inputs.count - 1].warnings += warnings
        self.stream = nil
        window = nil
      case .blank:
        counts.blankLines += 1
        return .blank(RecordLocation(path: window?.path ?? "", line: (window?.line ?? 1) - 1))
      case .bad(let location, let problem): return reject(location, problem)
      case .record(let raw):
        kept = raw.kept
        do throws(RowProblem) {
          let record = try check.record(raw, window: window)
          position += 1
          if let chosen = corpus.chosen, position > chosen.count || !chosen[position - 1] { continue }
          count(record)
          return .record(record)
        } catch {
          return reject(RecordLocation(path: raw.path, line: raw.line), error)
        }
      }
    }
  }

  private func count(_ record: borrowing Record) {
    let input = counts.inputs.count - 1
    if counts.inputs[input].hasHeader == false, counts.inputs[input].rows == 0 {
      counts.inputs[input].firstLabels = record.labels.map {
        $0.map { String(decoding: $0, as: UTF8.self) } ?? ""
      }
    }
    counts.rows += 1
    counts.inputs[input].rows += 1
  }

  private func step(_ stream: any RecordStream) throws(CorpusError) -> StreamStep {
    do throws(CorpusError) {
      return try stream.next()
    } catch {
      // The stream has skipped the line.
      guard case .input(.lineTooLong(let path, let line, let limit)) = error else { throw error }
      return .bad(RecordLocation(path: path, line: line), .tooLong(limit: limit))
    }
  }

  private func reject(_ location: RecordLocation, _ problem: RowProblem) -> Step {
    counts.skip(location, problem)
    return .bad(location, problem)
  }

  /// Throws if kept values, several tasks, weights or groups are requested of a format without columns.
  private func requireColumns(_ path: String, _ format: InputFormat) throws(CorpusError) {
    if !corpus.options.keptColumns.isEmpty {
      throw .unsupported(
        path: path, format: format,
        reason: "it has no columns; --keep and pairs of texts need CSV, TSV or JSON Lines")
    }
    if corpus.options.labelColumns.count > 1 || corpus.options.weightColumn != nil {
      throw .unsupported(
        path: path, format: format,
        reason: "it has no columns; several tasks and weights need CSV, TSV or JSON Lines")
    }
    if corpus.options.groupColumn != nil {
      throw .unsupported(
        path: path, format: format,
        reason: "it has no columns; --group-column needs CSV, TSV or JSON Lines")
    }
  }

  private func open(_ plan: SourcePlan) throws(CorpusError) -> (any RecordStream)? {
    switch plan.kind {
    case .records(let records):
      counts.inputs.append(
        .init(
          path: plan.path, format: .records, hasHeader: nil, textColumn: nil, labelColumn: nil, notes: []))
      return RecordsStream(records, corpus.options)
    case .folder(let layout):
      try openedFolder(plan.path)
      return FolderStream(
        path: plan.path, layout: layout, part: corpus.part, options: corpus.options)
    case .archive(let file, let layout, let linkTargets):
      try openedFolder(plan.path)
      return try ArchiveStream(
        file, layout: layout, part: corpus.part, linkTargets: linkTargets, options: corpus.options)
    case .file(let file, let name, let leftOut):
      let stream = try openFile(file, name: name)
      if counts.inputs.last?.path == plan.path {
        counts.inputs[counts.inputs.count - 1].notes += leftOut.notes
        counts.inputs[counts.inputs.count - 1].warnings += leftOut.warnings
      }
      return stream
    }
  }

  private func openedFolder(_ path: String) throws(CorpusError) {
    try requireColumns(path, .folder)
    counts.inputs.append(
      .init(path: path, format: .folder, hasHeader: nil, textColumn: nil, labelColumn: nil, notes: []))
  }

  private func openFile(_ file: InputFile, name: String) throws(CorpusError) -> (any RecordStream)? {
    var options = corpus.options
    let takesLines = options.takesLines(of: file.path)
    let source = try CorpusError.wrapping { () throws(InputError) in
      // An HTML page may be meant as lines of text; it is not a table.
      try ByteSource(file, takesPages: takesLines || options.format != .automatic)
    }
    let decoded = DecodedBytes(encoding: options.encoding, readsMark: !takesLines) {
      buffer throws(InputError) in try source.read(into: buffer)
    }
    let isLive = options.answersAtOnce && source.isLive
    let input = InputBuffer(
      path: file.path, limit: options.maximumLineBytes,
      isReady: isLive ? { wait in source.isReady(within: wait) } : nil
    ) { buffer throws(InputError) in try decoded.read(into: buffer) }
    window = input
    try input.skipByteOrderMark()
    let named = FormatGuess.byName(name)
    if options.format == .automatic, takesLines || isLive && named == nil { options.format = .lines }
    try input.recogniseLineEnds(
      isCSV: options.format == .csv || options.format == .automatic && named == .csv)
    var notes: [String] = []
    if input.endsLinesWithCarriageReturns { notes.append("lines end in carriage returns") }
    if decoded.wasTold, let encoding = decoded.encoding { notes.append("read as \(encoding)") }
    if takesLines, let kind = ByteSource.packedKind(input.bytes) {
      notes.append("looks like \(kind) but is read as lines; unpack it first, as zcat does")
    }
    if options.format != .lines, let wide = EncodingGuess.wide(try input.peek(1 << 12)) {
      throw .notUTF8(path: file.path, likely: wide)
    }
    let guess = try FormatGuess(input, name: name, options: options)
    if input.count == 0, input.isAtEnd {
      return opened(input, format: guess.format, nil, nil, [], notes: ["the file is empty"], stream: nil)
    }
    // Taken only once, even if the layout is determined repeatedly.
    var preambleLines = guess.form?.preambleLines ?? 0
    while true {
      do throws(CorpusError) {
        while preambleLines > 0 {
          preambleLines -= 1
          _ = try input.takeLine()
        }
        return try openLayout(input, guess, notes: notes)
      } catch {
        guard case .input(.lineTooLong(let path, let line, let limit)) = error else { throw error }
        refused.append((RecordLocation(path: path, line: line), .tooLong(limit: limit)))
      }
    }
  }

  private func openLayout(
    _ input: InputBuffer, _ guess: FormatGuess, notes: [String]
  ) throws(CorpusError) -> (any RecordStream)? {
    let options = corpus.options
    let format = guess.format
    switch format {
    case .csv, .tsv:
      let form = guess.form ?? (format == .csv ? .csv : .tsv)
      guard let layout = try TableLayout(input, form, options: options) else { return nil }
      return opened(
        input, format: format, layout.hasHeader, layout.names[layout.text],
        layout.labels.map { layout.names[$0] }, columns: layout.columns,
        notes: notes + form.notes + (layout.weight.map { ["weights in \(layout.names[$0])"] } ?? [])
          + (layout.group.map { ["groups in \(layout.names[$0])"] } ?? []),
        stream: TableStream(input, layout: layout))
    case .jsonl:
      let frames = try JSONFrames(input)
      guard var keys = try JSONLinesStream.chooseKeys(input, frames.layout, options: options) else {
        return nil
      }
      keys.kept = options.keptColumns.map(\.description)
      keys.needsKept = options.needsKept
      if options.expectsTable, keys.kept == [keys.text] {
        throw .sameColumn(path: input.path, name: keys.text)
      }
      let notes = notes + (frames.layout == .lines ? [] : ["objects span several lines"])
      return opened(
        input, format: format, nil, keys.text, keys.labels.map(\.name),
        columns: TableColumns(text: .name(keys.text), labels: keys.labels.map { .name($0.name) }),
        notes: notes + (keys.weight.map { ["weights in \($0)"] } ?? [])
          + (keys.group.map { ["groups in \($0)"] } ?? []),
        stream: JSONLinesStream(
          input, layout: frames.layout, keys: keys, needsLabels: options.needsLabels))
    case .fasttext:
      try requireColumns(input.path, format)
      return opened(
        input, format: format, nil, nil, [], notes: notes,
        stream: FastTextStream(
          input, needsLabels: options.needsLabels, separator: options.labelColumns.first?.separator))
    case .lines, .automatic, .folder, .records:
      let columns = [options.weightColumn, options.groupColumn].compactMap(\.self) + options.keptColumns
      if options.needsLabels || !columns.isEmpty {
        try requireColumns(input.path, .lines)
      }
      if options.needsLabels { throw .unlabelled(path: input.path, format: .lines) }
      return opened(input, format: .lines, nil, nil, [], notes: notes, stream: PlainLineStream(input))
    }
  }

  private func opened(
    _ input: InputBuffer, format: InputFormat, _ hasHeader: Bool?, _ text: String?, _ labels: [String],
    columns: TableColumns? = nil, notes: [String] = [], stream: (any RecordStream)?
  ) -> (any RecordStream)? {
    counts.inputs.append(
      .init(
        path: input.path, format: format, hasHeader: hasHeader, textColumn: text,
        labelColumn: labels.isEmpty ? nil : labels.joined(separator: ", "), columns: columns, notes: notes))
    return stream
  }
}
