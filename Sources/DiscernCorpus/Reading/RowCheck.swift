import DiscernIO
import DiscernSystem
import DiscernVocabulary

/// Checks the rows of a corpus against the rules that hold for every layout.
final class RowCheck {
  private let options: CorpusOptions
  private let converter: EncodingConverter?
  private var decoded = ByteBuffer()
  /// Labels that were given as lists, joined by the separator.
  private var lists = ByteBuffer()
  private(set) var trimmedLabels = 0
  private(set) var listCells = 0
  /// The probable encoding of an input.
  private var guess: (path: String, encoding: TextEncoding?)?

  init(_ options: CorpusOptions) {
    self.options = options
    converter = options.encoding.flatMap { $0.isUTF8 ? nil : EncodingConverter($0) }
  }

  /// Checks a row, and decodes a text that has its own file.
  ///
  /// - Parameter window: the following bytes of the input, from which its encoding is guessed.
  func record(_ raw: RawRecord, window: InputBuffer?) throws(RowProblem) -> Record {
    if raw.text.count > options.maximumLineBytes { throw .tooLong(limit: options.maximumLineBytes) }
    let text = raw.line == 0 ? decode(raw.text) : raw.text
    if let base = text.baseAddress, memchr(base, 0, text.count) != nil {
      guard let wide = EncodingGuess.wide(text) else { throw .nul }
      throw .textNotUTF8(likely: wide)
    }
    if !UTF8Validation.isValid(text) {
      throw problem(text, raw.path, window) { .textNotUTF8(likely: $0) }
    }
    return Record(
      text: text, labels: try labels(of: raw, window), weight: try weight(raw),
      group: try group(of: raw, window),
      location: RecordLocation(path: raw.path, line: raw.line))
  }

  private func decode(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    let told = options.encoding == nil ? ByteOrderMark.encoding(of: text) : nil
    guard let converter = told.flatMap({ EncodingConverter($0) }) ?? converter else { return text }
    decoded.removeAll()
    converter.reset()
    converter.convert(text, isLast: true, into: &decoded)
    return decoded.withoutByteOrderMark
  }

  /// The labels, without white space at their ends; nil for missing ones; the labels of a list are joined by
  /// the separator.
  private func labels(of raw: RawRecord, _ window: InputBuffer?) throws(RowProblem) -> [UnsafeBufferPointer<
    UInt8
  >?] {
    var labels = raw.labels
    let columns = options.labelColumns
    var listed: [(task: Int, range: Range<Int>)] = []
    lists.removeAll()
    var trimmed = 0
    for (task, label) in labels.enumerated() {
      guard let label else { continue }
      if label.contains(0) { throw .nul }
      if !UTF8Validation.isValid(label) {
        throw problem(label, raw.path, window) { .labelNotUTF8(likely: $0) }
      }
      let content = LabelCell.trimmed(label)
      if let separator = columns[task].separator {
        if LabelCell.isList(content) { listed.append((task, try appendList(content, separator))) }
        continue
      }
      // An empty list of labels is valid; an empty label is missing. Assigned only if changed, since that
      // copies the row's labels.
      if content.isEmpty {
        labels[task] = nil
      } else if content.count < label.count {
        labels[task] = content
        trimmed += 1
      }
    }
    if options.needsLabels, !labels.isEmpty, labels.allSatisfy({ $0 == nil }) {
      throw columns.count == 1 ? .emptyLabel : .noLabel
    }
    for (task, range) in listed { labels[task] = UnsafeBufferPointer(rebasing: lists.bytes[range]) }
    trimmedLabels += trimmed
    listCells += listed.count
    return labels
  }

  /// Appends the labels of a list such as `['a', 'b']` to `lists` and returns their range.
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

  private func weight(_ raw: RawRecord) throws(RowProblem) -> Float {
    guard let field = raw.weight else { return 1 }
    guard case .value(let value) = DecimalFloat.parse(field), value >= 0 else {
      throw .badWeight(String(decoding: field, as: UTF8.self))
    }
    return value
  }

  private func group(
    of raw: RawRecord, _ window: InputBuffer?
  ) throws(RowProblem) -> UnsafeBufferPointer<UInt8>? {
    guard let field = raw.group else { return nil }
    let group = LabelCell.trimmed(field)
    if group.isEmpty { return nil }
    if group.contains(0) { throw .nul }
    if !UTF8Validation.isValid(group) {
      throw problem(group, raw.path, window) { .groupNotUTF8(likely: $0) }
    }
    return group
  }

  private func problem(
    _ bytes: UnsafeBufferPointer<UInt8>, _ path: String, _ window: InputBuffer?,
    _ make: (TextEncoding?) -> RowProblem
  ) -> RowProblem {
    if let encoding = options.encoding, !encoding.isUTF8 { return .notInEncoding(encoding) }
    if let guess, guess.path == path { return make(guess.encoding) }
    let likely = Self.likelyEncoding(bytes, followedBy: window)
    guess = (path, likely)
    return make(likely)
  }

  /// Guesses from these bytes and from the lines after them that are not UTF-8 either.
  private static func likelyEncoding(
    _ bytes: UnsafeBufferPointer<UInt8>, followedBy window: InputBuffer?
  ) -> TextEncoding? {
    var sample = Array(bytes)
    if let window {
      for line in window.bytes.split(separator: 0x0A) where sample.count < 1 << 16 {
        let line = UnsafeBufferPointer(rebasing: line)
        if !UTF8Validation.isValid(line) { sample += [0x0A] + line }
      }
    }
    return sample.withUnsafeBufferPointer { EncodingGuess.likeliest($0) }
      ?? EncodingGuess.likeliest(bytes)
  }
}
