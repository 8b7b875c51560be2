/// Finds the tokens with which the sentences of a text begin.
///
/// Sentences are those that ICU finds in the original text without its markup: after lower-casing, most full
/// stops would end no sentence (UAX #29, rule SB8). For the same reason, ICU is given a text without capital
/// letters with a capital at the start of each word. Tokens stay those of the whole text: each sentence is
/// tokenized separately, and the bytes of its tokens determine how many of the text's tokens belong to it. It
/// owns ICU iterators and buffers: make one for each thread.
public final class SentenceDivider {
  private let segmenter: SentenceSegmenter
  private let session: TokenizerSession
  private let converter: HTMLConverter?
  private var sentences: [Range<Int>] = []
  private var capitalised: [UInt8] = []
  private var tokens = TokenBuffer()

  /// - Throws: `TextError` if ICU lacks memory or data.
  public init(_ tokenizer: Tokenizer) throws(TextError) {
    var configuration = tokenizer.configuration
    converter = configuration.html ? HTMLConverter() : nil
    configuration.html = false
    segmenter = try SentenceSegmenter(locale: configuration.locale)
    session = try Tokenizer(configuration).makeSession()
  }

  /// Replaces the content of `starts` by the first token of each sentence that has tokens: ascending, from 0;
  /// nothing for a text without tokens. Time is linear in the text: about that of tokenizing it again.
  ///
  /// - Parameter all: the tokens of that text, from a session of the same tokenizer.
  /// - Throws: `TextError.textTooLong` beyond `TokenizerSession.longestText` bytes, or if a library is out of
  ///   memory.
  public func divide(
    _ utf8: UnsafeBufferPointer<UInt8>, tokens all: TokenBuffer, into starts: inout [Int]
  ) throws(TextError) {
    starts.removeAll(keepingCapacity: true)
    if all.isEmpty { return }
    starts.append(0)
    guard let converter, HTMLConverter.mayHoldMarkup(utf8) else {
      return try divideText(utf8, all, &starts)
    }
    try converter.convert(utf8)
    try divideText(UnsafeBufferPointer(start: converter.text.base, count: converter.text.count), all, &starts)
  }

  private func divideText(
    _ text: UnsafeBufferPointer<UInt8>, _ all: TokenBuffer, _ starts: inout [Int]
  ) throws(TextError) {
    if capitalise(text) {
      try capitalised.withUnsafeBufferPointer { (shown) throws(TextError) in
        try segmenter.segment(shown, into: &sentences)
      }
    } else {
      try segmenter.segment(text, into: &sentences)
    }
    // Bytes of the tokens of the sentences so far, and of the text's tokens before `next`.
    var (ended, passed, next) = (0, 0, 0)
    for sentence in sentences.dropLast() {
      try session.tokenize(UnsafeBufferPointer(rebasing: text[sentence]), into: &tokens)
      for token in 0..<tokens.count { ended += tokens.range(at: token).count }
      while next < all.count, passed < ended {
        passed += all.range(at: next).count
        next += 1
      }
      if next == all.count { return }
      if next > starts[starts.count - 1] { starts.append(next) }
    }
  }

  /// Writes the text with capitals into `capitalised`, if it has small letters and no capitals; bytes keep
  /// their places.
  ///
  /// - Returns: whether it did.
  private func capitalise(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    capitalised.removeAll(keepingCapacity: true)
    guard let start = text.baseAddress else { return false }
    var (index, isInWord, hasChanged) = (0, false, false)
    while index < text.count {
      let byte = start[index]
      if byte < 0x80 {
        let isSmall = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
        if byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") { return false }
        capitalised.append(isSmall && !isInWord ? byte - 0x20 : byte)
        if isSmall { hasChanged = true }
        isInWord = isSmall || isInWord && byte == UInt8(ascii: "'")
        index += 1
        continue
      }
      let step = UTF8Decoder.decode(start, index, text.count)
      let own = UnsafeBufferPointer(start: start + index, count: step.length)
      index += step.length
      let scalar = Unicode.Scalar(step.scalar) ?? "\u{FFFD}"
      let properties = scalar.properties
      if !step.isRepaired, properties.isUppercase { return false }
      let isLetter = properties.isAlphabetic && !step.isRepaired
      let title =
        isLetter && !isInWord && properties.isLowercase ? Array(properties.titlecaseMapping.utf8) : []
      // Letters whose capitals have a different length stay unchanged.
      if title.count == step.length {
        capitalised.append(contentsOf: title)
        hasChanged = true
      } else {
        capitalised.append(contentsOf: own)
      }
      isInWord = isLetter || isInWord && step.scalar == 0x2019
    }
    return hasChanged
  }
}
