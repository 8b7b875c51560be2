/// Brings n-grams of words, sorted level by level, into the order of their file: each followed by those that
/// begin with it.
struct NGramListing {
  /// N-grams of one length, sorted by their parents' places and then by their last words' places.
  struct Level {
    var parents: [Int32]
    var lasts: [Int32]
    var counts: [Int32]
    /// Whether each is kept; the parts of a kept one are kept, too.
    var kept: [Bool]
  }

  /// The words, sorted by their bytes.
  let words: TokenTable
  var levels: [Level] = []

  private var result = NGramList()
  /// By level, the first n-gram that is not yet visited.
  private var next: [Int] = []
  private var numbers: [Int32] = []

  init(words: TokenTable) { self.words = words }

  mutating func list() -> NGramList {
    guard let first = levels.first else { return result }
    next = Array(repeating: 0, count: levels.count)
    numbers = Array(repeating: -1, count: words.count)
    for word in first.kept.indices where first.kept[word] {
      numbers[word] = words[word].withUnsafeBufferPointer { result.words.append($0) }
    }
    for place in first.kept.indices { take(0, place, parent: -1) }
    return result
  }

  /// - Parameter parent: its place in the list.
  private mutating func take(_ level: Int, _ place: Int, parent: Int32) {
    guard levels[level].kept[place] else { return }
    let own = Int32(result.parents.count)
    result.parents.append(parent)
    result.lasts.append(numbers[Int(levels[level].lasts[place])])
    result.counts.append(levels[level].counts[place])
    let below = level + 1
    guard below < levels.count else { return }
    // Parents are visited in their order, so that one pass over each level finds all children.
    while next[below] < levels[below].parents.count, levels[below].parents[next[below]] <= place {
      if levels[below].parents[next[below]] == place { take(below, next[below], parent: own) }
      next[below] += 1
    }
  }
}
