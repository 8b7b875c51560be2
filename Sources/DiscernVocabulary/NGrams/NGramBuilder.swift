/// Counts the texts that have each n-gram, and chooses the n-grams to keep.
///
/// N-grams of words are counted level by level: one that enough texts have consists of shorter ones that
/// enough texts have. Temporary numbers are in order of first occurrence, and all sorting is by bytes, so
/// that the result depends only on the texts. Memory: 24 to 40 bytes for each different n-gram of one level.
struct NGramBuilder {
  /// N-grams of words of one length, sorted by their shorter beginnings and then by their last words' bytes.
  private struct Level {
    /// The place of the beginning in the previous level.
    var parents: [Int32] = []
    /// The last word's place among the single words.
    var lasts: [Int32] = []
    var counts: [Int32] = []
  }

  /// The number of texts counted between two calls of `isInterrupted`.
  static let textsBetweenLooks = 256

  private let texts: WordTexts
  private let configuration: NGramConfiguration
  private var levels: [Level] = []
  private var words = TokenTable()
  private var letters = TokenTable()
  private var letterCounts: [Int32] = []

  init(_ texts: WordTexts, _ configuration: NGramConfiguration) {
    self.texts = texts
    self.configuration = configuration
  }

  /// - Parameter isInterrupted: called from time to time; if true, n-grams are missing.
  mutating func list(_ isInterrupted: () -> Bool) -> NGramList {
    if configuration.longestWords > 0 { countWords(isInterrupted) }
    if configuration.longestLetters > 0 { countLetters(isInterrupted) }
    return isInterrupted() ? NGramList() : chosen()
  }

  private mutating func countWords(_ isInterrupted: () -> Bool) {
    let table = texts.table
    var counts = [Int32](repeating: 0, count: table.count)
    var seen = [Int32](repeating: -1, count: table.count)
    for text in 0..<texts.count {
      if text % Self.textsBetweenLooks == 0, isInterrupted() { return }
      for id in texts[text] where seen[Int(id)] != Int32(text) {
        seen[Int(id)] = Int32(text)
        counts[Int(id)] += 1
      }
    }
    let kept = NGramList.sorted(
      (0..<Int32(table.count)).filter { counts[Int($0)] >= configuration.minimumCount }, of: table)
    var ranks = [Int32](repeating: -1, count: table.count)
    for (rank, id) in kept.enumerated() {
      ranks[Int(id)] = Int32(rank)
      _ = table[Int(id)].withUnsafeBufferPointer { words.append($0) }
    }
    levels.append(
      Level(
        parents: Array(repeating: -1, count: kept.count), lasts: (0..<Int32(kept.count)).map { $0 },
        counts: kept.map { counts[Int($0)] }))
    let ids = texts.ids.map { ranks[Int($0)] }
    var current = ids
    for length in 2..<configuration.longestWords + 1 where !(levels.last?.counts.isEmpty ?? true) {
      levels.append(level(length, &current, ids, isInterrupted))
    }
  }

  /// - Parameter current: [tokens] the n-gram of the previous length that begins there, or -1; replaced by
  ///   those of this length.
  private func level(
    _ length: Int, _ current: inout [Int32], _ words: [Int32], _ isInterrupted: () -> Bool
  ) -> Level {
    var nodes = NodeTable()
    var counts: [Int32] = []
    var seen: [Int32] = []
    for text in 0..<texts.count {
      if text % Self.textsBetweenLooks == 0, isInterrupted() { return Level() }
      let (start, end) = (texts.offsets[text], texts.offsets[text + 1])
      for index in start..<end {
        guard index + length <= end, current[index] >= 0, current[index + 1] >= 0 else {
          current[index] = -1
          continue
        }
        let node = Int(nodes.insert(current[index], words[index + length - 1]))
        if node == counts.count {
          counts.append(0)
          seen.append(-1)
        }
        current[index] = Int32(node)
        if seen[node] != Int32(text) {
          seen[node] = Int32(text)
          counts[node] += 1
        }
      }
    }
    var keys: [(key: UInt64, node: Int32)] = []
    for node in seen.indices where counts[node] >= Int32(configuration.minimumCount) {
      keys.append((UInt64(nodes.first(node)) << 32 | UInt64(nodes.second(node)), Int32(node)))
    }
    keys.sort { $0.key < $1.key }
    var places = [Int32](repeating: -1, count: seen.count)
    for (place, key) in keys.enumerated() { places[Int(key.node)] = Int32(place) }
    for index in current.indices where current[index] >= 0 {
      current[index] = places[Int(current[index])]
    }
    return Level(
      parents: keys.map { nodes.first(Int($0.node)) },
      lasts: keys.map { nodes.second(Int($0.node)) },
      counts: keys.map { counts[Int($0.node)] })
  }

  private mutating func countLetters(_ isInterrupted: () -> Bool) {
    var counter = LetterCounter(texts, configuration)
    counter.count(isInterrupted)
    if isInterrupted() { return }
    let kept = NGramList.sorted(
      (0..<Int32(counter.table.count)).filter {
        counter.counts[Int($0)] >= configuration.minimumCount
      },
      of: counter.table)
    for id in kept { _ = counter.table[Int(id)].withUnsafeBufferPointer { letters.append($0) } }
    letterCounts = kept.map { counter.counts[Int($0)] }
  }

  /// The most frequent n-grams; among equally frequent ones words before letters, shorter before longer, then
  /// by bytes. So the parts of a kept n-gram are kept, too.
  private func chosen() -> NGramList {
    let groups = levels.map(\.counts) + [letterCounts]
    let total = groups.reduce(0) { $0 + $1.count }
    var least: Int32 = 0
    var room = total
    if total > configuration.maximumFeatures {
      let sorted = groups.joined().sorted(by: >)
      least = sorted[configuration.maximumFeatures - 1]
      room = configuration.maximumFeatures - sorted.prefix { $0 > least }.count
    }
    let kept = groups.map { counts in
      counts.map { count in
        if count > least { return true }
        guard count == least, room > 0 else { return false }
        room -= 1
        return true
      }
    }
    var listing = NGramListing(words: words)
    for (index, level) in levels.enumerated() {
      listing.levels.append(
        NGramListing.Level(
          parents: level.parents, lasts: level.lasts, counts: level.counts, kept: kept[index]))
    }
    var list = listing.list()
    for index in letterCounts.indices where kept[levels.count][index] {
      _ = letters[index].withUnsafeBufferPointer { list.letters.append($0) }
      list.counts.append(letterCounts[index])
    }
    return list
  }
}
