/// Tokenizes texts, one after the other, in memory that it reuses.
///
/// It owns ICU iterators and buffers as large as the longest text needs: make one for each thread.
public final class TokenizerSession {
  /// The maximum length of a text, in bytes.
  public static let longestText = 1 << 29

  private let html: Bool
  private let profile: ASCIIProfile
  private let scanner: ASCIIScanner
  private let unicode: UnicodePath
  private let converter: HTMLConverter
  private let usesQuickPaths: Bool
  private var buffer = TokenBuffer()

  init(_ tokenizer: Tokenizer, usesQuickPaths: Bool) throws(TextError) {
    let configuration = tokenizer.configuration
    html = configuration.html
    profile = tokenizer.profile
    scanner = ASCIIScanner(
      rules: TokenRules(configuration), lowercase: configuration.lowercase,
      foreignCapitalI: profile.foreignCapitalI)
    unicode = try UnicodePath(configuration)
    converter = HTMLConverter()
    self.usesQuickPaths = usesQuickPaths
  }

  /// Replaces the content of `tokens` by the tokens of a text.
  ///
  /// Any bytes are accepted: ill-formed UTF-8 is repaired and counted. Time and memory are linear in the
  /// text's length; once the buffers are as large as the longest text, hardly anything is allocated, except
  /// by libxml2 for texts with tags.
  ///
  /// - Throws: `TextError.textTooLong` beyond `longestText` bytes, `.unicodeLibrary` or `.htmlParser` if
  ///   a library is out of memory. Then `tokens` is empty.
  public func tokenize(
    _ utf8: UnsafeBufferPointer<UInt8>, into tokens: inout TokenBuffer
  ) throws(TextError) {
    tokens.count = 0
    tokens.utf8Count = 0
    tokens.repairedSequenceCount = 0
    guard let start = utf8.baseAddress, !utf8.isEmpty else { return }
    guard utf8.count <= Self.longestText else {
      throw .textTooLong(bytes: utf8.count, limit: Self.longestText)
    }
    let goesToParser = html && !usesQuickPaths && HTMLConverter.mayHoldMarkup(utf8)
    if !goesToParser, try scan(start, utf8.count, html: html, into: &tokens) { return }

    try converter.convert(utf8)
    let text = converter.text
    _ = try scan(text.base, text.count, html: false, into: &tokens)
    tokens.repairedSequenceCount += converter.repairedSequenceCount
  }

  /// The tokens of a string, as strings.
  public func tokenize(_ text: String) throws(TextError) -> [String] {
    try Array(text.utf8).withUnsafeBufferPointer { bytes throws(TextError) in
      try tokenize(bytes, into: &buffer)
    }
    return buffer.strings
  }

  /// - Returns: `false` if there is markup that needs the parser; then nothing was added.
  private func scan(
    _ text: UnsafePointer<UInt8>, _ count: Int, html: Bool, into tokens: inout TokenBuffer
  ) throws(TextError) -> Bool {
    var state = ASCIIScanner.State()
    var repaired = 0
    tokens.reserveText(count)
    tokens.reserveTokens(count / 4 + 64)
    let scansASCII = usesQuickPaths && profile.isExact
    while state.input < count {
      switch scansASCII ? scanASCII(text, count, html, &state, &tokens) : .foreign {
      case .finished: break
      case .markup: return false
      case .tokensFull: tokens.reserveTokens(2 * tokens.ranges.count)
      case .foreign:
        let next = profile.classes.withUnsafeBufferPointer { classes in
          classes.baseAddress.flatMap {
            unicode.read(
              text, from: state.input, count: count, classes: $0, html: html, toEnd: !usesQuickPaths,
              repaired: &repaired)
          }
        }
        guard let next else { return false }
        try unicode.segment()
        // Lower-casing and compatibility forms can make a text longer.
        let bound = state.output + unicode.textBound + (count - next)
        guard bound < Int(Int32.max) else { throw .textTooLong(bytes: count, limit: Self.longestText) }
        tokens.reserveText(bound)
        tokens.reserveTokens(state.count + unicode.tokenBound + 2 * ASCIIScanner.tokenSlack)
        withPointers(&tokens) { output, ranges in unicode.write(&state, output: output, tokens: ranges) }
        state.input = next
        state.markSafe()
      }
    }
    tokens.utf8Count = state.output
    tokens.count = state.count
    tokens.repairedSequenceCount = repaired
    return true
  }

  private func scanASCII(
    _ text: UnsafePointer<UInt8>, _ count: Int, _ html: Bool, _ state: inout ASCIIScanner.State,
    _ tokens: inout TokenBuffer
  ) -> ASCIIScanner.Event {
    let limit = tokens.ranges.count - ASCIIScanner.tokenSlack
    return profile.classes.withUnsafeBufferPointer { classes in
      withPointers(&tokens) { output, ranges in
        guard let classes = classes.baseAddress else { return .foreign }
        return scanner.scan(
          &state, input: text, inputCount: count, classes: classes, html: html, output: output,
          tokens: ranges,
          tokenLimit: limit)
      }
    }
  }

  private func withPointers<Result>(
    _ tokens: inout TokenBuffer,
    _ body: (UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<TokenRange>) -> Result
  ) -> Result {
    tokens.bytes.withUnsafeMutableBufferPointer { bytes in
      tokens.ranges.withUnsafeMutableBufferPointer { ranges in
        guard let output = bytes.baseAddress, let first = ranges.baseAddress else {
          preconditionFailure("room for \(bytes.count) bytes and \(ranges.count) tokens")
        }
        return body(output, first)
      }
    }
  }
}
