/// A division of labelled texts into training and development that splits no group and keeps the classes'
/// shares as well as whole groups can.
///
/// Groups are taken in an order that the seed decides; each goes to development if that brings the number of
/// its texts and the classes' shares nearer to what is wanted, and goes back if later ones make it
/// superfluous. The last text of a class always stays in training.
package struct GroupedSplit: Equatable {
  /// Indices of texts, ascending.
  package let training: [Int]
  package let development: [Int]

  /// Rounds over all groups, at most; three are usual.
  private static let maximumRounds = 10

  /// - Parameters:
  ///   - labels: [texts] classes, 0 or above.
  ///   - groups: [texts] numbers of groups, 0 or above.
  ///   - wanted: how many texts are to be held out; above 0.
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
  /// [classes] how often each number occurs there; none is below 0.
  var classSizes: [Int] {
    reduce(into: [Int](repeating: 0, count: Int(self.max() ?? -1) + 1)) { $0[Int($1)] += 1 }
  }
}
