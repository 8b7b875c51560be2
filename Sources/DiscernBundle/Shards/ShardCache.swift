import DiscernCorpus
import DiscernModels
import Synchronization

/// The blocks that were used last, up to a number of tokens; older ones are read again.
final class ShardCache: Sendable {
  private struct State {
    var blocks: [Int: (block: ShardBlock, used: Int)] = [:]
    var tokens = 0
    var clock = 0
  }

  private let limit: Int
  private let state = Mutex(State())

  /// - Parameter limit: tokens, of all blocks together, unless one has more.
  init(limit: Int) { self.limit = limit }

  func block(
    _ number: Int, _ read: (Int) throws(ShardError) -> ShardBlock
  ) throws(ShardError) -> ShardBlock {
    let known = state.withLock { state -> ShardBlock? in
      state.clock += 1
      state.blocks[number]?.used = state.clock
      return state.blocks[number]?.block
    }
    if let known { return known }
    let block = try read(number)
    state.withLock { state in
      if state.blocks[number] == nil { state.tokens += block.tokenCount }
      state.blocks[number] = (block, state.clock)
      while state.tokens > limit, state.blocks.count > 1,
        let oldest = state.blocks.min(by: { $0.value.used < $1.value.used })
      {
        state.tokens -= oldest.value.block.tokenCount
        state.blocks[oldest.key] = nil
      }
    }
    return block
  }
}
