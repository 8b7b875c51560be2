import DiscernEvaluation
import Testing

@Test func upperEdgesBelongToTheirBin() {
  for count in [1, 2, 3, 7, 10, 15, 49] {
    let edges = (1...count).map { Double($0) / Double(count) }
    let curve = CalibrationCurve(
      confidences: edges, isCorrect: edges.map { _ in true }, binCount: count)
    #expect(curve.bins.allSatisfy { $0.count == 1 })
    let above = CalibrationCurve(
      confidences: edges.map { min($0.nextUp, 1) }, isCorrect: edges.map { _ in true },
      binCount: count)
    #expect(above.bins.first?.count == (count == 1 ? 1 : 0))
    #expect(above.bins.last?.count == (count == 1 ? 1 : 2))
  }
}

@Test func errorsAreGapsBetweenConfidenceAndAccuracy() {
  let curve = CalibrationCurve(
    confidences: [0.75, 0.75, 0.75, 0.75, 1], isCorrect: [true, true, false, false, true],
    binCount: 4)
  #expect(curve.bins.map(\.count) == [0, 0, 4, 1])
  #expect(curve.bins[0].accuracy == nil)
  #expect(curve.bins[2].accuracy == 0.5)
  #expect(curve.expectedCalibrationError == 0.2)
  #expect(curve.maximumCalibrationError == 0.25)
}
