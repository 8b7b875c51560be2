import DiscernIO
import DiscernTraining

/// The division of examples into training and held-out ones.
struct MatchDivision {
  let training: MatchExamples
  let heldOut: MatchExamples

  /// Holds out a share of the examples by a keyed draw. Equal texts stay on one side, and so do those with
  /// equal partners, unless so many share a partner that little else would be measured.
  init(_ examples: MatchExamples, _ options: MatchOptions) {
    let wanted = Int((Double(examples.count) * options.validationFraction).rounded(.up))
    var members = Self.members(examples.parts(byPartners: true))
    if (members.map(\.count).max() ?? 0) * 10 > wanted {
      members = Self.members(examples.parts(byPartners: false))
    }
    let order = RandomStream(seed: options.seed, purpose: .shuffle, counter: -1).permutation(members.count)
    var held: [Int] = []
    var others: [Int] = []
    for part in order {
      // A part larger than the remaining share goes to training.
      if held.count + members[part].count <= wanted { held += members[part] } else { others += members[part] }
    }
    if held.isEmpty, members.count > 1, let part = members.min(by: { $0.count < $1.count }) {
      held = part
      others = Array(Set(others).subtracting(part))
    }
    training = examples.selecting(others.sorted())
    heldOut = examples.selecting(held.sorted())
  }

  /// The examples of each part.
  private static func members(_ parts: (numbers: [Int32], count: Int)) -> [[Int]] {
    var members = [[Int]](repeating: [], count: parts.count)
    for (example, number) in parts.numbers.enumerated() { members[Int(number)].append(example) }
    return members
  }

  init(training: MatchExamples, heldOut: MatchExamples) {
    self.training = training
    self.heldOut = heldOut
  }
}
