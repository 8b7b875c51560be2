import DiscernIO

/// Reads the file of a model's n-grams.
struct NGramParser {
  private let path: String
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0
  private var line = 0
  private var configuration = NGramConfiguration()
  private var featureCount = 0
  private var textCount = 0
  private var token: [UInt8] = []

  /// A line of the trie.
  private struct Entry {
    var token: Range<Int>
    var depth: Int32
    var count: Int32
  }

  /// Reads the first line.
  init(_ bytes: UnsafeBufferPointer<UInt8>, path: String) throws(NGramError) {
    self.bytes = bytes
    self.path = path
    guard let first = try next() else { throw .notNGrams(path: path, found: "") }
    let text = String(decoding: bytes[first].prefix(4096), as: UTF8.self)
    let fields = text.split(separator: "\t", maxSplits: 3, omittingEmptySubsequences: false)
    guard fields.count == 4, fields[0] == NGramVocabulary.firstField,
      let features = Self.number(fields[1].utf8), let texts = Self.number(fields[2].utf8),
      let value = try? StrictJSON.parse(Array(fields[3].utf8)),
      case let decoder = JSONValueDecoder(value),
      let configuration = try? decoder.decode(NGramConfiguration.self), decoder.unknownKeys.isEmpty
    else { throw .notNGrams(path: path, found: text) }
    do throws(NGramError) { try configuration.validate() } catch {
      throw .badLine(path: path, line: 1, reason: error.description)
    }
    self.configuration = configuration
    (featureCount, textCount) = (Int(features), Int(texts))
  }

  mutating func vocabulary() throws(NGramError) -> NGramVocabulary {
    if !UTF8Validation.isValid(bytes) {
      throw .badLine(path: path, line: 1, reason: "the file is not valid UTF-8")
    }
    if let bits = configuration.hashBits {
      return NGramVocabulary(
        hashedCounts: try hashedCounts(bits), textCount: textCount, bits: bits, configuration)
    }
    var list = NGramList()
    let hasLetters = try readWords(&list)
    if hasLetters { try readLetters(&list) }
    try check(list.counts.count)
    return NGramVocabulary(list, textCount: textCount, configuration)
  }

  private func check(_ found: Int) throws(NGramError) {
    if found != featureCount { throw .wrongCount(path: path, expected: featureCount, found: found) }
  }

  private func bad(_ reason: String) -> NGramError {
    .badLine(path: path, line: line, reason: reason)
  }

  /// The next line without its end; nil behind the last one.
  private mutating func next() throws(NGramError) -> Range<Int>? {
    if position == bytes.count { return nil }
    line += 1
    let start = position
    while position < bytes.count, bytes[position] != 0x0A { position += 1 }
    if position == bytes.count { throw bad("the line does not end; the file is cut off") }
    position += 1
    return start..<position - 1
  }

  private static func number(_ digits: some Collection<UInt8>) -> Int32? {
    if digits.isEmpty || digits.count > 10 { return nil }
    var result = 0
    for digit in digits {
      guard (0x30...0x39).contains(digit) else { return nil }
      result = result * 10 + Int(digit - 0x30)
    }
    return Int32(exactly: result)
  }

  private mutating func hashedCounts(_ bits: Int) throws(NGramError) -> [Int32] {
    var counts: [Int32] = []
    while let range = try next() {
      guard let count = Self.number(bytes[range]), Int(count) <= textCount else {
        throw bad("expected a number of texts up to \(textCount)")
      }
      counts.append(count)
    }
    try check(counts.count)
    if counts.count != 1 << bits {
      throw .wrongCount(path: path, expected: 1 << bits, found: counts.count)
    }
    return counts
  }

  /// The token and the count of a line, behind its tabs.
  private func entry(_ range: Range<Int>, depth: Int) throws(NGramError) -> Entry {
    guard let tab = bytes[range].lastIndex(of: 0x09), tab > range.lowerBound,
      let count = Self.number(bytes[(tab + 1)..<range.upperBound]), count >= 1,
      Int(count) <= textCount
    else { throw bad("expected a token, a tab and a number of texts from 1 to \(textCount)") }
    return Entry(token: range.lowerBound..<tab, depth: Int32(depth), count: count)
  }

  private mutating func unescape(_ range: Range<Int>) throws(NGramError) {
    if let found = EscapedToken.unescape(bytes[range], into: &token) {
      throw bad("“\(found)” is no escape")
    }
  }

  /// Adds the token that was read last, which must come behind all others.
  private func append(to table: inout TokenTable) throws(NGramError) {
    if table.count > 0, !table[table.count - 1].lexicographicallyPrecedes(token) {
      throw bad("the line stands twice or in the wrong place")
    }
    _ = token.withUnsafeBufferPointer { table.append($0) }
  }

  /// Returns whether letters follow.
  private mutating func readWords(_ list: inout NGramList) throws(NGramError) -> Bool {
    var entries: [Entry] = []
    var hasLetters = false
    while let range = try next() {
      if bytes[range].elementsEqual(NGramVocabulary.lettersLine.utf8) {
        hasLetters = true
        break
      }
      var start = range.lowerBound
      while start < range.upperBound, bytes[start] == 0x09 { start += 1 }
      let depth = start - range.lowerBound
      guard depth <= Int(entries.last?.depth ?? -1) + 1, depth < configuration.longestWords else {
        throw bad("the line has more tabs in front than words are before it")
      }
      let entry = try entry(start..<range.upperBound, depth: depth)
      if depth == 0 {
        try unescape(entry.token)
        try append(to: &list.words)
      }
      entries.append(entry)
    }
    let end = line
    line = 1
    try resolve(entries, &list)
    line = end
    return hasLetters
  }

  /// Finds the words of lines, all of which are known by now.
  private mutating func resolve(_ entries: [Entry], _ list: inout NGramList) throws(NGramError) {
    // By depth: the line that the next deeper ones belong to.
    var open: [Int32] = []
    for (place, entry) in entries.enumerated() {
      line += 1
      try unescape(entry.token)
      let depth = Int(entry.depth)
      let word = token.withUnsafeBufferPointer { list.words.find($0) }
      if word < 0 { throw bad("its last word has no line of its own") }
      let parent = depth == 0 ? -1 : open[depth - 1]
      if parent >= 0, entry.count > list.counts[Int(parent)] {
        throw bad("more texts have it than have its beginning")
      }
      if open.count > depth, depth > 0, list.lasts[Int(open[depth])] >= word {
        throw bad("the line stands twice or in the wrong place")
      }
      open.removeSubrange(min(depth, open.count)...)
      open.append(Int32(place))
      list.parents.append(parent)
      list.lasts.append(word)
      list.counts.append(entry.count)
    }
  }

  private mutating func readLetters(_ list: inout NGramList) throws(NGramError) {
    while let range = try next() {
      let entry = try entry(range, depth: 0)
      try unescape(entry.token)
      try append(to: &list.letters)
      list.counts.append(entry.count)
    }
  }
}
