import DiscernIO

/// Rows of many texts, made by threads block by block and taken once, so that a block's memory is freed as
/// soon as it has been used.
package final class NGramRowBlocks: Sendable {
  private let blocks: TaskResults<NGramRows>

  init(count: Int) { blocks = TaskResults(repeating: NGramRows(), count: count) }

  func set(_ index: Int, _ rows: NGramRows) { blocks[index] = rows.fitted() }

  /// The numbers of texts and entries in all blocks that have not been taken.
  package var counts: (texts: Int, entries: Int) {
    blocks.all.reduce((0, 0)) { ($0.0 + $1.count, $0.1 + $1.features.count) }
  }

  /// Calls `body` with one block after the other, and frees each.
  package func take(_ body: (NGramRows) -> Void) {
    for index in 0..<blocks.count {
      body(blocks[index])
      blocks[index] = NGramRows()
    }
  }

  func joined() -> NGramRows {
    var result = NGramRows()
    let (texts, entries) = counts
    result.reserveCapacity(entries: entries, texts: texts)
    take { result.append(contentsOf: $0) }
    return result
  }
}
