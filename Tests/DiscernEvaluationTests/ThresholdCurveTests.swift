import DiscernEvaluation
import Testing

@Test func curvesAreThoseOfScikitLearn() throws {
  let (probabilities, labels) = GoldenCase(40, 2, seed: 24, levels: 12).make()
  let curve = ThresholdCurve(
    scores: (0..<40).map { probabilities[2 * $0 + 1] }, isPositive: labels.map { $0 == 1 })
  let (roc, precisionRecall) = (try #require(curve.roc), try #require(curve.precisionRecall))
  for (name, values) in [
    ("fpr", roc.map(\.x)), ("tpr", roc.map(\.y)), ("recall", precisionRecall.map(\.x)),
    ("precision", precisionRecall.map(\.y)),
  ] {
    let expected = try #require(curveFigures[name])
    #expect(values.count == expected.count, "\(name)")
    for (own, other) in zip(values, expected) { #expect(abs(own - other) < 1e-12, "\(name)") }
  }
}

@Test func aCurveOfOneKindIsNone() {
  let positive = ThresholdCurve(scores: [0.1, 0.2], isPositive: [true, true])
  #expect(positive.roc == nil && positive.precisionRecall?.map(\.y) == [1, 1])
  let negative = ThresholdCurve(scores: [0.1, 0.2], isPositive: [false, false])
  #expect(negative.roc == nil && negative.precisionRecall == nil)
  #expect(ThresholdCurve(scores: [], isPositive: []).points.isEmpty)
}
