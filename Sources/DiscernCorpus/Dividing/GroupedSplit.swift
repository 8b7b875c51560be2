/// A division of labelled texts into training and development that parts no group and keeps the classes'
/// shares as well as whole groups can.
///
/// Groups are taken in an order that the seed decides; each goes to development if that brings the number of
/// its texts and the classes' shares nearer to what is wanted, and comes back if later ones make it one too
/// many. The last text of a class always stays in training.
package struct GroupedSplit: Equatable {
  /// Indices of texts, ascending.
  package let training: [Int]
  package let development: [Int]

  /// Rounds over all groups, at most; three are usual.
  private static let maximumRounds = 10

  /// A group's texts by class.
  private struct Member {
    let first: Int
    var classes: [(number: Int, count: Int)] = []
    var size = 0
  }

  /// How many texts of each class development has, and how many it should have.
  private struct Balance {
    private var counts: [Int]
    private let sizes: [Int]
    private let wanted: [Double]
    private var total = 0
    private let wantedTotal: Double

    init(sizes: [Int], wanted total: Int) {
      self.sizes = sizes
      counts = sizes.map { _ in 0 }
      let all = Double(sizes.reduce(0, +))
      wanted = sizes.map { Double(total) * Double($0) / all }
      wantedTotal = Double(total)
    }

    /// How far the squared distances fall, each over what is wanted, if a group comes (`sign` 1) or goes
    /// (-1).
    func gain(_ member: Member, sign: Int) -> Double {
      func change(_ count: Int, _ added: Int, _ wanted: Double) -> Double {
        let distance = Double(count) - wanted
        let added = Double(sign * added)
        return added * (2 * distance + added)
      }
      var rise = change(total, member.size, wantedTotal) / wantedTotal
      for (number, count) in member.classes {
        if sign > 0, counts[number] + count >= sizes[number] { return -.infinity }
        rise += change(counts[number], count, wanted[number]) / (wanted[number] + 1)
      }
      return -rise
    }

    mutating func add(_ member: Member, sign: Int) {
      for (number, count) in member.classes { counts[number] += sign * count }
      total += sign * member.size
    }
  }

  /// - Parameters:
  ///   - labels: [texts] classes, 0 or above.
  ///   - groups: [texts] numbers of groups, 0 or above.
  ///   - wanted: how many texts are to be held out; above 0.
  package init(labels: [Int32], groups: [Int32], wanted: Int, seed: UInt64) {
    var sizes = [Int](repeating: 0, count: Int(labels.max() ?? -1) + 1)
    for label in labels { sizes[Int(label)] += 1 }
    var places: [Int32: Int] = [:]
    var members: [Member] = []
    for (index, group) in groups.enumerated() {
      let place = places[group] ?? members.count
      if place == members.count {
        places[group] = place
        members.append(Member(first: index))
      }
      let number = Int(labels[index])
      if let own = members[place].classes.firstIndex(where: { $0.number == number }) {
        members[place].classes[own].count += 1
      } else {
        members[place].classes.append((number, 1))
      }
      members[place].size += 1
    }
    let keys = members.map { SplitMix64.value(seed: seed, index: UInt64($0.first)) }
    let order = members.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
    var balance = Balance(sizes: sizes, wanted: wanted)
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
    let sides = groups.map { group in places[group].map { isHeldOut[$0] } ?? false }
    training = sides.indices.filter { !sides[$0] }
    development = sides.indices.filter { sides[$0] }
  }
}
