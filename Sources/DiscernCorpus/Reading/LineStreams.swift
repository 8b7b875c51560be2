import DiscernIO
import Foundation

/// Plain lines: texts without labels. An empty line is an empty text.
final class PlainLineStream: RecordStream {
  private let input: InputBuffer

  init(_ input: InputBuffer) { self.input = input }

  func next() throws(CorpusError) -> StreamStep {
    let number = input.line
    guard let line = try input.takeLine() else { return .end }
    return .record(RawRecord(text: line, labels: [], path: input.path, line: number))
  }
}

/// fastText's `__label__x text`; several labels are joined, by a comma if nothing else is asked for.
final class FastTextStream: RecordStream {
  static let prefix = Array("__label__".utf8)
  private let input: InputBuffer
  private let needsLabels: Bool
  private let separator: LabelSeparator?
  private var label = ByteBuffer()

  init(_ input: InputBuffer, needsLabels: Bool, separator: LabelSeparator?) {
    self.input = input
    self.needsLabels = needsLabels
    self.separator = separator
  }

  static func begins(_ line: UnsafeBufferPointer<UInt8>, at position: Int = 0) -> Bool {
    guard let base = line.baseAddress, line.count - position >= prefix.count else { return false }
    return memcmp(base + position, prefix, prefix.count) == 0
  }

  func next() throws(CorpusError) -> StreamStep {
    let number = input.line
    guard let line = try input.takeLine() else { return .end }
    if line.isEmpty { return .blank }
    label.removeAll()
    var position = 0
    var labels = 0
    while Self.begins(line, at: position) {
      let start = position + Self.prefix.count
      var end = start
      while end < line.count, line[end] != 0x20, line[end] != 0x09 { end += 1 }
      if end == start { return .bad(RecordLocation(path: input.path, line: number), .emptyLabel) }
      let name = line[start..<end]
      if let separator, name.contains(separator.byte) {
        return .bad(
          RecordLocation(path: input.path, line: number),
          .separatorInLabel(
            label: String(decoding: name, as: UTF8.self), separator: separator.description))
      }
      if labels > 0 { label.append(separator?.byte ?? UInt8(ascii: ",")) }
      label.append(UnsafeBufferPointer(rebasing: name))
      labels += 1
      position = end
      while position < line.count, line[position] == 0x20 || line[position] == 0x09 { position += 1 }
    }
    if labels == 0, needsLabels, separator == nil {
      return .bad(RecordLocation(path: input.path, line: number), .noLabelPrefix)
    }
    return .record(
      RawRecord(
        text: UnsafeBufferPointer(rebasing: line[position...]),
        labels: labels == 0 && separator == nil ? [] : [label.bytes],
        path: input.path, line: number))
  }
}
