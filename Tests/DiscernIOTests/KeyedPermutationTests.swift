import DiscernIO
import Testing

@Test(arguments: [1, 2, 3, 4, 5, 15, 16, 17, 100, 1023, 5000])
func keyedPermutationsAreEveryNumberOnce(count: Int) {
  for seed in 0..<4 as Range<UInt64> {
    let order = KeyedPermutation(count: count, stream: RandomStream(seed: seed, purpose: .shuffle))
    #expect((0..<count).map { order[$0] }.sorted() == Array(0..<count))
  }
}

@Test func keyedPermutationsFollowTheKey() {
  func order(_ seed: UInt64, _ counter: Int) -> [Int] {
    let order = KeyedPermutation(
      count: 300, stream: RandomStream(seed: seed, purpose: .shuffle, counter: counter))
    return (0..<300).map { order[$0] }
  }
  #expect(order(1, 1) == order(1, 1))
  #expect(order(1, 1) != order(2, 1))
  #expect(order(1, 1) != order(1, 2))
  // Shuffled well: about 1 of 300 stays, and neighbours are separated.
  let places = order(1, 1)
  #expect(places.enumerated().filter { $0.offset == $0.element }.count < 10)
  #expect(zip(places, places.dropFirst()).filter { abs($0 - $1) == 1 }.count < 15)
}
