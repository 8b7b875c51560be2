import DiscernSystem

/// Floats at an address that is a multiple of 64 bytes, so that a vector never straddles two cache lines.
/// Freed with its last reference.
///
/// Its owner decides who may write: training writes on its own thread (kernels divide disjoint parts among
/// threads), and models that classify only read.
package final class AlignedBuffer: Sendable {
  nonisolated(unsafe) package let pointer: UnsafeMutablePointer<Float>
  package let count: Int

  /// Uninitialised memory, to be written before it is read. Costs nothing until then.
  package init(uninitializedCount count: Int) {
    self.count = count
    let bytes = max(1, count) * MemoryLayout<Float>.stride
    let isLarge = bytes >= 2 * Self.hugePage
    var allocated: UnsafeMutableRawPointer?
    guard posix_memalign(&allocated, isLarge ? Self.hugePage : 64, bytes) == 0, let memory = allocated else {
      ResourceShortage.end(
        "the system refuses another \((bytes + 999_999) / 1_000_000) MB of memory; raise its limit "
          + "(ulimit -v, ulimit -d), or choose a smaller network or smaller batches")
    }
    #if os(Linux)
      // Look-ups in such a table are scattered: with small pages, each costs a walk of the page table.
      if isLarge { madvise(memory, bytes, MADV_HUGEPAGE) }
    #endif
    pointer = memory.bindMemory(to: Float.self, capacity: max(1, count))
  }

  private static let hugePage = 2 << 20

  /// Zeros.
  package convenience init(count: Int) {
    self.init(uninitializedCount: count)
    pointer.initialize(repeating: 0, count: max(1, count))
  }

  package convenience init(copying other: AlignedBuffer) {
    self.init(count: other.count)
    pointer.update(from: other.pointer, count: count)
  }

  deinit { free(pointer) }

  package var elements: UnsafeMutableBufferPointer<Float> { .init(start: pointer, count: count) }
}
