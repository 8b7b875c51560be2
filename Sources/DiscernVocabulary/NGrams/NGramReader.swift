import DiscernText

/// Makes the n-gram rows of texts, one after the other, in memory that it reuses. For one thread at a time.
package final class NGramReader {
  private let vocabulary: NGramVocabulary
  private var counter: NGramCounter
  private var lists: LetterLists
  private var runs: LetterGrams
  private var words: [Int32] = []
  private var scratch = Scratch()

  /// The lookup of a longer n-gram.
  private struct Step {
    var index: Int
    var pair: UInt64
    var code: UInt64
    var slot: UInt64
    var found: UInt64
  }

  /// By word of a text.
  private struct Scratch {
    /// The n-gram that begins there, or -1.
    var grams: [Int32] = []
    var steps: [Step] = []

    mutating func reserve(_ count: Int) {
      if grams.count >= count { return }
      let size = max(count, 2 * grams.count)
      grams = Array(repeating: -1, count: size)
      steps = Array(repeating: Step(index: 0, pair: 0, code: 0, slot: 0, found: 0), count: size)
    }
  }

  package convenience init(_ vocabulary: NGramVocabulary) {
    self.init(
      vocabulary, lists: LetterLists(wordCount: vocabulary.words.count, vocabulary.configuration))
  }

  init(_ vocabulary: NGramVocabulary, lists: LetterLists) {
    self.vocabulary = vocabulary
    self.lists = lists
    counter = NGramCounter(featureCount: vocabulary.count)
    runs = LetterGrams(vocabulary.configuration)
  }

  deinit { counter.deallocate() }

  /// Appends the row of a text.
  package func read(_ tokens: TokenBuffer, appendingTo rows: inout NGramRows) {
    withText(tokens) { read($0, appendingTo: &rows) }
  }

  /// Every occurrence of a known n-gram in a text, with its place.
  package func places(_ tokens: TokenBuffer) -> [NGramPlace] {
    var places = NGramPlaces()
    withText(tokens) { find($0, &places) }
    return places.all
  }

  @inline(__always) private func withText(_ tokens: TokenBuffer, _ body: (TokenNGramText) -> Void) {
    tokens.withUnsafeTokens { utf8, ranges in
      var words: [Int32] = []
      swap(&words, &self.words)
      defer { swap(&words, &self.words) }
      words.removeAll(keepingCapacity: true)
      words.reserveCapacity(ranges.count)
      for range in ranges {
        // `TokenBuffer.readablePadding` bytes are readable after the text.
        words.append(vocabulary.words.findPadded(UnsafeBufferPointer(rebasing: utf8[range.range])))
      }
      words.withUnsafeBufferPointer { words in
        body(TokenNGramText(utf8: utf8, tokens: ranges, words: words))
      }
    }
  }

  /// Mutable values are held in local variables meanwhile: each access to those of an object is checked for
  /// overlaps.
  @inline(__always) func read(_ text: some NGramText, appendingTo rows: inout NGramRows) {
    var counter = counter
    find(text, &counter)
    counter.conclude(appendingTo: &rows)
    self.counter = counter
  }

  @inline(__always) private func find(_ text: some NGramText, _ sink: inout some NGramSink) {
    if vocabulary.hashing == nil {
      findWords(text, &sink)
    } else {
      findHashedWords(text, &sink)
    }
    if vocabulary.configuration.longestLetters > 0 { findLetters(text, &sink) }
  }

  @inline(__always) private func findWords(_ text: some NGramText, _ sink: inout some NGramSink) {
    let count = text.count
    let longest = min(vocabulary.configuration.longestWords, count)
    if longest == 0 { return }
    var scratch = Scratch()
    swap(&scratch, &self.scratch)
    defer { swap(&scratch, &self.scratch) }
    scratch.reserve(count)
    scratch.grams.withUnsafeMutableBufferPointer { grams in
      vocabulary.wordFeatures.withUnsafeBufferPointer { features in
        for index in 0..<count {
          let word = text.word(index)
          grams[index] = word < 0 ? -1 : features[Int(word)]
          if word >= 0 { sink.add(grams[index], at: index, count: 1) }
        }
      }
      scratch.steps.withUnsafeMutableBufferPointer { steps in
        vocabulary.nodes.withView { nodes in
          for length in 2..<longest + 1 { extend(text, length, grams, steps, nodes, &sink) }
        }
      }
    }
  }

  /// Extends the n-grams that begin at each word by one word.
  @inline(__always) private func extend(
    _ text: some NGramText, _ length: Int, _ grams: UnsafeMutableBufferPointer<Int32>,
    _ steps: UnsafeMutableBufferPointer<Step>, _ nodes: NodeTable.View, _ sink: inout some NGramSink
  ) {
    let last = text.count - length
    // An n-gram is known only if its beginning and its end are.
    var count = 0
    for index in 0...last {
      let (gram, end) = (grams[index], grams[index + 1])
      grams[index] = -1
      if gram < 0 || end < 0 { continue }
      let pair = NodeTable.pair(gram, text.word(index + length - 1))
      let code = nodes.code(pair)
      steps[count] = Step(index: index, pair: pair, code: code, slot: nodes.slot(code), found: 0)
      count += 1
    }
    grams[last + 1] = -1
    for step in 0..<count { steps[step].found = nodes.pair(steps[step].slot) }
    for number in 0..<count {
      let step = steps[number]
      let gram = nodes.find(step.pair, step.code, slot: step.slot, found: step.found)
      grams[step.index] = gram
      if gram >= 0 { sink.add(gram, at: step.index, count: length) }
    }
  }

  private func findHashedWords(_ text: some NGramText, _ sink: inout some NGramSink) {
    guard let hashing = vocabulary.hashing else { return }
    let longest = min(vocabulary.configuration.longestWords, text.count)
    let keys = (0..<text.count).map { hashing.key(of: text.bytes($0)) }
    var hashes = [UInt64?](repeating: nil, count: text.count)
    for length in 1..<longest + 1 {
      for index in 0...text.count - length {
        let hash = hashing.hash(hashes[index], next: keys[index + length - 1])
        hashes[index] = hash
        sink.add(hashing.feature(hash), at: index, count: length)
      }
    }
  }

  @inline(__always) private func findLetters(_ text: some NGramText, _ sink: inout some NGramSink) {
    var lists = LetterLists.none
    swap(&lists, &self.lists)
    defer { swap(&lists, &self.lists) }
    // Words of the text that are written without spaces.
    var runWords: [Int] = []
    for index in 0..<text.count {
      let count = lists.withList(vocabulary, text.key(index), text.bytes(index)) { list in
        for feature in list { sink.add(feature, at: index, count: 1) }
      }
      if count == LetterLists.run { runWords.append(index) }
    }
    if !runWords.isEmpty { findRuns(text, runWords, &sink) }
  }

  private func findRuns(_ text: some NGramText, _ words: [Int], _ sink: inout some NGramSink) {
    var first = 0
    while first < words.count {
      var last = first
      while last + 1 < words.count, words[last + 1] == words[last] + 1 { last += 1 }
      // The end of each of the run's words, in bytes of the run.
      var ends: [Int] = []
      for word in words[first...last] { ends.append((ends.last ?? 0) + text.bytes(word).count) }
      runs.forEach(ofRun: words[first...last].lazy.map { text.bytes($0) }) { letters, start in
        let feature = vocabulary.feature(ofLetters: letters)
        guard feature >= 0 else { return }
        var begin = 0
        while ends[begin] <= start { begin += 1 }
        var end = begin
        while ends[end] < start + letters.count { end += 1 }
        sink.add(feature, at: words[first] + begin, count: end - begin + 1)
      }
      first = last + 1
    }
  }
}
