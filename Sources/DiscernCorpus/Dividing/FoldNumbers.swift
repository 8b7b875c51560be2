/// Divides texts into the folds of a cross-validation.
package enum FoldNumbers {
  /// [texts] the fold of each, from 0. Every class, and all texts together, are divided evenly among the
  /// folds, to within one text. The division depends only on the seed, the labels and the texts' numbers.
  ///
  /// - Parameter labels: [texts] classes, at least 0.
  package static func stratified(labels: [Int32], folds: Int, seed: UInt64) -> [Int32] {
    let keys = labels.indices.map { SplitMix64.value(seed: seed, index: UInt64($0)) }
    let order = labels.indices.sorted { (labels[$0], keys[$0], $0) < (labels[$1], keys[$1], $1) }
    var numbers = [Int32](repeating: 0, count: labels.count)
    // Each class continues where the previous one ended, so that the folds have equal sizes.
    for (place, text) in order.enumerated() { numbers[text] = Int32(place % folds) }
    return numbers
  }

  /// The maximum number of rounds over all groups; three are usual.
  private static let maximumRounds = 10

  /// The same without splitting groups: sizes and shares are kept as closely as the groups allow. The largest
  /// groups are placed first, each in the fold where sizes and shares come nearest to their targets; then
  /// groups are moved as long as that helps. A fold gets all of a class only if the class is in a single
  /// group.
  ///
  /// - Parameter groups: [texts] numbers of groups, at least 0; there are at least as many groups as folds.
  package static func grouped(labels: [Int32], groups: [Int32], folds: Int, seed: UInt64) -> [Int32] {
    let (members, places) = GroupMembers.of(labels: labels, groups: groups)
    let keys = members.map { SplitMix64.value(seed: seed, index: UInt64($0.first)) }
    let order = members.indices.sorted {
      (-members[$0].size, keys[$0], $0) < (-members[$1].size, keys[$1], $1)
    }
    let balance = GroupBalance(
      sizes: labels.classSizes, wanted: Double(labels.count) / Double(max(1, folds)))
    var balances = [GroupBalance](repeating: balance, count: folds)
    var numbers = [Int](repeating: 0, count: members.count)
    for place in order {
      let gains = balances.map { $0.gain(members[place], sign: 1) }
      let least = balances.indices.min { balances[$0].total < balances[$1].total } ?? 0
      // Of equal gains, the smallest fold's, or else the first; if every fold would get all of a class, the
      // smallest fold.
      var best = least
      for fold in balances.indices where gains[fold] > gains[best] { best = fold }
      numbers[place] = best
      balances[best].add(members[place], sign: 1)
    }
    for _ in 0..<maximumRounds {
      var hasChanged = false
      for place in order {
        let own = numbers[place]
        let leaving = balances[own].gain(members[place], sign: -1)
        var best = (fold: own, gain: 1e-9)
        for fold in balances.indices where fold != own {
          let gain = leaving + balances[fold].gain(members[place], sign: 1)
          if gain > best.gain { best = (fold, gain) }
        }
        guard best.fold != own else { continue }
        balances[own].add(members[place], sign: -1)
        balances[best.fold].add(members[place], sign: 1)
        numbers[place] = best.fold
        hasChanged = true
      }
      if !hasChanged { break }
    }
    return places.map { Int32(numbers[$0]) }
  }
}
