import Discern
import DiscernModels
import Testing

@Suite struct TrainingHintTests {
  @Test func theLastEpochIsTold() {
    #expect(TrainingHint.lastEpoch([(5, 5, .completed)]) == .lastEpochWasBest(epochs: 5))
    #expect(TrainingHint.lastEpoch([(4, 5, .completed)]) == nil)
    #expect(TrainingHint.lastEpoch([(5, 5, .stoppedEarly)]) == nil)
    #expect(TrainingHint.lastEpoch([(5, 5, .interrupted)]) == nil)
    // One epoch has nothing to be compared with.
    #expect(TrainingHint.lastEpoch([(1, 1, .completed)]) == nil)
    #expect(TrainingHint.lastEpoch([]) == nil)
    // With several models most must agree.
    #expect(TrainingHint.lastEpoch([(5, 5, .completed), (5, 5, .completed), (2, 5, .completed)]) != nil)
    #expect(TrainingHint.lastEpoch([(5, 5, .completed), (3, 5, .completed)]) == nil)
    #expect(TrainingHint.lastEpoch([(5, 5, .completed), (3, 6, .stoppedEarly)]) == nil)
  }

  private func rarity(_ overall: Double, _ macroF1: Double, _ counts: [Int]) -> TrainingHint? {
    TrainingHint.rarity(
      task: "t", overall: overall, macroF1: macroF1, isMultiLabel: false,
      labels: counts.enumerated().map { TrainingHint.Label(label: "c\($0.offset)", texts: $0.element) })
  }

  @Test func rareClassesAreNamedFewestFirst() {
    let expected = [
      TrainingHint.Label(label: "c3", texts: 0), TrainingHint.Label(label: "c1", texts: 4),
      TrainingHint.Label(label: "c2", texts: 4),
    ]
    #expect(
      rarity(0.9, 0.5, [900, 4, 4, 0, 800])
        == .fewTexts(task: "t", overall: 0.9, macroF1: 0.5, isMultiLabel: false, labels: expected))
    #expect(rarity(0.9, 0.85, [900, 4, 4, 0, 800]) == nil)
    // Few everywhere, or many: not the reason for a low macro F1.
    #expect(rarity(0.9, 0.5, [10, 10, 9, 8]) == nil)
    #expect(rarity(0.9, 0.5, [9000, 400]) == nil)
    #expect(rarity(.nan, 0.5, [900, 4]) == nil && rarity(0.9, 0.5, []) == nil)
  }

  @Test func aLossThatRisesIsTold() {
    #expect(
      TrainingHint.rise([[0.5, 0.4, 0.41, 0.43, 0.46]])
        == .lossRises(fromEpoch: 3, least: 0.4, last: 0.46))
    // Too little, too short, or in half of the networks.
    #expect(TrainingHint.rise([[0.5, 0.4, 0.41, 0.42, 0.43]]) == nil)
    #expect(TrainingHint.rise([[0.5, 0.4, 0.43, 0.46]]) == nil)
    #expect(TrainingHint.rise([[0.5, 0.4, 0.41, 0.43, 0.46], [0.5, 0.4]]) == nil)
    #expect(TrainingHint.rise([]) == nil && TrainingHint.rise([[]]) == nil)
  }

  @Test func aHalfThatIsBetterAloneIsTold() {
    #expect(
      halves(ngrams: 0.9, network: 0.8, texts: 1000)
        == .halfAlone(.ngrams, task: "", alone: 0.9, joined: 0.87))
    #expect(
      halves(ngrams: 0.8, network: 0.9, texts: 1000)
        == .halfAlone(.network, task: "", alone: 0.9, joined: 0.87))
    #expect(halves(ngrams: 0.872, network: 0.871, texts: 1000) == nil)
    #expect(halves(ngrams: 0.9, network: 0.9, texts: 20) == nil)
    #expect(halves(ngrams: .nan, network: 0.8, texts: 0) == nil)
  }

  @Test func skipGatesThatReadNextToNothingAreTold() {
    func steps(_ taken: Int) -> TrainingHint? {
      TrainingHint.steps(StepCounts(taken: taken, all: 1000))
    }
    #expect(steps(15) == .fewSteps(share: 0.015) && steps(0) == .fewSteps(share: 0))
    #expect(steps(50) == nil && steps(1000) == nil && TrainingHint.steps(nil) == nil)
  }

  @Test func recallsNearChanceAreThoseOfLuck() {
    func isNear(_ chance: Double, _ recall: Double, _ queries: Int) -> Bool {
      TrainingHint.isNear(chance, recall, queries: queries)
    }
    // 62 texts of 8 labels: two standard errors are 9 points.
    #expect(isNear(0.15, 0.16, 62) && isNear(0.15, 0.24, 62) && !isNear(0.15, 0.25, 62))
    // Of many texts, half as much again is still hardly anything.
    #expect(isNear(0.001, 0.0014, 1_000_000) && !isNear(0.001, 0.0016, 1_000_000))
    #expect(isNear(0.4, 0.1, 100) && !isNear(1, 1, 100) && !isNear(0.5, 0, 0))
  }

  private func halves(ngrams: Double, network: Double, texts: Int) -> TrainingHint? {
    TrainingHint.halves(task: "", ngrams: ngrams, network: network, joined: 0.87, developmentTexts: texts)
  }
}
