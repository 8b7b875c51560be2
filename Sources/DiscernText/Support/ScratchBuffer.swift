/// Memory that grows to the largest need and is reused: unlike an array, it does not have to be initialised,
/// and C functions can write into it while other buffers are read.
final class ScratchBuffer<Element: BitwiseCopyable> {
  private(set) var base: UnsafeMutablePointer<Element>
  private(set) var capacity: Int
  var count = 0

  init(capacity: Int = 256) {
    self.capacity = capacity
    base = .allocate(capacity: capacity)
  }

  deinit { base.deallocate() }

  /// Makes room for `needed` elements in total; the first `count` stay.
  func reserve(_ needed: Int) {
    guard needed > capacity else { return }
    let size = max(needed, capacity + capacity / 2)
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: size)
    larger.update(from: base, count: count)
    base.deallocate()
    base = larger
    capacity = size
  }

  /// Appends a single element; for use outside of hot loops.
  func append(_ element: Element) {
    reserve(count + 1)
    base[count] = element
    count += 1
  }

  func append(_ elements: UnsafeBufferPointer<Element>) {
    guard let start = elements.baseAddress, !elements.isEmpty else { return }
    reserve(count + elements.count)
    (base + count).update(from: start, count: elements.count)
    count += elements.count
  }
}
