extension NGramVocabulary {
  /// The rows of many texts: the same as a reader gives.
  ///
  /// - Parameters:
  ///   - forEach: runs its second argument for all numbers below the first, on any threads.
  ///   - isInterrupted: asked from time to time, on any thread; once it says yes, rows are missing.
  package func rows(
    of texts: WordTexts,
    forEach: (_ count: Int, _ task: (Int) -> Void) -> Void = { count, task in
      (0..<count).forEach(task)
    },
    isInterrupted: @escaping @Sendable () -> Bool = { false }
  ) -> NGramRows {
    let table = texts.table
    let words = (0..<table.count).map { id in
      table[id].withUnsafeBufferPointer { self.words.find($0) }
    }
    let size = 1024
    let blocks = (texts.count + size - 1) / size
    let parts = RowParts(count: blocks)
    // A list of letters costs more than reading it: the words' lists are found once, for all blocks.
    var lists = LetterLists(wordCount: table.count, configuration)
    if configuration.longestLetters > 0 {
      for id in 0..<table.count where id % 1024 != 0 || !isInterrupted() {
        table[id].withUnsafeBufferPointer { word in
          _ = lists.withList(self, Int32(id), word) { _ in }
        }
      }
    }
    forEach(blocks) { block in
      if isInterrupted() { return }
      let reader = NGramReader(self, lists: lists)
      var rows = NGramRows()
      texts.ids.withUnsafeBufferPointer { ids in
        words.withUnsafeBufferPointer { words in
          table.bytes.withUnsafeBufferPointer { bytes in
            table.offsets.withUnsafeBufferPointer { offsets in
              for index in block * size..<min(texts.count, (block + 1) * size) {
                let text = TableNGramText(
                  ids: UnsafeBufferPointer(
                    rebasing: ids[texts.offsets[index]..<texts.offsets[index + 1]]),
                  words: words, tableBytes: bytes, tableOffsets: offsets)
                reader.read(text, appendingTo: &rows)
              }
            }
          }
        }
      }
      parts.set(block, rows)
    }
    return parts.joined()
  }
}

/// Rows that threads make, block by block.
private final class RowParts: Sendable {
  // Each block is written by the one task that makes it, and read after all have ended.
  nonisolated(unsafe) private let parts: UnsafeMutableBufferPointer<NGramRows>

  init(count: Int) {
    parts = .allocate(capacity: count)
    parts.initialize(repeating: NGramRows())
  }

  deinit {
    parts.deinitialize()
    parts.deallocate()
  }

  func set(_ index: Int, _ rows: NGramRows) { parts[index] = rows }

  func joined() -> NGramRows {
    var result = NGramRows()
    let size = parts.reduce(0) { $0 + $1.features.count }
    result.reserveCapacity(entries: size, texts: parts.reduce(0) { $0 + $1.count })
    for index in parts.indices {
      result.append(contentsOf: parts[index])
      parts[index] = NGramRows()
    }
    return result
  }
}
