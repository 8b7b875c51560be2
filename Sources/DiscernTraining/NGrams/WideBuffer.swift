/// A buffer of floats, initially zeros, for one thread.
package final class WideBuffer {
  package let pointer: UnsafeMutablePointer<Float>
  package let count: Int

  init(count: Int) {
    self.count = count
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, count) * MemoryLayout<Float>.stride, alignment: 64)
    pointer = memory.bindMemory(to: Float.self, capacity: max(1, count))
    pointer.initialize(repeating: 0, count: max(1, count))
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }
}
