/// Turns HTML, whole pages or text with a few tags, into plain text with libxml2's tolerant parser.
///
/// - Tags that break lines (`br`, `p`, `div`, `li` …) become a newline, table cells and pictures a space,
///   all others nothing.
/// - Entities of HTML 4 and numeric ones are decoded; others stay as written.
/// - Scripts, style sheets, comments and attributes are left out.
/// - A `<` or `&` that does not begin markup is text: `i <3 it`, `a < b`, `AT&T`, `<john@example.org>`.
/// - Ill-formed UTF-8 is repaired with U+FFFD, control characters become spaces.
///
/// A text without `<` and `&` is returned unchanged. Nothing is ever fetched. Time is linear in the text,
/// however deep, broken or hostile it is. A converter keeps its memory for the next text: make one for each
/// thread.
public final class HTMLConverter {
  let text = ScratchBuffer<UInt8>()
  private let parser: HTMLParser
  /// The number of ill-formed UTF-8 sequences that were repaired in the last text.
  public private(set) var repairedSequenceCount = 0

  /// A converter with its own memory.
  public init() { parser = HTMLParser(text: text) }

  /// Whether a text contains a `<` or a `&`. If not, there is nothing to convert.
  public static func mayHoldMarkup(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
    utf8.contains { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "&") }
  }

  /// Converts into `text`.
  func convert(_ utf8: UnsafeBufferPointer<UInt8>) throws(TextError) {
    text.count = 0
    repairedSequenceCount = 0
    guard let start = utf8.baseAddress, Self.mayHoldMarkup(utf8) else {
      text.append(utf8)
      return
    }
    var reducer = MarkupReducer(start, utf8.count)
    try parser.parse(&reducer)
    repairedSequenceCount = reducer.repaired
  }

  /// Replaces `result` by the plain text of HTML, as UTF-8.
  ///
  /// - Throws: `TextError.htmlParser` if libxml2 is out of memory.
  public func convert(_ utf8: UnsafeBufferPointer<UInt8>, into result: inout [UInt8]) throws(TextError) {
    try convert(utf8)
    result.removeAll(keepingCapacity: true)
    result.append(contentsOf: UnsafeBufferPointer(start: text.base, count: text.count))
  }

  /// The plain text of HTML.
  ///
  /// - Throws: `TextError.htmlParser` if libxml2 is out of memory.
  public func convert(_ html: String) throws(TextError) -> String {
    try Array(html.utf8).withUnsafeBufferPointer { bytes throws(TextError) in
      try convert(bytes)
    }
    return String(decoding: UnsafeBufferPointer(start: text.base, count: text.count), as: UTF8.self)
  }
}
