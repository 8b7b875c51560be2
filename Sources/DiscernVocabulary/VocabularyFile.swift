import DiscernIO

// The vocabulary as a text file: a line `token⇥count` for each id, in the order of the ids.
//
// Lines end with 0x0A. In a token, a tab is written \t, a newline \n, a carriage return \r and a
// backslash \\. The first line is `<pad>⇥0`, the second `<unk>⇥N`, N being the number of tokens of
// the corpus outside the vocabulary. What follows may be in any order, which is that of the ids.

extension Vocabulary {
  /// What the vocabulary's file holds.
  public var fileContents: [UInt8] {
    var result: [UInt8] = []
    for id in 0..<count {
      for byte in bytes(at: id) {
        switch byte {
        case 0x09: result += "\\t".utf8
        case 0x0A: result += "\\n".utf8
        case 0x0D: result += "\\r".utf8
        case 0x5C: result += "\\\\".utf8
        default: result.append(byte)
        }
      }
      result.append(0x09)
      result += String(counts[id]).utf8
      result.append(0x0A)
    }
    return result
  }

  /// Writes the vocabulary's file, whole or not at all: beside its place, synced, then renamed.
  /// Throws `VocabularyError.input` with `InputError.unwritable`.
  public func write(to path: String) throws(VocabularyError) {
    do throws(InputError) { try AtomicFile.write(fileContents, to: path) } catch { throw .input(error) }
  }

  /// Reads a vocabulary's file, which may be compressed. Throws `VocabularyError` that names the line
  /// for whatever `write` would not have written, except for the order of the words.
  public init(path: String) throws(VocabularyError) {
    var parser = VocabularyParser(path: path)
    do throws(InputError) {
      let source = try ByteSource(path: path)
      let lines = LineReader(source, dropsCarriageReturn: false, dropsByteOrderMark: false)
      while let line = try lines.next() { if !parser.take(line) { break } }
    } catch {
      throw .input(error)
    }
    self = try parser.vocabulary()
  }

  /// Reads what `fileContents` gave; `path` is for messages. Throws like `init(path:)`.
  public init(fileContents: some Collection<UInt8>, path: String) throws(VocabularyError) {
    var parser = VocabularyParser(path: path)
    for line in fileContents.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast(
      fileContents.isEmpty || fileContents.suffix(1).elementsEqual([0x0A]) ? 1 : 0)
    {
      guard Array(line).withUnsafeBufferPointer({ parser.take($0) }) else { break }
    }
    self = try parser.vocabulary()
  }
}

/// Reads a vocabulary's file line by line.
private struct VocabularyParser {
  let path: String
  private var words = TokenTable()
  private var counts: [Int] = []
  private var failure: VocabularyError?
  private var token: [UInt8] = []

  init(path: String) { self.path = path }

  /// Takes the next line; false after a bad one.
  mutating func take(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    do throws(VocabularyError) {
      try parse(line)
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
    return Vocabulary(words: words, counts: counts)
  }

  private mutating func parse(_ line: UnsafeBufferPointer<UInt8>) throws(VocabularyError) {
    let number = counts.count + 1
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
    let count = try parseCount(line[(tab + 1)...], line: number)
    if number == 1, count != 0 { throw .badCount(path: path, line: 1, found: String(count)) }
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
    token.removeAll(keepingCapacity: true)
    var rest = written
    while let byte = rest.popFirst() {
      guard byte == 0x5C else {
        // A carriage return is always written \r: a bare one means that an editor changed the lines.
        if byte == 0x0D { throw .badEscape(path: path, line: line, found: "carriage return") }
        token.append(byte)
        continue
      }
      switch rest.popFirst() {
      case 0x74: token.append(0x09)
      case 0x6E: token.append(0x0A)
      case 0x72: token.append(0x0D)
      case 0x5C: token.append(0x5C)
      case let other:
        let found = [0x5C] + (other.map { [$0] } ?? [])
        throw .badEscape(path: path, line: line, found: String(decoding: found, as: UTF8.self))
      }
    }
  }
}
