/// The layout of a block's texts in a shard, all numbers little-endian.
///
/// A file begins with `DISCERN\n` and the version, 4 bytes, followed by the blocks. A block begins with six
/// numbers of 4 bytes: a mark, the number of texts, the number of tokens, the CRC-32C of the lengths, the
/// CRC-32C of the data after them, and zeros. Then come the texts' lengths, 4 bytes each; their ids, one text
/// after another; for each task the texts' label numbers, 4 bytes each; the texts' weights, 4 bytes each, if
/// there are any.
package struct ShardLayout: Sendable, Equatable {
  /// 2 or 4.
  let idBytes: Int
  let taskCount: Int
  let hasWeights: Bool

  /// The maximum number of bytes in a file, unless a single block has more.
  static let fileLimit = 64 << 20
  static let fileMark = Array("DISCERN\n".utf8) + [1, 0, 0, 0]
  static let blockMark: UInt32 = 0x3142_5344
  static let headerBytes = 24

  package init(idBytes: Int, taskCount: Int, hasWeights: Bool) {
    self.idBytes = idBytes
    self.taskCount = taskCount
    self.hasWeights = hasWeights
  }

  package static func idBytes(vocabularySize: Int) -> Int { vocabularySize <= 1 << 16 ? 2 : 4 }

  /// The number of bytes in a block after its header.
  func bytes(texts: Int, tokens: Int) -> Int {
    texts * 4 * (1 + taskCount + (hasWeights ? 1 : 0)) + tokens * idBytes
  }
}
