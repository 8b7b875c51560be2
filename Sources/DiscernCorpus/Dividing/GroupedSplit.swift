/// A division of labelled texts into training and development that splits no group and keeps the classes'
/// shares as closely as the groups allow.
///
/// Groups are considered in an order that depends on the seed; each moves to development if that brings the
/// number of texts and the classes' shares there nearer to their targets, and moves back if later groups make
/// it superfluous. The last text of a class always stays in training.
package struct GroupedSplit: Equatable {
  /// Indices of texts, ascending.
  package let training: [Int]
  package let development: [Int]

  /// The maximum number of rounds over all groups; three are usual.
  private static let maximumRounds = 10

  /// - Parameters:
  ///   - labels: [texts] classes, at least 0.
  ///   - groups: [texts] numbers of groups, at least 0.
  ///   - wanted: the number of texts to be held out; above 0.
  package init(labels: [Int32], groups: [Int32], wanted: Int, seed: UInt64) {
    let (members, places) = GroupMembers.of(labels: labels, groups: groups)
    let keys = members.map { SplitMix64.value(seed: seed, index: UInt64($0.first)) }
    let order = members.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
    var balance = GroupBalance(sizes: labels.classSizes, wanted: Double(wanted))
    var isHeldOut = [Bool](repeating: false, count: members.count)
    for _ in 0..<Self.maximumRounds {
      var hasChanged = false
      for place in order {
        let sign = isHeldOut[place] ? -1 : 1
        guard balance.gain(members[place], sign: sign) > 0 else { continue }
        balance.add(members[place], sign: sign)
        isHeldOut[place].toggle()
        hasChanged = true
      }
      if !hasChanged { break }
    }
    training = places.indices.filter { !isHeldOut[places[$0]] }
    development = places.indices.filter { isHeldOut[places[$0]] }
  }
}

extension [Int32] {
  /// [classes] how often each number occurs; all numbers are at least 0.
  var classSizes: [Int] {
    reduce(into: [Int](repeating: 0, count: Int(self.max() ?? -1) + 1)) { $0[Int($1)] += 1 }
  }
}
