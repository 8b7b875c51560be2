/// A group's texts by class.
struct GroupMembers {
  /// The group's first text.
  let first: Int
  private(set) var classes: [(number: Int, count: Int)] = []
  private(set) var size = 0

  /// The groups in the order of their first texts.
  ///
  /// - Parameters:
  ///   - labels: [texts] classes, at least 0.
  ///   - groups: [texts] numbers of groups, at least 0.
  /// - Returns: the groups, and [texts] the index of each text's group.
  static func of(labels: [Int32], groups: [Int32]) -> (members: [GroupMembers], places: [Int]) {
    var known: [Int32: Int] = [:]
    var members: [GroupMembers] = []
    let places = groups.enumerated().map { index, group in
      let place = known[group] ?? members.count
      if place == members.count {
        known[group] = place
        members.append(GroupMembers(first: index))
      }
      members[place].add(Int(labels[index]))
      return place
    }
    return (members, places)
  }

  private mutating func add(_ number: Int) {
    if let own = classes.firstIndex(where: { $0.number == number }) {
      classes[own].count += 1
    } else {
      classes.append((number, 1))
    }
    size += 1
  }
}

/// The numbers of texts of each class on one side of a division, and their targets.
struct GroupBalance {
  private var counts: [Int]
  private let sizes: [Int]
  private let wanted: [Double]
  private(set) var total = 0
  private let wantedTotal: Double

  /// - Parameters:
  ///   - sizes: the sizes of the classes.
  ///   - total: the number of texts that this side should have; above 0.
  init(sizes: [Int], wanted total: Double) {
    self.sizes = sizes
    counts = sizes.map { _ in 0 }
    let all = Double(sizes.reduce(0, +))
    wanted = sizes.map { total * Double($0) / all }
    wantedTotal = total
  }

  /// The decrease of the squared distances from the targets, each divided by its target (for a class, plus
  /// 1), if a group is added (`sign` 1) or removed (-1). Minus infinity if this side would get all of a
  /// class.
  func gain(_ group: GroupMembers, sign: Int) -> Double {
    func change(_ count: Int, _ added: Int, _ wanted: Double) -> Double {
      let distance = Double(count) - wanted
      let added = Double(sign * added)
      return added * (2 * distance + added)
    }
    var rise = change(total, group.size, wantedTotal) / wantedTotal
    for (number, count) in group.classes {
      if sign > 0, counts[number] + count >= sizes[number] { return -.infinity }
      rise += change(counts[number], count, wanted[number]) / (wanted[number] + 1)
    }
    return -rise
  }

  mutating func add(_ group: GroupMembers, sign: Int) {
    for (number, count) in group.classes { counts[number] += sign * count }
    total += sign * group.size
  }
}
