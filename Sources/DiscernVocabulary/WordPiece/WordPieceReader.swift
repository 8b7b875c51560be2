/// Cuts parts of a text into pieces; its memory is reused.
struct WordPieceReader {
  /// A character after normalisation, and the bytes of the text that it comes from.
  private struct Symbol {
    var scalar: Unicode.Scalar
    var origin: Range<Int>
    /// The combining class.
    var rank: UInt8 = 0
  }

  private let tokenizer: WordPieceTokenizer
  private let stripsAccents: Bool
  private var characters: [Symbol] = []
  private var other: [Symbol] = []
  private var word: [UInt8] = []
  /// The end of each of the word's characters in `word`, and its origin in the text.
  private var ends: [Int] = []
  private var origins: [Range<Int>] = []

  init(_ tokenizer: WordPieceTokenizer) {
    self.tokenizer = tokenizer
    stripsAccents = tokenizer.configuration.stripsAccents ?? tokenizer.configuration.lowercase
  }

  /// Adds the pieces of a part without special tokens.
  ///
  /// - Parameter offset: the start of the part in the text.
  mutating func read(_ part: UnsafeBufferPointer<UInt8>, at offset: Int, into result: inout WordPieces) {
    if part.isEmpty { return }
    decode(part, offset)
    if stripsAccents { stripAccents() }
    if tokenizer.configuration.lowercase { lowercase() }
    for character in characters {
      switch PieceCharacter.kind(character.scalar) {
      case .space: endWord(&result)
      case .punctuation:
        endWord(&result)
        append(character)
        endWord(&result)
      case .other: append(character)
      }
    }
    endWord(&result)
  }

  // MARK: Normalisation

  private mutating func decode(_ part: UnsafeBufferPointer<UInt8>, _ offset: Int) {
    characters.removeAll(keepingCapacity: true)
    let (cleans, separates) = (
      tokenizer.configuration.cleansText, tokenizer.configuration.separatesIdeographs
    )
    var place = offset
    for scalar in String(decoding: part, as: UTF8.self).unicodeScalars {
      let origin = place..<place + UTF8.width(scalar)
      place = origin.upperBound
      var scalar = scalar
      if cleans {
        if PieceCharacter.isControl(scalar) { continue }
        if scalar.properties.isWhitespace { scalar = " " }
      }
      let isIdeograph = separates && PieceCharacter.isIdeograph(scalar.value)
      if isIdeograph { characters.append(Symbol(scalar: " ", origin: origin)) }
      characters.append(Symbol(scalar: scalar, origin: origin))
      if isIdeograph { characters.append(Symbol(scalar: " ", origin: origin)) }
    }
  }

  /// The canonical decomposition without marks.
  private mutating func stripAccents() {
    if characters.allSatisfy({ $0.scalar.isASCII }) { return }
    other.removeAll(keepingCapacity: true)
    // The start of the marks that may be reordered.
    var start = 0
    for character in characters {
      PieceCharacter.forEachPart(of: character.scalar) { part in
        let rank = PieceCharacter.combiningClass(part)
        if rank == 0 { sortMarks(from: start) }
        other.append(Symbol(scalar: part, origin: character.origin, rank: rank))
        if rank == 0 { start = other.count }
      }
    }
    sortMarks(from: start)
    characters.removeAll(keepingCapacity: true)
    for character in other {
      if !PieceCharacter.isAccent(character.scalar) {
        characters.append(character)
      } else if let last = characters.indices.last {
        // The letter's origin includes its marks.
        let origin = characters[last].origin
        characters[last].origin = origin.lowerBound..<max(origin.upperBound, character.origin.upperBound)
      }
    }
  }

  /// Sorts marks by their combining class, those of one class in their order.
  private mutating func sortMarks(from start: Int) {
    let marks = other[start...]
    guard zip(marks, marks.dropFirst()).contains(where: { $0.rank > $1.rank }) else { return }
    let sorted = marks.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
    other.replaceSubrange(start..., with: sorted.map(\.element))
  }

  private mutating func lowercase() {
    if characters.allSatisfy({ $0.scalar.isASCII }) {
      for index in characters.indices {
        let value = characters[index].scalar.value
        if value >= 0x41, value <= 0x5A, let lower = Unicode.Scalar(value + 0x20) {
          characters[index].scalar = lower
        }
      }
      return
    }
    other.removeAll(keepingCapacity: true)
    for character in characters {
      for scalar in character.scalar.properties.lowercaseMapping.unicodeScalars {
        other.append(Symbol(scalar: scalar, origin: character.origin))
      }
    }
    swap(&characters, &other)
  }

  // MARK: Words

  private mutating func append(_ character: Symbol) {
    word.append(contentsOf: UTF8.encode(character.scalar) ?? UTF8.encodedReplacementCharacter)
    ends.append(word.count)
    origins.append(character.origin)
  }

  /// Cuts the word into the longest pieces, from its beginning on; a word that cannot be cut is unknown as a
  /// whole.
  private mutating func endWord(_ result: inout WordPieces) {
    if word.isEmpty { return }
    defer {
      word.removeAll(keepingCapacity: true)
      ends.removeAll(keepingCapacity: true)
      origins.removeAll(keepingCapacity: true)
    }
    let before = result.ids.count
    var first = 0
    while first < ends.count, ends.count <= WordPieceConfiguration.longestWord {
      guard let (number, last) = longestPiece(from: first) else { break }
      result.ids.append(number)
      result.spans.append(span(first..<last))
      first = last
    }
    guard first < ends.count else { return }
    result.ids.removeLast(result.ids.count - before)
    result.spans.removeLast(result.spans.count - before)
    result.ids.append(tokenizer.unknown)
    result.spans.append(span(0..<ends.count))
  }

  /// The longest piece that begins at a character, and the character after it.
  private func longestPiece(from first: Int) -> (number: Int32, last: Int)? {
    let begin = first == 0 ? 0 : ends[first - 1]
    let table = first == 0 ? tokenizer.beginnings : tokenizer.continuations
    return word.withUnsafeBufferPointer { word in
      for last in stride(from: ends.count, to: first, by: -1) {
        if let number = table.number(of: UnsafeBufferPointer(rebasing: word[begin..<ends[last - 1]])) {
          return (number, last)
        }
      }
      return nil
    }
  }

  private func span(_ range: Range<Int>) -> Range<Int> {
    var (low, high) = (Int.max, 0)
    for origin in origins[range] {
      low = min(low, origin.lowerBound)
      high = max(high, origin.upperBound)
    }
    return low..<high
  }
}
