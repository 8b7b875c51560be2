/// Floats at an address that is a multiple of 64 bytes, so that a vector never straddles two cache
/// lines. Freed with its last holder.
///
/// Whoever holds it decides who may write: training writes from the thread that trains (kernels
/// divide disjoint parts among threads), models that classify only read.
package final class AlignedBuffer: Sendable {
  nonisolated(unsafe) package let pointer: UnsafeMutablePointer<Float>
  package let count: Int

  /// Zeros.
  package init(count: Int) {
    self.count = count
    let bytes = max(1, count) * MemoryLayout<Float>.stride
    pointer = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      .bindMemory(to: Float.self, capacity: max(1, count))
    pointer.initialize(repeating: 0, count: max(1, count))
  }

  package convenience init(copying other: AlignedBuffer) {
    self.init(count: other.count)
    pointer.update(from: other.pointer, count: count)
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }

  package var elements: UnsafeMutableBufferPointer<Float> { .init(start: pointer, count: count) }
}
