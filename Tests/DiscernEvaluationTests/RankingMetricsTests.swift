import DiscernEvaluation
import Testing

// sklearn.metrics.roc_auc_score and average_precision_score, 1.9.1:
// y = [0, 0, 1, 1]; s = [0.1, 0.4, 0.35, 0.8] → 0.75, 0.8333333333333333
@Test func smallCaseOfTheirDocumentation() {
  let ranking = RankingMetrics(
    scores: [0.1, 0.4, 0.35, 0.8], isPositive: [false, false, true, true])
  #expect(ranking.rocAUC == 0.75)
  #expect(abs((ranking.averagePrecision ?? 0) - 0.8333333333333333) < 1e-15)
}

@Test func nothingToRankIsUndefined() {
  #expect(RankingMetrics(scores: [], isPositive: []).rocAUC == nil)
  #expect(RankingMetrics(scores: [1], isPositive: [false]).averagePrecision == nil)
  let positive = RankingMetrics(scores: [1, 2], isPositive: [true, true])
  #expect(positive.rocAUC == nil)
  #expect(positive.averagePrecision == 1)
}

@Test func scoresThatAreAllEqualRankNothing() {
  let ranking = RankingMetrics(scores: [3, 3, 3, 3], isPositive: [true, false, false, false])
  #expect(ranking.rocAUC == 0.5)
  #expect(ranking.averagePrecision == 0.25)
}

@Test func aScoreWithoutRankIsAProgrammersMistake() async {
  await #expect(processExitsWith: .failure) {
    _ = RankingMetrics(scores: [1, .nan], isPositive: [true, false])
  }
}
