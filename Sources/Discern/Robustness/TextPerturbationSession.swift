import DiscernCorpus
import DiscernIO
import DiscernTensor
import DiscernText

/// Damages one text after another. For one thread at a time.
final class TextPerturbationSession: TextTransformSession {
  private let perturbation: TextPerturbation
  private let seed: UInt64
  private let hasMarkup: Bool
  private let iterator: WordIterator

  init(
    _ perturbation: TextPerturbation, seed: UInt64, tokenizer: TokenizerConfiguration
  ) throws(TextError) {
    self.perturbation = perturbation
    self.seed = seed
    hasMarkup = tokenizer.html
    iterator = try WordIterator(locale: tokenizer.locale)
  }

  func apply(_ utf8: UnsafeBufferPointer<UInt8>, into result: inout [UInt8]) throws(TextError) {
    let units = Array(String(decoding: utf8, as: UTF8.self).utf16)
    var pieces: [String] = []
    var words: [Int] = []
    var markup = hasMarkup ? Markup.ranges(units)[...] : []
    for segment in try iterator.segments(units) {
      while let first = markup.first, first.upperBound <= segment.lowerBound { markup.removeFirst() }
      let isMarkup = markup.first.map { $0.overlaps(segment) } ?? false
      let piece = String(decoding: units[segment], as: UTF16.self)
      if !isMarkup, piece.contains(where: { $0.isLetter || $0.isNumber }) { words.append(pieces.count) }
      pieces.append(piece)
    }
    let hash = ContentHash(utf8)
    let kind = TextPerturbation.Kind.allCases.firstIndex(of: perturbation.kind) ?? 0
    let stream = RandomStream(seed: seed ^ hash.low, purpose: .perturbation, counter: kind)
    switch perturbation.kind {
    case .typos:
      for (index, word) in words.enumerated() where isHit(stream, index) {
        pieces[word] = Typo.made(
          in: pieces[word], RandomStream(seed: stream.bits(index), purpose: .perturbation))
      }
    case .drop: drop(words, &pieces, stream)
    case .swap:
      var index = 0
      while index + 1 < words.count {
        if isHit(stream, index) {
          pieces.swapAt(words[index], words[index + 1])
          index += 1
        }
        index += 1
      }
    }
    result.removeAll(keepingCapacity: true)
    for piece in pieces { result.append(contentsOf: piece.utf8) }
  }

  /// Whether a word is damaged.
  private func isHit(_ stream: RandomStream, _ index: Int) -> Bool {
    Double(stream.uniform(index)) < perturbation.rate
  }

  private func drop(_ words: [Int], _ pieces: inout [String], _ stream: RandomStream) {
    var dropped = words.indices.filter { isHit(stream, $0) }
    if dropped.count == words.count,
      let kept = dropped.max(by: { stream.uniform($0) < stream.uniform($1) })
    {
      dropped.removeAll { $0 == kept }
    }
    for index in dropped { pieces[words[index]] = "" }
  }

  /// Tags and entities, which do not count as words.
  private enum Markup {
    static func ranges(_ units: [UInt16]) -> [Range<Int>] {
      var result: [Range<Int>] = []
      var index = 0
      while index < units.count {
        let end =
          units[index] == 0x3C
          ? tagEnd(units, index) : units[index] == 0x26 ? entityEnd(units, index) : nil
        if let end { result.append(index..<end) }
        index = end ?? index + 1
      }
      return result
    }

    private static func isASCIILetter(_ unit: UInt16) -> Bool {
      (0x41...0x5A).contains(unit) || (0x61...0x7A).contains(unit)
    }

    /// `<`, then a letter, `/`, `!` or `?`, to the next `>`.
    private static func tagEnd(_ units: [UInt16], _ start: Int) -> Int? {
      guard start + 1 < units.count,
        isASCIILetter(units[start + 1]) || [0x2F, 0x21, 0x3F].contains(units[start + 1]),
        let end = units[start...].firstIndex(of: 0x3E)
      else { return nil }
      return end + 1
    }

    /// `&`, a name or number of at most 32 characters, `;`.
    private static func entityEnd(_ units: [UInt16], _ start: Int) -> Int? {
      var end = start + 1
      while end < units.count, end - start <= 32,
        isASCIILetter(units[end]) || (0x30...0x39).contains(units[end]) || units[end] == 0x23
      {
        end += 1
      }
      return end < units.count && units[end] == 0x3B && end > start + 1 ? end + 1 : nil
    }
  }
}

/// A typo.
private enum Typo {
  /// The keys next to each letter on an English keyboard.
  private static let neighbours: [Character: [Character]] = [
    "q": "wa", "w": "qeas", "e": "wrsd", "r": "etdf", "t": "ryfg", "y": "tugh", "u": "yihj", "i": "uojk",
    "o": "ipkl", "p": "ol", "a": "qwsz", "s": "wedazx", "d": "erfcxs", "f": "rtgvcd", "g": "tyhbvf",
    "h": "yujnbg", "j": "uikmnh", "k": "iojlm", "l": "opk", "z": "asx", "x": "zsdc", "c": "xdfv",
    "v": "cfgb", "b": "vghn", "n": "bhjm", "m": "njk",
  ].mapValues { Array($0 as String) }

  /// A word with one typo; a word without letters is unchanged.
  static func made(in word: String, _ stream: RandomStream) -> String {
    var letters = Array(word)
    let places = letters.indices.filter { letters[$0].isLetter }
    let pairs = places.filter {
      $0 + 1 < letters.count && letters[$0 + 1].isLetter && letters[$0] != letters[$0 + 1]
    }
    let keys = places.filter { neighbours[lowered(letters[$0])] != nil }
    func chosen<Element>(_ elements: [Element], _ draw: Int) -> Element {
      elements[Int(stream.bits(draw).multipliedFullWidth(by: UInt64(elements.count)).high)]
    }
    var possible: [(inout [Character]) -> Void] = []
    if !pairs.isEmpty {
      possible.append { letters in
        let place = chosen(pairs, 1)
        letters.swapAt(place, place + 1)
      }
    }
    if places.count > 1 { possible.append { $0.remove(at: chosen(places, 1)) } }
    if !places.isEmpty {
      possible.append { letters in
        let place = chosen(places, 1)
        letters.insert(letters[place], at: place)
      }
    }
    if !keys.isEmpty {
      possible.append { letters in
        let place = chosen(keys, 1)
        let key = chosen(neighbours[lowered(letters[place])] ?? [letters[place]], 2)
        letters[place] = letters[place].isUppercase ? Character(key.uppercased()) : key
      }
    }
    guard !possible.isEmpty else { return word }
    chosen(possible, 0)(&letters)
    return String(letters)
  }

  private static func lowered(_ letter: Character) -> Character {
    guard let ascii = letter.asciiValue, (0x41...0x5A).contains(ascii) else { return letter }
    return Character(UnicodeScalar(ascii + 0x20))
  }
}
