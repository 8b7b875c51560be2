/// Reads numbers and bytes of a stage, block by block; a premature end is an error.
final class LittleEndianReader {
  private let path: String
  private let stage: any ByteStage
  private var left: Int
  private var block: [UInt8] = []
  private var position = 0

  /// - Parameter limit: the number of bytes available.
  init(path: String, _ stage: any ByteStage, limit: Int) {
    self.path = path
    self.stage = stage
    left = limit
  }

  func number(_ length: Int) throws(InputError) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<length { value |= UInt64(try byte()) << UInt64(8 * index) }
    return value
  }

  func bytes(_ count: Int) throws(InputError) -> [UInt8] {
    var result: [UInt8] = []
    while result.count < count {
      try fill()
      let end = min(block.count, position + count - result.count)
      result += block[position..<end]
      position = end
    }
    return result
  }

  func skip(_ count: Int) throws(InputError) {
    for _ in 0..<count { _ = try byte() }
  }

  private func byte() throws(InputError) -> UInt8 {
    try fill()
    position += 1
    return block[position - 1]
  }

  private func fill() throws(InputError) {
    if position < block.count { return }
    block = [UInt8](repeating: 0, count: min(left, 1 << 16))
    position = 0
    var failure: InputError?
    let count = block.withUnsafeMutableBytes { buffer -> Int in
      do throws(InputError) { return try stage.read(into: buffer) } catch {
        failure = error
        return 0
      }
    }
    if let failure { throw failure }
    block.removeLast(block.count - count)
    left -= count
    if count == 0 { throw .corrupt(path: path, reason: "it ends in the middle") }
  }
}
