/// Disjoint sets of numbers, joined in pairs (union-find). A set's root is its least member, so that the
/// order in which sets are joined does not matter.
package struct DisjointSets {
  private var parents: [Int32]

  /// - Parameter count: the number of elements, each initially in its own set.
  package init(count: Int) { parents = Array(0..<Int32(count)) }

  /// The least member of the set that contains `number`. Cost: nearly constant.
  mutating func root(_ number: Int32) -> Int32 {
    var number = number
    while parents[Int(number)] != number {
      // Path halving: each step shortens the path for the next search.
      parents[Int(number)] = parents[Int(parents[Int(number)])]
      number = parents[Int(number)]
    }
    return number
  }

  package mutating func join(_ first: Int32, _ second: Int32) {
    let (a, b) = (root(first), root(second))
    parents[Int(max(a, b))] = min(a, b)
  }

  /// [elements] the number of each element's set, from 0 in the order of the sets' least members, and the
  /// number of sets.
  package mutating func numbered() -> (numbers: [Int32], count: Int) {
    var numbers = [Int32](repeating: -1, count: parents.count)
    var count: Int32 = 0
    for index in parents.indices {
      let root = Int(root(Int32(index)))
      if numbers[root] < 0 {
        numbers[root] = count
        count += 1
      }
      numbers[index] = numbers[root]
    }
    return (numbers, Int(count))
  }

  /// The sets with at least two members, each ascending, in the order of their least members.
  mutating func severals() -> [[Int32]] {
    var members: [Int32: [Int32]] = [:]
    for index in parents.indices where root(Int32(index)) != Int32(index) {
      let root = root(Int32(index))
      members[root, default: [root]].append(Int32(index))
    }
    return members.keys.sorted().compactMap { members[$0] }
  }
}
