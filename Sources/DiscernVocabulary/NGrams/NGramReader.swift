import DiscernText

/// Makes rows of n-grams of texts, one after the other, with memory that it keeps. For one thread at a time.
package final class NGramReader {
  private let vocabulary: NGramVocabulary
  private var counter: NGramCounter
  private var lists: LetterLists
  private var runs: LetterGrams
  private var words: [Int32] = []
  /// By word of the text: the n-gram that begins there, or -1.
  private var grams: [Int32] = []
  private var hashes: [UInt64] = []
  private var keys: [UInt64] = []
  /// Words of the text that are written without spaces.
  private var runWords: [Int] = []

  package convenience init(_ vocabulary: NGramVocabulary) {
    self.init(vocabulary, lists: LetterLists(wordCount: vocabulary.words.count, vocabulary.configuration))
  }

  init(_ vocabulary: NGramVocabulary, lists: LetterLists) {
    self.vocabulary = vocabulary
    self.lists = lists
    counter = NGramCounter(featureCount: vocabulary.count)
    runs = LetterGrams(vocabulary.configuration)
  }

  /// Appends the row of a text.
  package func read(_ tokens: TokenBuffer, appendingTo rows: inout NGramRows) {
    tokens.withUnsafeTokens { utf8, ranges in
      words.removeAll(keepingCapacity: true)
      words.reserveCapacity(ranges.count)
      for range in ranges {
        // `TokenBuffer.readablePadding` bytes are readable behind the text.
        words.append(
          vocabulary.words.findPadded(UnsafeBufferPointer(rebasing: utf8[range.range])))
      }
      words.withUnsafeBufferPointer { words in
        read(TokenNGramText(utf8: utf8, tokens: ranges, words: words), appendingTo: &rows)
      }
    }
  }

  @inline(__always) func read(_ text: some NGramText, appendingTo rows: inout NGramRows) {
    if vocabulary.hashing == nil { countWords(text) } else { countHashedWords(text) }
    countLetters(text)
    counter.conclude(appendingTo: &rows)
  }

  @inline(__always) private func countWords(_ text: some NGramText) {
    let longest = min(vocabulary.configuration.longestWords, text.count)
    if longest == 0 { return }
    let count = text.count
    if grams.count < count { grams += repeatElement(-1, count: count - grams.count) }
    counter.reserve(count * longest)
    grams.withUnsafeMutableBufferPointer { grams in
      vocabulary.wordFeatures.withUnsafeBufferPointer { features in
        for index in 0..<count {
          let word = text.word(index)
          grams[index] = word < 0 ? -1 : features[Int(word)]
          if word >= 0 { counter.add(grams[index]) }
        }
      }
      for length in 2..<longest + 1 {
        for index in 0...count - length {
          // An n-gram is known only if its beginning and its end are.
          if grams[index] < 0 { continue }
          if grams[index + 1] < 0 {
            grams[index] = -1
            continue
          }
          let gram = vocabulary.nodes.find(grams[index], text.word(index + length - 1))
          grams[index] = gram
          if gram >= 0 { counter.add(gram) }
        }
        grams[count - length + 1] = -1
      }
    }
  }

  private func countHashedWords(_ text: some NGramText) {
    guard let hashing = vocabulary.hashing else { return }
    let longest = min(vocabulary.configuration.longestWords, text.count)
    counter.reserve(text.count * longest)
    keys.removeAll(keepingCapacity: true)
    for index in 0..<text.count { keys.append(hashing.key(of: text.bytes(index))) }
    for length in 1..<longest + 1 {
      for index in 0...text.count - length {
        let hash = hashing.hash(length == 1 ? nil : hashes[index], next: keys[index + length - 1])
        if length == 1, index >= hashes.count { hashes.append(hash) } else { hashes[index] = hash }
        counter.add(hashing.feature(hash))
      }
    }
  }

  @inline(__always) private func countLetters(_ text: some NGramText) {
    if vocabulary.configuration.longestLetters == 0 { return }
    runWords.removeAll(keepingCapacity: true)
    for index in 0..<text.count {
      let count = lists.withList(vocabulary, text.key(index), text.bytes(index)) { list in
        counter.reserve(list.count)
        for feature in list { counter.add(feature) }
      }
      if count == LetterLists.run { runWords.append(index) }
    }
    countRuns(text)
  }

  private func countRuns(_ text: some NGramText) {
    var first = 0
    while first < runWords.count {
      var last = first
      while last + 1 < runWords.count, runWords[last + 1] == runWords[last] + 1 { last += 1 }
      runs.forEach(ofRun: runWords[first...last].lazy.map { text.bytes($0) }) { letters in
        let feature = vocabulary.feature(ofLetters: letters)
        if feature >= 0 {
          counter.reserve(1)
          counter.add(feature)
        }
      }
      first = last + 1
    }
  }
}
