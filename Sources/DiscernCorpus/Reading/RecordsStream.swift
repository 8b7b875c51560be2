import DiscernIO

/// Reads the records of a program like those of a file, with the same checks, hashes and counts.
final class RecordsStream: RecordStream {
  /// The name of such an input in locations and reports.
  static let path = "records"

  private let records: [CorpusRecord]
  private let columns: [LabelColumn]
  private let hasWeights: Bool
  private let hasGroups: Bool
  private var position = 0
  /// The record that was delivered last.
  private var bytes = ByteBuffer()

  init(_ records: [CorpusRecord], _ options: CorpusOptions) {
    self.records = records
    columns = options.labelColumns
    hasWeights = options.weightColumn != nil
    hasGroups = options.groupColumn != nil
  }

  func next() throws(CorpusError) -> StreamStep {
    guard position < records.count else { return .end }
    let record = records[position]
    position += 1
    do throws(RowProblem) {
      return .record(try raw(record))
    } catch {
      return .bad(RecordLocation(path: Self.path, line: position), error)
    }
  }

  private func raw(_ record: CorpusRecord) throws(RowProblem) -> RawRecord {
    let known = columns.map(\.task)
    if let task = record.labels.keys.filter({ !known.contains($0) }).min() {
      throw .unknownTask(task, known: known)
    }
    bytes.removeAll()
    let text = add(record.text)
    var labels: [Range<Int>?] = []
    for column in columns { labels.append(try add(record.labels[column.task], column)) }
    let weight = hasWeights ? add("\(record.weight)") : nil
    let group = hasGroups ? record.group.map { add($0) } : nil
    let all = bytes.bytes
    func slice(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
      UnsafeBufferPointer(rebasing: all[range])
    }
    return RawRecord(
      text: slice(text), labels: labels.map { $0.map(slice) }, weight: weight.map(slice),
      group: group.map(slice), path: Self.path, line: position)
  }

  private func add(_ text: String) -> Range<Int> {
    var text = text
    let start = bytes.count
    text.withUTF8 { bytes.append($0) }
    return start..<bytes.count
  }

  /// A task's labels, written as in a table's cell.
  private func add(_ labels: CorpusRecord.Labels?, _ column: LabelColumn) throws(RowProblem) -> Range<Int>? {
    switch (labels, column.separator) {
    case (nil, _): return nil
    case (.one(let label), nil): return add(label)
    case (.any(let labels), let separator?):
      for label in labels {
        if label.isEmpty { throw .emptyLabel }
        if label.utf8.contains(separator.byte) {
          throw .separatorInLabel(label: label, separator: separator.description)
        }
      }
      let range = add(labels.joined(separator: separator.description))
      guard LabelCell.isList(UnsafeBufferPointer(rebasing: bytes.bytes[range])) else { return range }
      // A label that looks like a list is written as one.
      bytes.truncate(to: range.lowerBound)
      let quoted = labels.map { "'" + $0.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'" }
      return add("[" + quoted.joined(separator: ", ") + "]")
    case (.one, _?), (.any, nil): throw .otherKindOfLabels(task: column.task)
    }
  }
}
