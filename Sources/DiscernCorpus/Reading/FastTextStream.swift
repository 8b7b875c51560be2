import DiscernIO
import DiscernSystem

/// fastText's `__label__x text`; several labels are joined, by a comma unless another separator is given.
///
/// fastText itself accepts labels anywhere. Here they must come first: a later label makes the line bad, and
/// is never a word of its text.
final class FastTextStream: RecordStream {
  static let prefix = Array("__label__".utf8)
  private let input: InputBuffer
  private let needsLabels: Bool
  private let separator: LabelSeparator?
  private var label = ByteBuffer()
  /// The number of lines whose labels were joined although no separator was given, and the first such labels.
  private var joined: (count: Int, first: String) = (0, "")

  init(_ input: InputBuffer, needsLabels: Bool, separator: LabelSeparator?) {
    self.input = input
    self.needsLabels = needsLabels
    self.separator = separator
  }

  /// Whether a line contains a label.
  static func hasLabel(_ line: UnsafeBufferPointer<UInt8>) -> Bool { labelAfter(line, 0) != nil }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private static func hasPrefix(_ line: UnsafeBufferPointer<UInt8>, at position: Int) -> Bool {
    guard let base = line.baseAddress, line.count - position >= prefix.count else { return false }
    return memcmp(base + position, prefix, prefix.count) == 0
  }

  private static func afterSpace(_ line: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
    var position = start
    while position < line.count, isSpace(line[position]) { position += 1 }
    return position
  }

  func next() throws(CorpusError) -> StreamStep {
    let number = input.line
    guard let line = try input.takeLine() else { return .end }
    if line.isEmpty { return .blank }
    let labels: (count: Int, end: Int)
    do throws(RowProblem) {
      labels = try takeLabels(line)
      if let label = Self.labelAfter(line, labels.end) { throw .labelAfterText(label) }
      if labels.count == 0, needsLabels, separator == nil { throw .noLabelPrefix }
    } catch {
      return .bad(RecordLocation(path: input.path, line: number), error)
    }
    if labels.count > 1, needsLabels, separator == nil {
      if joined.count == 0 { joined.first = String(decoding: label.bytes, as: UTF8.self) }
      joined.count += 1
    }
    return .record(
      RawRecord(
        text: UnsafeBufferPointer(rebasing: line[labels.end...]),
        labels: labels.count == 0 && separator == nil ? [] : [label.bytes],
        path: input.path, line: number))
  }

  func finish() -> (notes: [String], warnings: [String]) {
    if joined.count == 0 { return ([], []) }
    let lines = joined.count == 1 ? "1 line has several labels" : "\(joined.count) lines have several labels"
    return (
      [],
      [
        "\(lines), which were joined into one, such as “\(joined.first)”; --multi-label , reads them as "
          + "several"
      ]
    )
  }

  /// Puts the labels at the start of the line into `label`; returns their number and the start of the text.
  private func takeLabels(
    _ line: UnsafeBufferPointer<UInt8>
  ) throws(RowProblem) -> (count: Int, end: Int) {
    label.removeAll()
    var labels = (count: 0, end: 0)
    var position = Self.afterSpace(line, 0)
    while Self.hasPrefix(line, at: position) {
      let start = position + Self.prefix.count
      var end = start
      while end < line.count, !Self.isSpace(line[end]) { end += 1 }
      if end == start { throw .emptyLabel }
      let name = line[start..<end]
      if let separator, name.contains(separator.byte) {
        throw .separatorInLabel(
          label: String(decoding: name, as: UTF8.self), separator: separator.description)
      }
      if labels.count > 0 { label.append(separator?.byte ?? UInt8(ascii: ",")) }
      label.append(UnsafeBufferPointer(rebasing: name))
      position = Self.afterSpace(line, end)
      labels = (labels.count + 1, position)
    }
    return labels
  }

  /// The first label from `start` on that follows a space or begins the line.
  private static func labelAfter(_ line: UnsafeBufferPointer<UInt8>, _ start: Int) -> String? {
    guard let base = line.baseAddress else { return nil }
    var position = start
    while position < line.count,
      let found = memchr(base + position, Int32(prefix[0]), line.count - position)
    {
      let place = UnsafeRawPointer(found) - UnsafeRawPointer(base)
      if place == 0 || isSpace(line[place - 1]), hasPrefix(line, at: place) {
        return String(decoding: line[place...].prefix { !isSpace($0) }, as: UTF8.self)
      }
      position = place + 1
    }
    return nil
  }
}
