import DiscernEvaluation
import Foundation
import Testing

@testable import DiscernCommands
@testable import DiscernTraining

private func summary(_ scale: Double, epoch: Int, tasks: [TaskScores]? = nil) -> EpochSummary {
  EpochSummary(
    epoch: epoch, trainLoss: 0.7 * scale, developmentLoss: 0.6931 * scale, accuracy: 1, macroF1: 0.98765,
    tasks: tasks, learningRate: 0.000123456, gradientNorm: 0.25 * scale, gradientNorms: [:],
    trainSeconds: 12.3 * scale, developmentSeconds: 1, tokensPerSecond: 1e6 * scale, isBest: true)
}

@Test(arguments: [1, 1e3, 1e9, 1e300]) func epochLinesFitEightyColumns(scale: Double) {
  for epoch in [1, 99, 1_000_000] {
    let line = EpochTable.line(summary(scale, epoch: epoch))
    #expect(line.count <= 80 && line.hasSuffix("best"), "\(line)")
  }
  #expect(EpochTable.header.count <= 80)
  #expect(EpochTable.lines([summary(scale, epoch: 1)]).allSatisfy { $0.count <= 80 })
}

@Test func aRowOfALogStandsBelowItsTitles() {
  #expect(
    [EpochTable.header, EpochTable.line(summary(1, epoch: 3))] == [
      "epoch train loss dev loss accuracy macro F1     rate    norm    time",
      "    3     0.7000   0.6931   1.0000   0.9877 0.000123    0.25    13 s best",
    ])
}

@Test func longTaskNamesAreCut() throws {
  let name = String(repeating: "task", count: 20)
  let scores = try JSONDecoder().decode(
    [TaskScores].self,
    from: Data(
      #"[{"task":"\#(name)","loss":123456789,"accuracy":0.5,"macroF1":0.5,"microF1":0.5}]"#.utf8))
  let line = EpochTable.taskLines(summary(1, epoch: 1, tasks: scores))[0]
  #expect(line.count <= 80 && line.contains("…"), "\(line)")
  #expect(EpochTable.taskLines(summary(1, epoch: 1, tasks: scores), columns: 160)[0].contains(name))
}
