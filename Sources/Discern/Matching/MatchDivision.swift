import DiscernTraining

/// The division of examples into training and held-out ones.
struct MatchDivision {
  let training: MatchExamples
  let heldOut: MatchExamples

  /// Holds out a share of the examples by a seeded draw. Equal texts stay on the same side, and so do texts
  /// with equal partners, unless a group of these is larger than a tenth of the examples to hold out.
  init(_ examples: MatchExamples, _ options: MatchOptions) {
    let wanted = HeldOutParts.wanted(options.validationFraction, of: examples.count)
    var parts = examples.parts(byPartners: true)
    let sizes = parts.numbers.reduce(into: [Int](repeating: 0, count: parts.count)) { $0[Int($1)] += 1 }
    if (sizes.max() ?? 0) * 10 > wanted { parts = examples.parts(byPartners: false) }
    let division = HeldOutParts(parts, fraction: options.validationFraction, seed: options.seed)
    training = examples.selecting(division.training)
    heldOut = examples.selecting(division.heldOut)
  }

  init(training: MatchExamples, heldOut: MatchExamples) {
    self.training = training
    self.heldOut = heldOut
  }
}
