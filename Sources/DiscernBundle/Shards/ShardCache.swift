import DiscernCorpus
import DiscernModels
import Synchronization

/// The most recently used blocks, up to a number of tokens; older ones are read again.
///
/// New blocks reuse the memory of old ones: allocating and releasing blocks of many sizes would leave gaps in
/// the heap, which grow with the corpus (16 MB more for 100 million tokens than for 10 million).
final class ShardCache: Sendable {
  private struct State {
    var blocks: [Int: (block: ShardBlock, used: Int)] = [:]
    var tokens = 0
    var clock = 0
    /// The memory of released blocks.
    var spare: [[UInt8]] = []
  }

  /// Several small blocks may be released for a large one.
  private static let spareLimit = 4

  private let limit: Int
  private let state = Mutex(State())

  /// - Parameter limit: the maximum number of tokens in all blocks together, unless a single block has more.
  init(limit: Int) { self.limit = limit }

  /// - Parameter read: reads a block into the given memory, which may be too small and becomes the block's.
  func block(
    _ number: Int, _ read: (Int, inout [UInt8]) throws(ShardError) -> ShardBlock
  ) throws(ShardError) -> ShardBlock {
    let known = state.withLock { state -> ShardBlock? in
      state.clock += 1
      state.blocks[number]?.used = state.clock
      return state.blocks[number]?.block
    }
    if let known { return known }
    var memory = state.withLock { $0.spare.popLast() } ?? []
    let block = try read(number, &memory)
    state.withLock { state in
      if state.blocks[number] == nil { state.tokens += block.tokenCount }
      state.blocks[number] = (block, state.clock)
      while state.tokens > limit, state.blocks.count > 1,
        let oldest = state.blocks.min(by: { $0.value.used < $1.value.used })
      {
        state.tokens -= oldest.value.block.tokenCount
        state.blocks[oldest.key] = nil
        if state.spare.count < Self.spareLimit { state.spare.append(oldest.value.block.bytes) }
      }
    }
    return block
  }
}
