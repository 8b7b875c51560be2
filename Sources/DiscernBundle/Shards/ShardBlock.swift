import DiscernCorpus
import DiscernIO

/// A block of packed texts in memory, laid out as on disk.
struct ShardBlock: Sendable {
  private let layout: ShardLayout
  /// [texts + 1] the first token of each text, and the end of the last one.
  private let offsets: [Int32]
  /// The block's data after the lengths.
  let bytes: [UInt8]

  var textCount: Int { offsets.count - 1 }
  var tokenCount: Int { Int(offsets[offsets.count - 1]) }

  /// - Parameter lengths: their sum is the block's number of tokens.
  init(_ layout: ShardLayout, lengths: [Int], bytes: [UInt8]) {
    self.layout = layout
    offsets = lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + Int32($1)) }
    self.bytes = bytes
    precondition(
      bytes.count == layout.bytes(texts: textCount, tokens: tokenCount) - 4 * textCount, "a block's bytes")
  }

  func appendIDs(of text: Int, to ids: inout [Int32]) {
    bytes.withUnsafeBytes { bytes in
      for token in Int(offsets[text])..<Int(offsets[text + 1]) {
        ids.append(
          layout.idBytes == 2
            ? Int32(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * token, as: UInt16.self)))
            : Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * token, as: Int32.self)))
      }
    }
  }

  /// The number of a text's label, or set of labels.
  func number(of text: Int, task: Int) -> Int32 { value(task, text) }

  func weight(of text: Int) -> Float {
    layout.hasWeights ? Float(bitPattern: UInt32(bitPattern: value(layout.taskCount, text))) : 1
  }

  private func value(_ column: Int, _ text: Int) -> Int32 {
    let place = layout.idBytes * tokenCount + 4 * (column * textCount + text)
    return bytes.withUnsafeBytes {
      Int32(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: Int32.self))
    }
  }
}
