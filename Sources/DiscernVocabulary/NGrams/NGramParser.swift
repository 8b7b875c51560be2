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
    let start = NGramVocabulary.firstField.utf8 + [0x09]
    guard bytes.starts(with: start) else {
      throw .notNGrams(path: path, found: String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self))
    }
    let fields = try next().map { bytes[$0].split(separator: 0x09, omittingEmptySubsequences: false) } ?? []
    guard fields.count == 4 else { throw bad("has \(fields.count.counted("field")), expected 4") }
    guard let features = Self.number(fields[1]), let texts = Self.number(fields[2]) else {
      throw bad("expected the numbers of n-grams and of texts")
    }
    (featureCount, textCount) = (Int(features), Int(texts))
    configuration = try readConfiguration(Array(fields[3]))
    let most = configuration.hashBits.map { 1 << $0 } ?? configuration.maximumFeatures
    guard featureCount <= most, configuration.hashBits == nil || featureCount == most else {
      throw bad("\(featureCount) n-grams, but the line says \(most)")
    }
  }

  /// A missing key has its default; everything else must be exactly as this program writes it.
  private func readConfiguration(_ json: [UInt8]) throws(NGramError) -> NGramConfiguration {
    let value: JSONValue
    do throws(JSONError) { value = try StrictJSON.parse(json) } catch { throw bad(error.explanation) }
    let decoder = JSONValueDecoder(value)
    let configuration: NGramConfiguration
    do { configuration = try decoder.decode(NGramConfiguration.self) } catch {
      throw bad("the n-gram settings cannot be read: \(error)")
    }
    if let key = decoder.unknownKeys.sorted().first {
      throw bad("“\(DisplayText.cut(key, to: 60))” is a setting unknown to this version")
    }
    do throws(NGramError) { try configuration.validate() } catch { throw bad(error.description) }
    let whole = try? StrictJSON.parse(NGramVocabulary.json(configuration)).object
    let expected = JSONValue.object(whole?.filter { value[$0.key] != nil } ?? [])
    guard json == NGramVocabulary.json(expected) else {
      throw bad(
        "expected \(String(decoding: NGramVocabulary.json(expected), as: UTF8.self)), found "
          + DisplayText.cut(DisplayText.escaped(String(decoding: json, as: UTF8.self)), to: 200))
    }
    return configuration
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

  /// The next line without its end; nil after the last one.
  private mutating func next() throws(NGramError) -> Range<Int>? {
    if position == bytes.count { return nil }
    line += 1
    let start = position
    while position < bytes.count, bytes[position] != 0x0A { position += 1 }
    if position == bytes.count { throw bad("the line does not end; the file is truncated") }
    position += 1
    return start..<position - 1
  }

  private static func number(_ digits: some Collection<UInt8>) -> Int32? {
    // As written by this program, without leading zeros.
    if digits.isEmpty || digits.count > 10 || digits.count > 1 && digits.first == 0x30 { return nil }
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

  /// The token and the count of a line, after its tabs.
  private func entry(_ range: Range<Int>, depth: Int) throws(NGramError) -> Entry {
    guard let tab = bytes[range].lastIndex(of: 0x09), tab > range.lowerBound,
      let count = Self.number(bytes[(tab + 1)..<range.upperBound]), count >= configuration.minimumCount,
      Int(count) <= textCount
    else {
      throw bad(
        "expected a token, a tab and a number of texts from \(configuration.minimumCount) to \(textCount)")
    }
    return Entry(token: range.lowerBound..<tab, depth: Int32(depth), count: count)
  }

  private mutating func unescape(_ range: Range<Int>) throws(NGramError) {
    if let found = EscapedToken.unescape(bytes[range], into: &token) {
      throw bad("“\(found)” is not an escape")
    }
  }

  /// Adds the token that was read last, which must sort after all others.
  private func append(to table: inout TokenTable) throws(NGramError) {
    if table.count > 0, !table[table.count - 1].lexicographicallyPrecedes(token) {
      throw bad("the line is repeated or in the wrong place")
    }
    _ = token.withUnsafeBufferPointer { table.append($0) }
  }

  /// Reads the trie of words; returns whether letters follow.
  private mutating func readWords(_ list: inout NGramList) throws(NGramError) -> Bool {
    var entries: [Entry] = []
    var hasLetters = false
    while let range = try next() {
      if bytes[range].elementsEqual(NGramVocabulary.lettersLine.utf8) {
        if configuration.longestLetters == 0 {
          throw bad("a character n-gram, although the configuration has none")
        }
        if position == bytes.count { throw bad("letters are missing") }
        hasLetters = true
        break
      }
      var start = range.lowerBound
      while start < range.upperBound, bytes[start] == 0x09 { start += 1 }
      let depth = start - range.lowerBound
      if configuration.longestWords == 0 { throw bad("a word n-gram, although the configuration has none") }
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

  /// Finds the words of all lines in the table, which is complete by now.
  private mutating func resolve(_ entries: [Entry], _ list: inout NGramList) throws(NGramError) {
    // By depth, the last line, which deeper lines continue.
    var open: [Int32] = []
    for (place, entry) in entries.enumerated() {
      line += 1
      try unescape(entry.token)
      let depth = Int(entry.depth)
      let word = token.withUnsafeBufferPointer { list.words.find($0) }
      if word < 0 { throw bad("its last word has no line itself") }
      let parent = depth == 0 ? -1 : open[depth - 1]
      if parent >= 0, entry.count > list.counts[Int(parent)] {
        throw bad("its document frequency is above that of its prefix")
      }
      if open.count > depth, depth > 0, list.lasts[Int(open[depth])] >= word {
        throw bad("the line is repeated or in the wrong place")
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
      let length = token.count { $0 & 0xC0 != 0x80 }
      if length > configuration.longestLetters {
        throw bad("\(length) letters, expected at most \(configuration.longestLetters)")
      }
      try append(to: &list.letters)
      list.counts.append(entry.count)
    }
  }
}
