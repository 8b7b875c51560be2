import CICU

/// The path of everything that is not plain ASCII: repair, cleaning, normalisation, lower-casing and
/// segmentation by ICU, in UTF-16.
///
/// It takes a piece of text that begins at the text's start or after ASCII white space, and ends with ASCII
/// white space followed by an ASCII character, or at the text's end. No rule applies across such a place:
/// neither word rules (UAX #29 WB3d and WB4 join white space only to itself and to marks after it) nor
/// dictionaries, normalisation or the context of case mapping (final sigma, Lithuanian and Turkish dots). So
/// the pieces have the words of the whole text.
final class UnicodePath {
  private let words: WordIterator
  private let characters: CharacterTransform
  private let rules: TokenRules
  private let classifiesWords: Bool

  private var units = ScratchBuffer<UInt16>()
  private var other = ScratchBuffer<UInt16>()
  private let boundaries = ScratchBuffer<Int32>()

  init(_ configuration: TokenizerConfiguration) throws(TextError) {
    words = try WordIterator(locale: configuration.locale)
    characters = try CharacterTransform(configuration)
    rules = TokenRules(configuration)
    classifiesWords = configuration.numbers != .keep || configuration.punctuation != .keep
  }

  /// Reads one piece of text from `start` on into UTF-16, repaired and cleaned, with spaces for line break
  /// tags.
  ///
  /// - Parameter toEnd: whether to read on to the end of the text instead of the next safe place.
  /// - Returns: the start of the next piece, `nil` if there is markup for the parser.
  func read(
    _ text: UnsafePointer<UInt8>, from start: Int, count: Int, classes: UnsafePointer<UInt8>, html: Bool,
    toEnd: Bool, repaired: inout Int
  ) -> Int? {
    var index = start
    var length = 0
    units.count = 0
    var target = units.base
    var capacity = units.capacity
    while index < count {
      // Each step adds at most two units.
      if length &+ 2 > capacity {
        units.count = length
        units.reserve(length + min(count - index, length) + 64)
        target = units.base
        capacity = units.capacity
      }
      let byte = text[index]
      if byte >= 0x80 {
        let step = UTF8Decoder.decode(text, index, count)
        if step.isRepaired { repaired += 1 }
        index &+= step.length
        switch TextCleaning.action(step.scalar) {
        case .keep: break
        case .space:
          target[length] = 0x20
          length &+= 1
          continue
        case .drop: continue
        }
        if step.scalar >= 0x10000 {
          target[length] = UInt16(truncatingIfNeeded: 0xD7C0 &+ (step.scalar >> 10))
          target[length &+ 1] = UInt16(truncatingIfNeeded: 0xDC00 | (step.scalar & 0x3FF))
          length &+= 2
          continue
        }
        var unit = UInt16(truncatingIfNeeded: step.scalar)
        if rules.splitsContractions, isApostrophe(unit, text, index, count, target, length) { unit = 0x27 }
        target[length] = unit
        length &+= 1
        continue
      }
      var isSpace = classes[Int(byte)] & ASCIIProfile.space != 0
      var bytes = 1
      if html && (byte == UInt8(ascii: "<") || byte == UInt8(ascii: "&")) {
        switch ASCIIScanner.markup(byte, text, index, count) {
        case .text: break
        case .lineBreak(let length):
          isSpace = true
          bytes = length
        case .other: return nil
        }
      }
      target[length] = isSpace ? 0x20 : UInt16(byte)
      length &+= 1
      index &+= bytes
      if isSpace && !toEnd && (index == count || text[index] < 0x80) { break }
    }
    units.count = length
    return index
  }

  /// Whether the character is an apostrophe that is not written `'`: U+2019 always; U+2018, U+00B4,
  /// U+02BC and U+FF07 between two ASCII letters.
  @inline(__always)
  private func isApostrophe(
    _ unit: UInt16, _ text: UnsafePointer<UInt8>, _ next: Int, _ count: Int,
    _ target: UnsafePointer<UInt16>, _ length: Int
  ) -> Bool {
    switch unit {
    case 0x2019: return true
    case 0x2018, 0x00B4, 0x02BC, 0xFF07:
      guard length > 0, next < count, Markup.isLetter(text[next]) else { return false }
      return target[length - 1] < 0x80 && Markup.isLetter(UInt8(truncatingIfNeeded: target[length - 1]))
    default: return false
    }
  }

  /// Normalises, lower-cases and segments the text read.
  func segment() throws(TextError) {
    if !isPlain { try characters.apply(&units, &other) }
    guard units.count < Int(Int32.max) else {
      throw .textTooLong(bytes: 3 * units.count, limit: TokenizerSession.longestText)
    }
    try words.findBoundaries(units.base, count: units.count, into: boundaries)
  }

  /// Whether neither normalisation nor lower-casing changes anything, as in most Chinese: ideographs, their
  /// punctuation, and ASCII without capitals. ICU gives the same result, but takes longer.
  private var isPlain: Bool {
    for index in 0..<units.count {
      switch units.base[index] {
      case 0x41...0x5A: if characters.lowercase { return false }
      case 0..<0x80, 0x3001...0x3029, 0x4E00...0x9FEF: break
      // Punctuation and full-width forms, which NFKC changes.
      case 0x2010...0x2027, 0xFF01...0xFF20: if characters.isCompatibility { return false }
      default: return false
      }
    }
    return true
  }

  /// The maximum numbers of bytes and tokens that `write` adds.
  var textBound: Int { 3 * units.count }
  var tokenBound: Int { min(units.count, 5 * boundaries.count) }

  /// Writes the segments as UTF-8 and adds their tokens, after those of `state`.
  ///
  /// `output` and `tokens` must have room for `textBound` bytes and `tokenBound` tokens more, and slack.
  func write(
    _ state: inout ASCIIScanner.State, output: UnsafeMutablePointer<UInt8>,
    tokens: UnsafeMutablePointer<TokenRange>
  ) {
    let text = units.base
    var index = 0
    var position = state.output
    var count = state.count
    for segment in 0..<boundaries.count {
      let end = Int(boundaries.base[segment])
      // White space comes first in a segment; combining marks after it are a separate token.
      while index < end, isWhiteSpace(text[index]) {
        output[position] = 0x20
        position &+= 1
        index &+= 1
      }
      guard index < end else { continue }
      let start = position
      let first = index
      var hasApostrophe = false
      while index < end {
        var scalar = UInt32(text[index])
        index &+= 1
        if scalar & 0xFC00 == 0xD800 && index < end {
          scalar = (scalar &- 0xD7C0) << 10 | UInt32(text[index] & 0x3FF)
          index &+= 1
        }
        if scalar == 0x27 { hasApostrophe = true }
        if rules.zeroesDigits && scalar >= 0x80 && discern_icu_isDigit(scalar) { scalar = 0x30 }
        position &+= UTF8Decoder.encode(scalar, output + position)
      }
      let word = classify(text + first, end - first)
      if word.isWord {
        count = rules.addWord(
          TokenRules.Word(
            start: start, end: position, hasLetters: word.hasLetters, hasDigits: word.hasDigits,
            hasApostrophe: hasApostrophe),
          text: output, tokens: tokens, count: count, run: state.run)
      } else if position - start == 1 && isRunMark(output[start]) {
        count = rules.addMark(output[start], at: start, tokens: tokens, count: count, run: &state.run)
      } else if rules.keepsPunctuation || !word.isPunctuation {
        tokens[count] = TokenRange(start, position)
        count &+= 1
      }
    }
    state.output = position
    state.count = count
  }

  private struct Kind {
    var isWord = false
    var hasLetters = false
    var hasDigits = false
    var isPunctuation = true
  }

  /// The content of a segment. All of it is examined only if the configuration requires it.
  private func classify(_ text: UnsafePointer<UInt16>, _ count: Int) -> Kind {
    var kind = Kind()
    var index = 0
    while index < count {
      var scalar = UInt32(text[index])
      index += 1
      if scalar & 0xFC00 == 0xD800 && index < count {
        scalar = (scalar &- 0xD7C0) << 10 | UInt32(text[index] & 0x3FF)
        index += 1
      }
      if (0x4E00...0x9FEF).contains(scalar) || discern_icu_isAlphabetic(scalar) {
        kind.hasLetters = true
        kind.isWord = true
        // Nothing that follows changes the treatment of the segment.
        if !classifiesWords { return kind }
      } else if discern_icu_isDigit(scalar) {
        kind.hasDigits = true
        kind.isWord = true
      } else if scalar == 0x5F {
        kind.isWord = true
      }
      if kind.isPunctuation && !discern_icu_isPunctuationOrSign(scalar) { kind.isPunctuation = false }
    }
    return kind
  }

  @inline(__always)
  private func isWhiteSpace(_ unit: UInt16) -> Bool {
    unit == 0x20 || (unit >= 0x80 && discern_icu_isWhiteSpace(UInt32(unit)))
  }

  @inline(__always)
  private func isRunMark(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "'"), UInt8(ascii: "`"): true
    default: false
    }
  }
}
