import DiscernTensor
import Testing

/// Floats with guard values before and after them, which must not be overwritten.
final class GuardedFloats {
  private let buffer: AlignedBuffer
  private let guardCount = 32
  private let sentinel: Float = -12345.5
  let count: Int

  init(_ values: [Float]) {
    count = values.count
    buffer = AlignedBuffer(count: count + 2 * guardCount)
    buffer.pointer.update(repeating: sentinel, count: buffer.count)
    for (index, value) in values.enumerated() { pointer[index] = value }
  }

  convenience init(_ values: [Double]) { self.init(values.map { Float($0) }) }

  var pointer: UnsafeMutablePointer<Float> { buffer.pointer + guardCount }
  var values: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

  /// Whether nothing around the values was written.
  var isIntact: Bool {
    (0..<guardCount).allSatisfy {
      buffer.pointer[$0] == sentinel && pointer[count + $0] == sentinel
    }
  }
}

/// Lengths around every family's vector width and panel.
let oddSizes = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 100, 129]
