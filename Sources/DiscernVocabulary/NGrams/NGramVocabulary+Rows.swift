extension NGramVocabulary {
  /// The rows of many texts: the same as a reader gives.
  package func rows(
    of texts: WordTexts,
    forEach: (_ count: Int, _ task: (Int) -> Void) -> Void = { count, task in
      (0..<count).forEach(task)
    },
    isInterrupted: @escaping @Sendable () -> Bool = { false }
  ) -> NGramRows {
    rowBlocks(of: texts, forEach: forEach, isInterrupted: isInterrupted).joined()
  }

  /// The same in blocks of texts, one after the other.
  ///
  /// - Parameters:
  ///   - forEach: runs its second argument for all numbers below the first, on any threads.
  ///   - isInterrupted: called from time to time, on any thread; if true, rows are missing.
  package func rowBlocks(
    of texts: WordTexts,
    forEach: (_ count: Int, _ task: (Int) -> Void) -> Void,
    isInterrupted: @escaping @Sendable () -> Bool = { false }
  ) -> NGramRowBlocks {
    let table = texts.table
    let words = (0..<table.count).map { id in
      table[id].withUnsafeBufferPointer { self.words.find($0) }
    }
    let size = 1024
    let blocks = (texts.count + size - 1) / size
    let result = NGramRowBlocks(count: blocks)
    // Making a list of letters costs more than reading it: the words' lists are made once, for all blocks.
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
      result.set(block, rows)
    }
    return result
  }
}
