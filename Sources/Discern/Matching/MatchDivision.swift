import DiscernTraining

/// The division of examples into training and held-out ones.
struct MatchDivision {
  let training: MatchExamples
  let heldOut: MatchExamples

  /// Holds out a share of the examples by a keyed draw. Equal texts stay on one side, and so do those with
  /// equal partners, unless so many share a partner that little else would be measured.
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
