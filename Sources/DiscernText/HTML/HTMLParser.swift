import CLibXML2

/// libxml2's tolerant HTML parser, used as a stream of events: no document is built.
///
/// It is given `MarkupReducer`'s pieces from memory; it has no access to files or the network.
final class HTMLParser {
  /// libxml2 must be initialised once, before threads use it.
  private static let isReady: Bool = {
    xmlInitParser()
    return true
  }()

  /// The output of the parser's callbacks.
  private final class Sink {
    let text: ScratchBuffer<UInt8>
    /// True between the two comments that enclose a piece; the elements that libxml2 adds are outside.
    var isListening = false

    init(_ text: ScratchBuffer<UInt8>) { self.text = text }

    func takeBoundary(_ name: UnsafePointer<xmlChar>?, isEnd: Bool) {
      guard isListening, let name else { return }
      let element = String(cString: name)
      guard let separator = HTMLParser.separators[element] else { return }
      // Elements without content have no end in the text, but libxml2 reports one.
      if !isEnd || !HTMLParser.voidElements.contains(element) { text.append(separator) }
    }
  }

  private let sink: Sink
  private let piece = ScratchBuffer<UInt8>()

  init(text: ScratchBuffer<UInt8>) { sink = Sink(text) }

  /// Whether libxml2 knows an entity of this name (HTML 4's, and `apos`).
  static func knowsEntity(_ name: UnsafeBufferPointer<UInt8>) -> Bool { character(ofEntity: name) != nil }

  /// The character that such an entity means.
  static func character(ofEntity name: UnsafeBufferPointer<UInt8>) -> UInt32? {
    withUnsafeTemporaryAllocation(of: xmlChar.self, capacity: name.count + 1) { terminated in
      for index in 0..<name.count { terminated[index] = name[index] }
      terminated[name.count] = 0
      return htmlEntityLookup(terminated.baseAddress).map { UInt32($0.pointee.value) }
    }
  }

  /// Appends the text of all the reducer's pieces.
  func parse(_ reducer: inout MarkupReducer) throws(TextError) {
    guard Self.isReady, let context = htmlNewParserCtxt() else {
      throw .htmlParser(code: Int(XML_ERR_NO_MEMORY.rawValue), consumed: 0, bytes: reducer.count)
    }
    defer { htmlFreeParserCtxt(context) }
    var isMore = true
    while isMore {
      piece.count = 0
      piece.append("<div><!---->")
      isMore = reducer.next(piece)
      piece.append("<!----></div>")
      try parsePiece(context)
    }
  }

  private func parsePiece(_ context: htmlParserCtxtPtr) throws(TextError) {
    sink.isListening = false
    install(context)
    let options =
      HTML_PARSE_RECOVER.rawValue | HTML_PARSE_NONET.rawValue | HTML_PARSE_NOERROR.rawValue
      | HTML_PARSE_NOWARNING.rawValue
    let document = piece.base.withMemoryRebound(to: CChar.self, capacity: piece.count) { bytes in
      htmlCtxtReadMemory(context, bytes, Int32(piece.count), nil, "UTF-8", Int32(bitPattern: options))
    }
    if let document { xmlFreeDoc(document) }
    // A piece that was read to its end has closed the second comment.
    guard context.pointee.errNo != XML_ERR_NO_MEMORY.rawValue, !sink.isListening else {
      let input = context.pointee.input?.pointee
      let consumed = input.map { $0.cur - $0.base } ?? 0
      throw .htmlParser(code: Int(context.pointee.errNo), consumed: consumed, bytes: piece.count)
    }
  }

  private func install(_ context: htmlParserCtxtPtr) {
    guard let handler = context.pointee.sax else { return }
    handler.pointee = htmlSAXHandler()
    handler.pointee.initialized = 1
    context.pointee.userData = Unmanaged.passUnretained(sink).toOpaque()
    let characters: charactersSAXFunc = { data, bytes, count in
      guard let data, let bytes else { return }
      let sink = Unmanaged<Sink>.fromOpaque(data).takeUnretainedValue()
      if sink.isListening { sink.text.append(UnsafeBufferPointer(start: bytes, count: Int(count))) }
    }
    handler.pointee.characters = characters
    handler.pointee.ignorableWhitespace = characters
    handler.pointee.startElement = { data, name, _ in
      guard let data else { return }
      Unmanaged<Sink>.fromOpaque(data).takeUnretainedValue().takeBoundary(name, isEnd: false)
    }
    handler.pointee.endElement = { data, name in
      guard let data else { return }
      Unmanaged<Sink>.fromOpaque(data).takeUnretainedValue().takeBoundary(name, isEnd: true)
    }
    handler.pointee.comment = { data, _ in
      guard let data else { return }
      Unmanaged<Sink>.fromOpaque(data).takeUnretainedValue().isListening.toggle()
    }
  }

  private static let voidElements: Set<String> = ["br", "hr", "img", "input", "embed"]

  /// The replacement for the start and the end of an element; for all others (`b`, `span`, `a`) nothing, so
  /// that `un<b>believ</b>able` stays one word.
  private static let separators: [String: String] = {
    let blocks = [
      "address", "article", "aside", "blockquote", "br", "caption", "center", "dd", "details", "dir", "div",
      "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
      "header", "hr", "legend", "li", "main", "menu", "nav", "ol", "optgroup", "option", "p", "pre",
      "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
    ]
    let inline = [
      "audio", "button", "canvas", "embed", "img", "input", "object", "select", "svg", "td", "th", "video",
    ]
    return Dictionary(
      blocks.map { ($0, "\n") } + inline.map { ($0, " ") }, uniquingKeysWith: { first, _ in first })
  }()
}
