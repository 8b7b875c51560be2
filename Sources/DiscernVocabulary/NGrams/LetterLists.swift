import DiscernText

/// The features of words' letters, computed at a word's first occurrence and kept.
struct LetterLists {
  /// [words] the start of a word's list in `storage`: its length, then features; -1: not yet found.
  private var starts: [Int32]
  private var storage: [Int32] = []
  private var grams: LetterGrams
  /// The list of the current word, for words whose lists are not kept.
  private var loose: [Int32] = []

  /// In place of a list's length: the word belongs to a script without spaces.
  static let run = -1

  /// A placeholder while the lists are held elsewhere.
  static let none = LetterLists(wordCount: 0, NGramConfiguration())

  /// - Parameter wordCount: the number of words whose lists may be kept.
  init(wordCount: Int, _ configuration: NGramConfiguration) {
    starts = Array(repeating: -1, count: wordCount)
    grams = LetterGrams(configuration)
  }

  /// Calls `body` with the features of a word's letters, once for each occurrence; returns `run`
  /// without a call for a word of a script without spaces.
  ///
  /// - Parameter key: the number under which the list is kept, or -1.
  @inline(__always) mutating func withList(
    _ vocabulary: NGramVocabulary, _ key: Int32, _ word: UnsafeBufferPointer<UInt8>,
    _ body: (UnsafeBufferPointer<Int32>) -> Void
  ) -> Int {
    if key >= 0, starts[Int(key)] >= 0 { return kept(key, body) }
    return found(vocabulary, key, word, body)
  }

  @inline(__always) private func kept(_ key: Int32, _ body: (UnsafeBufferPointer<Int32>) -> Void)
    -> Int
  {
    storage.withUnsafeBufferPointer { storage in
      let start = Int(starts[Int(key)])
      let count = Int(storage[start])
      if count >= 0 {
        body(UnsafeBufferPointer(rebasing: storage[start &+ 1..<start &+ 1 &+ count]))
      }
      return count
    }
  }

  @inline(never) private mutating func found(
    _ vocabulary: NGramVocabulary, _ key: Int32, _ word: UnsafeBufferPointer<UInt8>,
    _ body: (UnsafeBufferPointer<Int32>) -> Void
  ) -> Int {
    loose.removeAll(keepingCapacity: true)
    let isRun = WritingSystem.isWithoutSpaces(word)
    if !isRun {
      grams.forEach(ofWord: word) { letters in
        let feature = vocabulary.feature(ofLetters: letters)
        if feature >= 0 { loose.append(feature) }
      }
    }
    let count = isRun ? Self.run : loose.count
    // Starts are kept in 32 bits; words beyond that are looked up again each time.
    if key >= 0, storage.count + loose.count < Int(Int32.max) {
      starts[Int(key)] = Int32(storage.count)
      storage.append(Int32(count))
      storage.append(contentsOf: loose)
    }
    if !isRun { loose.withUnsafeBufferPointer(body) }
    return count
  }
}

extension NGramVocabulary {
  /// The feature of an n-gram of letters, after which seven more bytes may be read; -1 if it is unknown.
  @inline(__always) func feature(ofLetters gram: UnsafeBufferPointer<UInt8>) -> Int32 {
    if let hashing { return hashing.feature(ofLetters: gram) }
    let index = letters.findPadded(gram)
    return index < 0 ? -1 : letterFeatures[Int(index)]
  }
}
