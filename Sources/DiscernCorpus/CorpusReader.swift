import DiscernIO
import DiscernVocabulary
import Foundation

/// Pulls the records of a corpus one by one: opens its inputs in turn, checks the rows and keeps count.
package final class CorpusReader {
  private let corpus: Corpus
  private var upcoming: ArraySlice<SourcePlan>
  private var stream: (any RecordStream)?
  /// Labels that stood as lists, with the separator between them.
  private var lists = ByteBuffer()
  package private(set) var report = ReadingReport()

  package init(_ corpus: Corpus) {
    self.corpus = corpus
    upcoming = corpus.plans[...]
  }

  /// The next record, valid until the next call, or nil at the end of the last input. Throws
  /// `CorpusError`, also when there was not one record in all of them.
  package func next() throws(CorpusError) -> Record? {
    while true {
      guard let stream else {
        guard let plan = upcoming.popFirst() else {
          if report.rows == 0 { throw .noRecords(paths: corpus.paths, skipped: report.skippedRows) }
          return nil
        }
        stream = try open(plan)
        continue
      }
      switch try stream.next() {
      case .end:
        let (notes, warnings) = stream.finish()
        report.inputs[report.inputs.count - 1].notes += notes
        report.inputs[report.inputs.count - 1].warnings += warnings
        self.stream = nil
      case .blank: report.blankLines += 1
      case .bad(let location, let problem): try reject(location, problem)
      case .record(let raw):
        let location = RecordLocation(path: raw.path, line: raw.line)
        let weight: Float
        let labels: [UnsafeBufferPointer<UInt8>?]
        do throws(RowProblem) {
          weight = try check(raw)
          labels = try self.labels(of: raw)
        } catch {
          try reject(location, error)
          continue
        }
        let input = report.inputs.count - 1
        if report.inputs[input].hasHeader == false, report.inputs[input].rows == 0 {
          report.inputs[input].firstLabels = labels.map {
            $0.map { String(decoding: $0, as: UTF8.self) } ?? ""
          }
        }
        report.rows += 1
        report.inputs[report.inputs.count - 1].rows += 1
        return Record(text: raw.text, labels: labels, weight: weight, location: location)
      }
    }
  }

  private func reject(_ location: RecordLocation, _ problem: RowProblem) throws(CorpusError) {
    if corpus.options.onError == .stop { throw .badRow(location, problem) }
    report.skip(location, problem)
  }

  /// The labels without those that are missing, without white space at their ends; lists with the separator
  /// between their labels.
  private func labels(of raw: RawRecord) throws(RowProblem) -> [UnsafeBufferPointer<UInt8>?] {
    var labels = raw.labels
    let columns = corpus.options.labelColumns
    var listed: [(task: Int, range: Range<Int>)] = []
    lists.removeAll()
    var trimmed = 0
    for (task, label) in labels.enumerated() {
      guard let label else { continue }
      if label.contains(0) { throw .nul }
      if !UTF8Validation.isValid(label) { throw .labelNotUTF8 }
      let content = LabelCell.trimmed(label)
      if let separator = columns[task].separator {
        if LabelCell.isList(content) { listed.append((task, try appendList(content, separator))) }
        continue
      }
      // An empty list of labels is as good as any; an empty label is none.
      labels[task] = content.isEmpty ? nil : content
      trimmed += !content.isEmpty && content.count < label.count ? 1 : 0
    }
    if corpus.options.needsLabels, !labels.isEmpty, labels.allSatisfy({ $0 == nil }) {
      throw columns.count == 1 ? .emptyLabel : .noLabel
    }
    for (task, range) in listed { labels[task] = UnsafeBufferPointer(rebasing: lists.bytes[range]) }
    report.trimmedLabels += trimmed
    report.listCells += listed.count
    return labels
  }

  /// Appends the labels of a list such as `['a', 'b']` to `lists` and tells where they stand.
  private func appendList(
    _ cell: UnsafeBufferPointer<UInt8>, _ separator: LabelSeparator
  ) throws(RowProblem) -> Range<Int> {
    guard let elements = LabelCell.elements(ofList: cell) else {
      throw .brokenList(String(decoding: cell, as: UTF8.self))
    }
    let start = lists.count
    for (index, element) in elements.enumerated() {
      if element.contains(separator.byte) {
        throw .separatorInLabel(
          label: String(decoding: element, as: UTF8.self), separator: separator.description)
      }
      if index > 0 { lists.append(separator.byte) }
      element.withUnsafeBufferPointer { lists.append($0) }
    }
    return start..<lists.count
  }

  /// Checks the text and returns the row's weight.
  private func check(_ raw: RawRecord) throws(RowProblem) -> Float {
    if let base = raw.text.baseAddress, memchr(base, 0, raw.text.count) != nil { throw .nul }
    var weight: Float = 1
    if let field = raw.weight {
      guard case .value(let value) = DecimalFloat.parse(field), value >= 0 else {
        throw .badWeight(String(decoding: field, as: UTF8.self))
      }
      weight = value
    }
    if !UTF8Validation.isValid(raw.text) {
      report.invalidUTF8Rows += 1
      if report.firstInvalidUTF8Rows.count < 5 {
        report.firstInvalidUTF8Rows.append(RecordLocation(path: raw.path, line: raw.line))
      }
    }
    return weight
  }

  /// Throws where there is only one label a text, and several or weights are asked for.
  private func requireColumns(_ path: String, _ format: InputFormat) throws(CorpusError) {
    if corpus.options.labelColumns.count > 1 || corpus.options.weightColumn != nil {
      throw .unsupported(
        path: path, format: format,
        reason: "it has no columns; several tasks and weights need CSV, TSV or JSON Lines")
    }
  }

  private func open(_ plan: SourcePlan) throws(CorpusError) -> (any RecordStream)? {
    switch plan.kind {
    case .folder(let layout):
      try openedFolder(plan.path)
      return try FolderStream(
        path: plan.path, layout: layout, part: corpus.part, options: corpus.options)
    case .archive(let file, let layout, let linkTargets):
      try openedFolder(plan.path)
      return try ArchiveStream(
        file, layout: layout, part: corpus.part, linkTargets: linkTargets, options: corpus.options)
    case .file(let file, let name, let leftOut):
      let source: ByteSource
      do throws(InputError) {
        // A page may be meant where every line is a text; it is no table.
        source = try ByteSource(file, takesPages: corpus.options.format != .automatic)
      } catch {
        throw .input(error)
      }
      let stream = try openFile(InputBuffer(source), name: name)
      if report.inputs.last?.path == plan.path {
        report.inputs[report.inputs.count - 1].notes += leftOut.notes
        report.inputs[report.inputs.count - 1].warnings += leftOut.warnings
      }
      return stream
    }
  }

  private func openedFolder(_ path: String) throws(CorpusError) {
    try requireColumns(path, .folder)
    report.inputs.append(
      .init(path: path, format: .folder, hasHeader: nil, textColumn: nil, labelColumn: nil, notes: []))
  }

  private func openFile(_ input: InputBuffer, name: String) throws(CorpusError) -> (any RecordStream)? {
    try input.skipByteOrderMark()
    let options = corpus.options
    let guess = try FormatGuess(input, name: name, options: options)
    let format = guess.format
    if input.count == 0 {
      return opened(input, format: format, nil, nil, [], notes: ["the file is empty"], stream: nil)
    }
    switch format {
    case .csv, .tsv:
      let form = guess.form ?? (format == .csv ? .csv : .tsv)
      for _ in 0..<form.preambleLines { _ = try input.takeLine() }
      guard let layout = try TableLayout(input, form, options: options) else { return nil }
      return opened(
        input, format: format, layout.hasHeader, layout.names[layout.text],
        layout.labels.map { layout.names[$0] }, columns: layout.columns,
        notes: form.notes + (layout.weight.map { ["weights in \(layout.names[$0])"] } ?? []),
        stream: TableStream(input, layout: layout))
    case .jsonl:
      let frames = try JSONFrames(input)
      guard let keys = try JSONLinesStream.chooseKeys(input, frames.layout, options: options) else {
        return nil
      }
      let notes = frames.layout == .lines ? [] : ["objects over several lines"]
      return opened(
        input, format: format, nil, keys.text, keys.labels.map(\.name),
        columns: TableColumns(text: .name(keys.text), labels: keys.labels.map { .name($0.name) }),
        notes: notes + (keys.weight.map { ["weights in \($0)"] } ?? []),
        stream: JSONLinesStream(
          input, layout: frames.layout, keys: keys, needsLabels: options.needsLabels))
    case .fasttext:
      try requireColumns(input.path, format)
      return opened(
        input, format: format, nil, nil, [],
        stream: FastTextStream(
          input, needsLabels: options.needsLabels, separator: options.labelColumns.first?.separator))
    case .lines, .automatic, .folder:
      if options.needsLabels || options.weightColumn != nil { try requireColumns(input.path, .lines) }
      if options.needsLabels { throw .unlabelled(path: input.path, format: .lines) }
      return opened(input, format: .lines, nil, nil, [], stream: PlainLineStream(input))
    }
  }

  private func opened(
    _ input: InputBuffer, format: InputFormat, _ hasHeader: Bool?, _ text: String?, _ labels: [String],
    columns: TableColumns? = nil, notes: [String] = [], stream: (any RecordStream)?
  ) -> (any RecordStream)? {
    report.inputs.append(
      .init(
        path: input.path, format: format, hasHeader: hasHeader, textColumn: text,
        labelColumn: labels.isEmpty ? nil : labels.joined(separator: ", "), columns: columns, notes: notes))
    return stream
  }
}
