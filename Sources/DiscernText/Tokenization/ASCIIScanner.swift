/// Cuts ASCII text into words as ICU does, lower-cases it and writes it out, in one pass.
///
/// The rules are those of UAX #29 that concern ASCII (WB5 to WB13b) under the locale's `ASCIIProfile`. Eight
/// bytes are classified and lower-cased at once (bits in each byte of a 64-bit word), so that most words take
/// one step and no mispredicted branch.
struct ASCIIScanner {
  enum Event {
    case finished
    /// A byte that this scanner leaves to ICU: the state is back at the last safe place.
    case foreign
    /// Markup that needs the parser.
    case markup
    case tokensFull
  }

  struct State {
    /// Places in the input, in the output, and in the tokens.
    var input = 0
    var output = 0
    var count = 0
    /// The same three after the last white space, where a piece of text for ICU may begin.
    var safeInput = 0
    var safeOutput = 0
    var safeCount = 0
    var run = TokenRules.MarkRun()

    mutating func markSafe() {
      safeInput = input
      safeOutput = output
      safeCount = count
    }

    mutating func returnToSafePlace() {
      input = safeInput
      output = safeOutput
      count = safeCount
      run = TokenRules.MarkRun()
    }
  }

  let rules: TokenRules
  let lowercase: Bool
  let foreignCapitalI: Bool

  /// There must be space for the tokens of one segment after `tokenLimit`.
  static let tokenSlack = 8

  /// Scans until the input ends or another event occurs.
  ///
  /// `output` must have room for the rest of the input and eight bytes more.
  func scan(
    _ state: inout State, input: UnsafePointer<UInt8>, inputCount: Int, classes: UnsafePointer<UInt8>,
    html: Bool, output: UnsafeMutablePointer<UInt8>, tokens: UnsafeMutablePointer<TokenRange>, tokenLimit: Int
  ) -> Event {
    // Local copies, which are kept in registers.
    var (i, o, t) = (state.input, state.output, state.count)
    var (safeI, safeO, safeT) = (state.safeInput, state.safeOutput, state.safeCount)
    var run = state.run
    let caseMask: UInt64 = lowercase ? SWAR.high : 0
    var event = Event.finished

    scanning: while i < inputCount {
      if t >= tokenLimit {
        event = .tokensFull
        break
      }
      let byte = input[i]
      let byteClass = classes[Int(byte)]
      if byteClass & ASCIIProfile.word != 0 {
        let start = o
        var letters: UInt64 = 0
        var digits: UInt64 = 0
        var hasApostrophe = false
        while true {
          let eight = SWAR.load(input, i, inputCount)
          let classed = SWAR.classify(eight)
          SWAR.store(eight | ((classed.capitals & caseMask) >> 2), output + o)
          let length = classed.wordLength
          let valid = SWAR.prefix(length)
          letters |= classed.letters & valid
          digits |= classed.digits & valid
          if foreignCapitalI && SWAR.equal(eight, 0x49) & valid != 0 {
            event = .foreign
            break scanning
          }
          i &+= length
          o &+= length
          if length == 8 { continue }
          guard i < inputCount else { break }
          let middle = input[i]
          let middleClass = classes[Int(middle)]
          let mids = ASCIIProfile.midLetter | ASCIIProfile.midNumber
          guard middleClass & (mids | ASCIIProfile.letter) != 0 else { break }
          if middleClass & ASCIIProfile.letter == 0 {
            // A mark between two letters or two digits belongs to the word.
            guard i &+ 1 < inputCount else { break }
            let sides = classes[Int(input[i &- 1])] & classes[Int(input[i &+ 1])]
            let joins =
              (sides & ASCIIProfile.letter) &* ASCIIProfile.midLetter
              | ((sides & ASCIIProfile.digit) >> 1) &* ASCIIProfile.midNumber
            guard joins & middleClass != 0 else { break }
            if middle == UInt8(ascii: "'") { hasApostrophe = true }
          }
          output[o] = middle
          i &+= 1
          o &+= 1
        }
        let isPlain =
          letters != 0 && digits == 0 && !hasApostrophe && run.end != start
          && !(o &- start == 6 && TokenRules.isCannot(output + start))
        if isPlain {
          tokens[t] = TokenRange(start, o)
          t &+= 1
        } else {
          let word = TokenRules.Word(
            start: start, end: o, hasLetters: letters != 0, hasDigits: digits != 0,
            hasApostrophe: hasApostrophe)
          t = rules.addWord(word, text: output, tokens: tokens, count: t, run: run)
        }
        if i < inputCount && input[i] == 0x20 {
          output[o] = 0x20
          i &+= 1
          o &+= 1
          (safeI, safeO, safeT) = (i, o, t)
        }
      } else if byteClass & ASCIIProfile.space != 0 {
        output[o] = 0x20
        i &+= 1
        o &+= 1
        (safeI, safeO, safeT) = (i, o, t)
      } else if byteClass & (ASCIIProfile.special | ASCIIProfile.foreign) == 0 {
        output[o] = byte
        if rules.keepsPunctuation {
          tokens[t] = TokenRange(o, o &+ 1)
          t &+= 1
        }
        i &+= 1
        o &+= 1
      } else if byteClass & ASCIIProfile.foreign != 0 {
        event = .foreign
        break
      } else {
        if html && (byte == UInt8(ascii: "<") || byte == UInt8(ascii: "&")) {
          switch Self.markup(byte, input, i, inputCount) {
          case .text: break
          case .lineBreak(let length):
            output[o] = 0x20
            i &+= length
            o &+= 1
            (safeI, safeO, safeT) = (i, o, t)
            continue
          case .other:
            event = .markup
            break scanning
          }
        }
        output[o] = byte
        t = rules.addMark(byte, at: o, tokens: tokens, count: t, run: &run)
        i &+= 1
        o &+= 1
      }
    }
    state.input = i
    state.output = o
    state.count = t
    state.safeInput = safeI
    state.safeOutput = safeO
    state.safeCount = safeT
    state.run = run
    if event == .foreign { state.returnToSafePlace() }
    return event
  }

  enum MarkupKind {
    /// The character itself.
    case text
    case lineBreak(length: Int)
    /// For the parser.
    case other
  }

  /// The role of a `<` or `&`.
  @inline(__always)
  static func markup(_ byte: UInt8, _ input: UnsafePointer<UInt8>, _ index: Int, _ count: Int) -> MarkupKind {
    guard index + 1 < count else { return .text }
    if byte == UInt8(ascii: "<") {
      guard Markup.mayFollowOpeningBracket(input[index + 1]) else { return .text }
      let length = Markup.lineBreakLength(input, index, count)
      return length > 0 ? .lineBreak(length: length) : .other
    }
    return Markup.entityLength(input, index, count) > 0 ? .other : .text
  }
}
