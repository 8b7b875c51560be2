import DiscernIO
import DiscernSystem
import DiscernText

/// Reads a vocabulary's file line by line.
struct VocabularyParser {
  let path: String
  private var words = TokenTable()
  private var counts: [Int] = []
  private var failure: VocabularyError?
  private var token: [UInt8] = []
  /// The sum of all counts, so that no later sum can overflow.
  private var total = 0
  private var tokenizer: TokenizerConfiguration?
  private var hasCarriageReturns = false

  init(path: String) { self.path = path }

  /// Takes all lines, or those up to a bad one.
  mutating func take(_ lines: LineReader) throws(InputError) {
    while let line = try lines.next() {
      if !take(line, hasNewline: lines.endedWithNewline) { return }
    }
  }

  /// Takes the next line; false after a bad one.
  private mutating func take(_ line: UnsafeBufferPointer<UInt8>, hasNewline: Bool) -> Bool {
    do throws(VocabularyError) {
      try parse(line, hasNewline: hasNewline)
      return true
    } catch {
      failure = error
      return false
    }
  }

  func vocabulary() throws(VocabularyError) -> Vocabulary {
    if let failure { throw failure }
    if counts.count < 2 {
      let expected = counts.isEmpty ? Vocabulary.paddingToken : Vocabulary.unknownToken
      throw .specialLine(path: path, line: counts.count + 1, expected: expected, found: "")
    }
    var vocabulary = Vocabulary(words: words, counts: counts)
    vocabulary.tokenizer = tokenizer
    vocabulary.hadCarriageReturns = hasCarriageReturns
    return vocabulary
  }

  private mutating func parse(
    _ given: UnsafeBufferPointer<UInt8>, hasNewline: Bool
  ) throws(VocabularyError) {
    let number = counts.count + 1
    var line = given
    let endsInCarriageReturn = line.last == 0x0D
    if number == 1 { hasCarriageReturns = endsInCarriageReturn }
    if endsInCarriageReturn != hasCarriageReturns, endsInCarriageReturn || hasNewline {
      throw .mixedLineEnds(path: path, line: number)
    }
    if endsInCarriageReturn { line = UnsafeBufferPointer(rebasing: line.dropLast()) }
    guard line.allSatisfy({ $0 < 0x80 }) || String(validating: line, as: UTF8.self) != nil else {
      throw .invalidUTF8(path: path, line: number)
    }
    let tab = line.firstIndex(of: 0x09)
    let written = line[..<(tab ?? line.endIndex)]
    if number <= 2 {
      let expected = number == 1 ? Vocabulary.paddingToken : Vocabulary.unknownToken
      guard written.elementsEqual(expected.utf8) else {
        throw .specialLine(
          path: path, line: number, expected: expected, found: String(decoding: written, as: UTF8.self))
      }
    }
    guard let tab else { throw .missingCount(path: path, line: number) }
    var field = line[(tab + 1)...]
    if number == 1, let second = field.firstIndex(of: 0x09) {
      tokenizer = try TokenizerRecord.configuration(Array(field[(second + 1)...]), path: path)
      field = field[..<second]
    }
    let count = try parseCount(field, line: number)
    if number == 1, count != 0 { throw .badCount(path: path, line: 1, found: String(count)) }
    let (sum, overflows) = total.addingReportingOverflow(count)
    if overflows { throw .countsTooLarge(path: path, line: number) }
    total = sum
    counts.append(count)
    if number <= 2 { return }
    try unescape(written, line: number)
    if token.isEmpty { throw .emptyToken(path: path, line: number) }
    let before = words.count
    let firstLine: Int
    if Vocabulary.isSpecial(token) {
      firstLine = token.elementsEqual(Vocabulary.paddingToken.utf8) ? 1 : 2
    } else {
      firstLine = Int(token.withUnsafeBufferPointer { words.insert($0) }) + 3
    }
    guard words.count > before else {
      throw .duplicateToken(
        path: path, line: number, token: String(decoding: written, as: UTF8.self), firstLine: firstLine)
    }
  }

  private func parseCount(_ field: Slice<UnsafeBufferPointer<UInt8>>, line: Int) throws(VocabularyError)
    -> Int
  {
    let text = String(decoding: field, as: UTF8.self)
    guard !field.isEmpty, field.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(text) else {
      throw .badCount(path: path, line: line, found: text)
    }
    return count
  }

  private mutating func unescape(_ written: Slice<UnsafeBufferPointer<UInt8>>, line: Int)
    throws(VocabularyError)
  {
    if let found = EscapedToken.unescape(written, into: &token) {
      throw .badEscape(path: path, line: line, found: found)
    }
  }
}
