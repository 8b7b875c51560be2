/// A shuffled order of 0..<count that takes no memory: a Feistel network of four rounds over the next even
/// power of two, repeated until the result is in the range (Luby and Rackoff 1988; Black and Rogaway 2002).
package struct KeyedPermutation: Sendable {
  package let count: Int
  private let stream: RandomStream
  /// Half the number of bits in a number.
  private let half: Int

  /// - Parameter stream: the key.
  package init(count: Int, stream: RandomStream) {
    precondition(count >= 0, "a permutation of \(count)")
    self.count = count
    self.stream = stream
    half = max(1, (Int.bitWidth - max(0, count - 1).leadingZeroBitCount + 1) / 2)
  }

  /// The number at a place in 0..<count. Cost: fewer than 4 passes through the network on average.
  package subscript(place: Int) -> Int {
    precondition((0..<count).contains(place), "place \(place) of \(count)")
    var number = place
    repeat { number = encrypted(number) } while number >= count
    return number
  }

  private func encrypted(_ number: Int) -> Int {
    let mask = 1 << half - 1
    var (left, right) = (number >> half, number & mask)
    for round in 0..<4 {
      let mixed = Int(truncatingIfNeeded: stream.bits(round << half | right)) & mask
      (left, right) = (right, left ^ mixed)
    }
    return left << half | right
  }
}
