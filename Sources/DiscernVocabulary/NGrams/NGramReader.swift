import DiscernText

/// Makes rows of n-grams of texts, one after the other, with memory that it keeps. For one thread at a time.
package final class NGramReader {
  private let vocabulary: NGramVocabulary
  private var counter: NGramCounter
  private var lists: LetterLists
  private var runs: LetterGrams
  private var words: [Int32] = []
  private var scratch = Scratch()

  /// A longer n-gram that is looked for.
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
    tokens.withUnsafeTokens { utf8, ranges in
      var words: [Int32] = []
      swap(&words, &self.words)
      defer { swap(&words, &self.words) }
      words.removeAll(keepingCapacity: true)
      words.reserveCapacity(ranges.count)
      for range in ranges {
        // `TokenBuffer.readablePadding` bytes are readable behind the text.
        words.append(vocabulary.words.findPadded(UnsafeBufferPointer(rebasing: utf8[range.range])))
      }
      words.withUnsafeBufferPointer { words in
        read(TokenNGramText(utf8: utf8, tokens: ranges, words: words), appendingTo: &rows)
      }
    }
  }

  /// Whatever changes is held in local variables meanwhile: those of an object are checked for overlapping
  /// accesses each time.
  @inline(__always) func read(_ text: some NGramText, appendingTo rows: inout NGramRows) {
    var counter = counter
    if vocabulary.hashing == nil {
      countWords(text, &counter)
    } else {
      countHashedWords(text, &counter)
    }
    if vocabulary.configuration.longestLetters > 0 { countLetters(text, &counter) }
    counter.conclude(appendingTo: &rows)
    self.counter = counter
  }

  @inline(__always) private func countWords(_ text: some NGramText, _ counter: inout NGramCounter) {
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
          if word >= 0 { counter.add(grams[index]) }
        }
      }
      scratch.steps.withUnsafeMutableBufferPointer { steps in
        vocabulary.nodes.withView { nodes in
          for length in 2..<longest + 1 { extend(text, length, grams, steps, nodes, &counter) }
        }
      }
    }
  }

  /// From the n-grams that begin at each word to those of one word more.
  @inline(__always) private func extend(
    _ text: some NGramText, _ length: Int, _ grams: UnsafeMutableBufferPointer<Int32>,
    _ steps: UnsafeMutableBufferPointer<Step>, _ nodes: NodeTable.View, _ counter: inout NGramCounter
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
      if gram >= 0 { counter.add(gram) }
    }
  }

  private func countHashedWords(_ text: some NGramText, _ counter: inout NGramCounter) {
    guard let hashing = vocabulary.hashing else { return }
    let longest = min(vocabulary.configuration.longestWords, text.count)
    let keys = (0..<text.count).map { hashing.key(of: text.bytes($0)) }
    var hashes = [UInt64?](repeating: nil, count: text.count)
    for length in 1..<longest + 1 {
      for index in 0...text.count - length {
        let hash = hashing.hash(hashes[index], next: keys[index + length - 1])
        hashes[index] = hash
        counter.add(hashing.feature(hash))
      }
    }
  }

  @inline(__always) private func countLetters(_ text: some NGramText, _ counter: inout NGramCounter) {
    var lists = LetterLists.none
    swap(&lists, &self.lists)
    defer { swap(&lists, &self.lists) }
    // Words of the text that are written without spaces.
    var runWords: [Int] = []
    for index in 0..<text.count {
      let count = lists.withList(vocabulary, text.key(index), text.bytes(index)) { list in
        for feature in list { counter.add(feature) }
      }
      if count == LetterLists.run { runWords.append(index) }
    }
    if !runWords.isEmpty { countRuns(text, runWords, &counter) }
  }

  private func countRuns(_ text: some NGramText, _ words: [Int], _ counter: inout NGramCounter) {
    var first = 0
    while first < words.count {
      var last = first
      while last + 1 < words.count, words[last + 1] == words[last] + 1 { last += 1 }
      runs.forEach(ofRun: words[first...last].lazy.map { text.bytes($0) }) { letters in
        let feature = vocabulary.feature(ofLetters: letters)
        if feature >= 0 { counter.add(feature) }
      }
      first = last + 1
    }
  }
}
