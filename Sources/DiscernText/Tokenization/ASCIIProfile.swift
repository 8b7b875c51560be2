import CICU

/// The role of each byte for the scanner of ASCII text, determined from ICU for one locale.
///
/// Locales tailor the rules (a colon joins letters in Swedish and Finnish, a full stop does not in
/// `en-US-POSIX`) and lower-case differently (Turkish `I` becomes `ı`). So the table is not fixed but derived
/// from ICU, and each pair of characters is compared with ICU's result.
struct ASCIIProfile: Sendable {
  /// ALetter of the word rules: the letters, and `@` since ICU 72.
  static let letter: UInt8 = 1
  static let digit: UInt8 = 2
  /// `_`, ExtendNumLet: part of words and numbers.
  static let underscore: UInt8 = 4
  /// White space, and control characters, which count as such.
  static let space: UInt8 = 8
  /// Joins two letters when it is between them (WB6, WB7).
  static let midLetter: UInt8 = 16
  /// Joins two digits when it is between them (WB11, WB12).
  static let midNumber: UInt8 = 32
  /// Not for this scanner: bytes of non-ASCII characters, and letters with a lower-casing of their own.
  static let foreign: UInt8 = 64
  /// Depends on its neighbours: `<` `&` and the marks that form runs.
  static let special: UInt8 = 128

  static let word = letter | digit | underscore

  /// 256 entries, by byte.
  let classes: [UInt8]
  /// Whether an `I` must go to ICU.
  let foreignCapitalI: Bool
  /// Whether the model of the rules (WB5 to WB13 over ASCII) agrees with ICU; if not, all text goes to
  /// ICU.
  let isExact: Bool

  init(locale: String, lowercase: Bool) throws(TextError) {
    var table = [UInt8](repeating: 0, count: 256)
    for byte in 0..<128 {
      switch UInt8(byte) {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
        table[byte] = Self.letter
      case UInt8(ascii: "0")...UInt8(ascii: "9"): table[byte] = Self.digit
      case UInt8(ascii: "_"): table[byte] = Self.underscore
      case 0...0x20, 0x7F: table[byte] = Self.space
      case UInt8(ascii: "<"), UInt8(ascii: "&"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "'"),
        UInt8(ascii: "`"):
        table[byte] = Self.special
      default: break
      }
    }
    for byte in 128..<256 { table[byte] = Self.foreign }

    let iterator = try WordIterator(locale: locale)
    for (byte, bits) in try Self.marks(iterator) { table[Int(byte)] |= bits }
    let exact = try Self.pairsAgree(iterator, table)
    let foreign = lowercase ? try Self.unusualLowercase(locale) : []
    for byte in foreign { table[Int(byte)] = Self.foreign }
    classes = table
    foreignCapitalI = foreign == [UInt8(ascii: "I")]
    isExact = exact && (foreign.isEmpty || foreignCapitalI)
  }

  private static let printable = Array(UInt16(0x21)...UInt16(0x7E))

  /// The role of each character other than a letter, digit or `_`: it joins letters (`a'a`) or digits (`1,1`)
  /// on both sides of it, or counts as a letter itself (`@a`).
  private static func marks(_ iterator: WordIterator) throws(TextError) -> [(UInt8, UInt8)] {
    let candidates = printable.filter { !isWord(UInt8($0)) }
    var text: [UInt16] = []
    for mark in candidates { text += [0x61, mark, 0x61, 0x0A, 0x31, mark, 0x31, 0x0A, mark, 0x61, 0x0A] }
    var lengths: [Int: Int] = [:]
    for segment in try iterator.segments(text) { lengths[segment.lowerBound] = segment.count }
    return candidates.enumerated().map { index, mark in
      let start = 11 * index
      if lengths[start + 8] == 2 { return (UInt8(mark), letter) }
      return (
        UInt8(mark), (lengths[start] == 3 ? midLetter : 0) | (lengths[start + 4] == 3 ? midNumber : 0)
      )
    }
  }

  /// Whether ICU joins exactly those pairs of which both characters are letters, digits or `_`.
  private static func pairsAgree(_ iterator: WordIterator, _ table: [UInt8]) throws(TextError) -> Bool {
    var text: [UInt16] = []
    for first in printable {
      for second in printable { text += [first, second, 0x0A] }
    }
    var joined = Set<Int>()
    for segment in try iterator.segments(text) where segment.count == 2 { joined.insert(segment.lowerBound) }
    return stride(from: 0, to: text.count, by: 3).allSatisfy { start in
      let both = table[Int(text[start])] & word != 0 && table[Int(text[start + 1])] & word != 0
      return joined.contains(start) == both
    }
  }

  /// The ASCII letters that this locale lower-cases other than by adding 32.
  private static func unusualLowercase(_ locale: String) throws(TextError) -> [UInt8] {
    let identifier = try UnicodeLibrary.localeIdentifier(locale)
    var unusual: [UInt8] = []
    for byte in UInt8(0x21)...UInt8(0x7E) {
      let source = [UInt16(byte)]
      var target = [UInt16](repeating: 0, count: 8)
      var status: Int32 = 0
      let length = discern_icu_toLower(&target, 8, source, 1, identifier, &status)
      try UnicodeLibrary.check(status, "u_strToLower")
      let isCapital = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
      if length != 1 || target[0] != UInt16(isCapital ? byte + 32 : byte) { unusual.append(byte) }
    }
    return unusual
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
