import Foundation

/// Random numbers as a pure function of a key and a counter: Philox4x32-10 (Salmon, Moraes, Dror and
/// Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3").
package struct CounterGenerator: Sendable {
  private let key: (UInt32, UInt32)

  package init(seed: UInt64) {
    key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
  }

  /// The block of 128 random bits that belongs to `counter`.
  package func block(_ counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
    var state = counter
    var (key0, key1) = key
    for _ in 0..<10 {
      let product0 = UInt32(0xD251_1F53).multipliedFullWidth(by: state[0])
      let product1 = UInt32(0xCD9E_8D57).multipliedFullWidth(by: state[2])
      state = [
        product1.high ^ state[1] ^ key0, product1.low, product0.high ^ state[3] ^ key1, product0.low,
      ]
      key0 &+= 0x9E37_79B9
      key1 &+= 0xBB67_AE85
    }
    return state
  }

  /// Fills `target` with draws from the normal distribution that belong to the stream `(purpose,
  /// index)`, by the Box-Muller transform in `Double`.
  package func fillNormal(
    _ target: UnsafeMutableBufferPointer<Float>, mean: Double, deviation: Double, purpose: UInt32,
    index: UInt32
  ) {
    for start in stride(from: 0, to: target.count, by: 2) {
      let bits = block([UInt32(start / 2), index, purpose, 0])
      // The first is in (0, 1], so that its logarithm is finite; 53 bits each.
      let high = UInt64(bits[0]) << 21 | UInt64(bits[1]) >> 11
      let low = UInt64(bits[2]) << 21 | UInt64(bits[3]) >> 11
      let radius = (-2 * log(Double(high + 1) * 0x1p-53)).squareRoot() * deviation
      let angle = 2 * Double.pi * Double(low) * 0x1p-53
      target[start] = Float(mean + radius * cos(angle))
      if start + 1 < target.count { target[start + 1] = Float(mean + radius * sin(angle)) }
    }
  }
}
