import DiscernIO

/// The division of examples into training and held-out ones by a seeded draw; the examples of a part stay on
/// the same side.
struct HeldOutParts {
  /// Indices of examples, ascending.
  let training: [Int]
  let heldOut: [Int]

  /// The largest number of examples to hold out.
  static func wanted(_ fraction: Double, of count: Int) -> Int {
    Int((Double(count) * fraction).rounded(.up))
  }

  /// - Parameters:
  ///   - parts: each example's part from 0, and the number of parts.
  ///   - fraction: the share of all examples, above 0 and below 1.
  init(_ parts: (numbers: [Int32], count: Int), fraction: Double, seed: UInt64) {
    var members = [[Int]](repeating: [], count: parts.count)
    for (example, number) in parts.numbers.enumerated() { members[Int(number)].append(example) }
    // At least one example stays in training.
    let wanted = min(Self.wanted(fraction, of: parts.numbers.count), max(0, parts.numbers.count - 1))
    var held: [Int] = []
    var others: [Int] = []
    for part in RandomStream(seed: seed, purpose: .shuffle, counter: -1).permutation(members.count) {
      // A part larger than the remaining share goes to training.
      if held.count + members[part].count <= wanted { held += members[part] } else { others += members[part] }
    }
    if held.isEmpty, members.count > 1, let part = members.min(by: { $0.count < $1.count }) {
      held = part
      others = Array(Set(others).subtracting(part))
    }
    (training, heldOut) = (others.sorted(), held.sorted())
  }
}
