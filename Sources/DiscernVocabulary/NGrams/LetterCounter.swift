import DiscernText

/// Counts how many texts have each n-gram of letters.
struct LetterCounter {
  private let texts: WordTexts
  private var grams: LetterGrams
  /// All n-grams, in order of first occurrence.
  private(set) var table = TokenTable()
  /// By n-gram.
  private(set) var counts: [Int32] = []
  /// By n-gram, the last text counted for it.
  private var seen: [Int32] = []
  /// By word, whether its script is written without spaces.
  private var isRun: [Bool] = []

  init(_ texts: WordTexts, _ configuration: NGramConfiguration) {
    self.texts = texts
    grams = LetterGrams(configuration)
  }

  /// - Parameter isInterrupted: called from time to time; if true, counts are missing.
  mutating func count(_ isInterrupted: () -> Bool) {
    countWords(isInterrupted)
    if !isRun.contains(true) { return }
    for text in 0..<texts.count {
      if text % NGramBuilder.textsBetweenLooks == 0, isInterrupted() { return }
      var run: [Int32] = []
      for word in texts[text] {
        if isRun[Int(word)] {
          run.append(word)
        } else {
          count(run, Int32(text))
          run.removeAll(keepingCapacity: true)
        }
      }
      count(run, Int32(text))
    }
  }

  /// Finds the n-grams of each word once, since words are repeated, and counts them.
  private mutating func countWords(_ isInterrupted: () -> Bool) {
    let words = texts.table
    var lists: [Int32] = []
    var starts = [0]
    isRun = Array(repeating: false, count: words.count)
    for word in 0..<words.count {
      if word % 1024 == 0, isInterrupted() { return }
      words[word].withUnsafeBufferPointer { bytes in
        isRun[word] = WritingSystem.isWithoutSpaces(bytes)
        if !isRun[word] { grams.forEach(ofWord: bytes) { lists.append(table.insert($0)) } }
      }
      starts.append(lists.count)
    }
    var counts = [Int32](repeating: 0, count: table.count)
    var seen = [Int32](repeating: -1, count: table.count)
    var seenWords = [Int32](repeating: -1, count: words.count)
    lists.withUnsafeBufferPointer { lists in
      counts.withUnsafeMutableBufferPointer { counts in
        seen.withUnsafeMutableBufferPointer { seen in
          for text in 0..<texts.count {
            if text % NGramBuilder.textsBetweenLooks == 0, isInterrupted() { return }
            let number = Int32(text)
            for word in texts[text] where seenWords[Int(word)] != number {
              seenWords[Int(word)] = number
              for gram in lists[starts[Int(word)]..<starts[Int(word) + 1]]
              where seen[Int(gram)] != number {
                seen[Int(gram)] = number
                counts[Int(gram)] += 1
              }
            }
          }
        }
      }
    }
    self.counts = counts
    self.seen = seen
  }

  /// Counts the n-grams of a run of words without spaces.
  private mutating func count(_ run: [Int32], _ text: Int32) {
    if run.isEmpty { return }
    let words = texts.table
    var found: [Int32] = []
    words.bytes.withUnsafeBufferPointer { bytes in
      let parts = run.lazy.map { word in
        UnsafeBufferPointer(
          rebasing: bytes[words.offsets[Int(word)]..<words.offsets[Int(word) + 1]])
      }
      grams.forEach(ofRun: parts) { letters, _ in found.append(table.insert(letters)) }
    }
    for gram in found {
      if Int(gram) == counts.count {
        counts.append(0)
        seen.append(-1)
      }
      if seen[Int(gram)] == text { continue }
      seen[Int(gram)] = text
      counts[Int(gram)] += 1
    }
  }
}
