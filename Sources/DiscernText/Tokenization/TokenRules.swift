/// The treatment of ICU's segments: which are tokens, which are split and which are joined. The scanner of
/// ASCII text and the path through ICU both use these rules, so they cannot differ in them.
struct TokenRules {
  let keepsPunctuation: Bool
  let joinsRuns: Bool
  let splitsContractions: Bool
  let zeroesDigits: Bool
  let dropsNumbers: Bool

  init(_ configuration: TokenizerConfiguration) {
    keepsPunctuation = configuration.punctuation == .keep
    joinsRuns = configuration.joinPunctuationRuns
    splitsContractions = configuration.splitsContractions
    zeroesDigits = configuration.numbers == .zero
    dropsNumbers = configuration.numbers == .drop
  }

  /// Facts about the characters of a word.
  struct Word {
    let start: Int
    let end: Int
    let hasLetters: Bool
    let hasDigits: Bool
    let hasApostrophe: Bool
  }

  /// The run of equal marks (`...`) that ends at `end`.
  struct MarkRun {
    var byte: UInt8 = 0
    var length = 0
    var end = -1
  }

  /// Adds a segment of letters, digits and `_`, or several tokens of a contraction.
  ///
  /// - Returns: the new number of tokens, at most five more.
  func addWord(
    _ word: Word, text: UnsafeMutablePointer<UInt8>, tokens: UnsafeMutablePointer<TokenRange>, count: Int,
    run: MarkRun
  ) -> Int {
    let (start, end) = (word.start, word.end)
    if !word.hasLetters {
      if !word.hasDigits {
        guard keepsPunctuation else { return count }
      } else if dropsNumbers {
        return count
      }
    }
    if zeroesDigits && word.hasDigits {
      for index in start..<end where text[index] >= 0x30 && text[index] <= 0x39 { text[index] = 0x30 }
    }
    if splitsContractions {
      // A suffix on its own, as in text that has already been split ("it 's") or after a number ("1970's").
      if run.end == start, run.byte == UInt8(ascii: "'"), run.length == 1,
        Self.isLoneSuffix(text + start, end - start)
      {
        if keepsPunctuation {
          tokens[count - 1] = TokenRange(start - 1, end)
          return count
        }
        tokens[count] = TokenRange(start - 1, end)
        return count + 1
      }
      if word.hasApostrophe { return addContraction(start, end, text, tokens, count) }
      if end - start == 6, Self.isCannot(text + start) {
        tokens[count] = TokenRange(start, start + 3)
        tokens[count + 1] = TokenRange(start + 3, end)
        return count + 2
      }
    }
    tokens[count] = TokenRange(start, end)
    return count + 1
  }

  /// Adds a mark of one ASCII character, which continues a run if it follows an equal one.
  ///
  /// - Returns: the new number of tokens.
  func addMark(
    _ byte: UInt8, at start: Int, tokens: UnsafeMutablePointer<TokenRange>, count: Int, run: inout MarkRun
  ) -> Int {
    let isQuote = byte == UInt8(ascii: "'") || byte == UInt8(ascii: "`")
    if run.end == start && run.byte == byte && !(isQuote && run.length == 2) {
      run.length += 1
    } else {
      run.byte = byte
      run.length = 1
    }
    run.end = start + 1
    guard keepsPunctuation else { return count }
    if joinsRuns && run.length > 1 {
      switch (byte, run.length) {
      case (UInt8(ascii: "."), 3):
        tokens[count - 2] = TokenRange(start - 2, start + 1)
        return count - 1
      case (UInt8(ascii: "."), 4...): return count
      case (UInt8(ascii: "-"), 2), (UInt8(ascii: "'"), 2), (UInt8(ascii: "`"), 2):
        tokens[count - 1].end += 1
        return count
      case (UInt8(ascii: "-"), 3...): return count
      default: break
      }
    }
    tokens[count] = TokenRange(start, start + 1)
    return count + 1
  }

  /// Splits `shouldn't've` into `should`, `n't`, `'ve`. At most four suffixes are split off, so that a
  /// hostile word costs no more than others.
  private func addContraction(
    _ start: Int, _ end: Int, _ text: UnsafeMutablePointer<UInt8>,
    _ tokens: UnsafeMutablePointer<TokenRange>, _ count: Int
  ) -> Int {
    var stemEnd = end
    var cuts = SIMD4<Int>(repeating: end)
    var suffixes = 0
    while suffixes < 4 {
      let length = Self.suffixLength(text + start, stemEnd - start)
      if length == 0 { break }
      stemEnd -= length
      cuts[suffixes] = stemEnd
      suffixes += 1
    }
    tokens[count] = TokenRange(start, stemEnd)
    for index in 0..<suffixes {
      let cut = suffixes - 1 - index
      tokens[count + 1 + index] = TokenRange(cuts[cut], cut == 0 ? end : cuts[cut - 1])
    }
    return count + 1 + suffixes
  }
}

extension TokenRules {
  /// The length of the contraction that ends the word, 0 if none does or nothing precedes it.
  private static func suffixLength(_ word: UnsafePointer<UInt8>, _ count: Int) -> Int {
    guard count >= 3 else { return 0 }
    let last = word[count - 1] | 0x20
    if word[count - 2] == UInt8(ascii: "'") {
      switch last {
      case UInt8(ascii: "s"), UInt8(ascii: "m"), UInt8(ascii: "d"): return 2
      case UInt8(ascii: "t"): return count > 3 && (word[count - 3] | 0x20) == UInt8(ascii: "n") ? 3 : 0
      default: return 0
      }
    }
    if count > 3, word[count - 3] == UInt8(ascii: "'") {
      switch (word[count - 2] | 0x20, last) {
      case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
        (UInt8(ascii: "l"), UInt8(ascii: "l")):
        return 3
      default: return 0
      }
    }
    return 0
  }

  /// `s`, `m`, `d`, `re`, `ve`, `ll`, and `em`, which GloVe has as `'em`.
  private static func isLoneSuffix(_ word: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    let first = word[0] | 0x20
    if count == 1 {
      return first == UInt8(ascii: "s") || first == UInt8(ascii: "m") || first == UInt8(ascii: "d")
    }
    guard count == 2 else { return false }
    switch (first, word[1] | 0x20) {
    case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
      (UInt8(ascii: "l"), UInt8(ascii: "l")), (UInt8(ascii: "e"), UInt8(ascii: "m")):
      return true
    default: return false
    }
  }

  /// Whether six bytes spell “cannot”.
  static func isCannot(_ word: UnsafePointer<UInt8>) -> Bool {
    let bytes = UnsafeRawPointer(word).loadUnaligned(as: UInt32.self).littleEndian | 0x2020_2020
    let rest = UnsafeRawPointer(word + 4).loadUnaligned(as: UInt16.self).littleEndian | 0x2020
    return bytes == 0x6E6E_6163 && rest == 0x746F
  }
}
