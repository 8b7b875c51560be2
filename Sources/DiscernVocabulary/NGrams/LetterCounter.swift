import DiscernText

/// Counts how many texts have each n-gram of letters.
struct LetterCounter {
  private let texts: WordTexts
  private var grams: LetterGrams
  /// All n-grams, in the order in which they first came.
  private(set) var table: TokenTable
  /// By n-gram.
  private(set) var counts: [Int32] = []
  /// By n-gram: the text that has it and was counted last.
  private var seen: [Int32] = []

  init(_ texts: WordTexts, _ configuration: NGramConfiguration) {
    self.texts = texts
    grams = LetterGrams(configuration)
    table = TokenTable()
  }

  mutating func count() {
    let words = texts.table
    // Of each word once, since the texts' words come again and again.
    var lists: [Int32] = []
    var starts = [0]
    var isRun = [Bool](repeating: false, count: words.count)
    for word in 0..<words.count {
      words[word].withUnsafeBufferPointer { bytes in
        isRun[word] = WritingSystem.isWithoutSpaces(bytes)
        if !isRun[word] { grams.forEach(ofWord: bytes) { lists.append(table.insert($0)) } }
      }
      starts.append(lists.count)
    }
    counts = Array(repeating: 0, count: table.count)
    seen = Array(repeating: -1, count: table.count)
    var seenWords = [Int32](repeating: -1, count: words.count)
    for text in 0..<texts.count {
      var run: [Int32] = []
      for word in texts[text] {
        if isRun[Int(word)] {
          run.append(word)
          continue
        }
        add(run, Int32(text))
        run.removeAll(keepingCapacity: true)
        if seenWords[Int(word)] == Int32(text) { continue }
        seenWords[Int(word)] = Int32(text)
        for gram in lists[starts[Int(word)]..<starts[Int(word) + 1]] { add(gram, Int32(text)) }
      }
      add(run, Int32(text))
    }
  }

  private mutating func add(_ gram: Int32, _ text: Int32) {
    if seen[Int(gram)] == text { return }
    seen[Int(gram)] = text
    counts[Int(gram)] += 1
  }

  /// Adds the n-grams of a run of words without spaces.
  private mutating func add(_ run: [Int32], _ text: Int32) {
    if run.isEmpty { return }
    let words = texts.table
    words.bytes.withUnsafeBufferPointer { bytes in
      var found: [Int32] = []
      let parts = run.lazy.map { word in
        UnsafeBufferPointer(rebasing: bytes[words.offsets[Int(word)]..<words.offsets[Int(word) + 1]])
      }
      grams.forEach(ofRun: parts) { found.append(table.insert($0)) }
      for gram in found {
        if Int(gram) == counts.count {
          counts.append(0)
          seen.append(-1)
        }
        add(gram, text)
      }
    }
  }
}
