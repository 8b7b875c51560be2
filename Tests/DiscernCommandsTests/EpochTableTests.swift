import DiscernCommands
import DiscernTraining
import Foundation
import Testing

/// An epoch whose figures are ordinary ones times a factor; `tasks` as JSON.
private func summary(_ scale: Double, epoch: Int, tasks: String = "null") throws -> EpochSummary {
  try JSONDecoder().decode(
    EpochSummary.self,
    from: Data(
      """
      {"epoch": \(epoch), "trainLoss": \(0.7 * scale), "developmentLoss": \(0.6931 * scale), "accuracy": 1,
       "macroF1": 0.98765, "tasks": \(tasks), "learningRate": 0.000123456, "gradientNorm": \(0.25 * scale),
       "gradientNorms": {}, "trainSeconds": \(12.3 * scale), "developmentSeconds": 1,
       "tokensPerSecond": \(1e6 * scale), "isBest": true}
      """.utf8))
}

@Test(arguments: [1, 1e3, 1e9, 1e300]) func epochLinesFitEightyColumns(scale: Double) throws {
  for epoch in [1, 99, 1_000_000] {
    let line = try EpochTable.line(summary(scale, epoch: epoch))
    #expect(line.count <= 80 && line.hasSuffix("best"), "\(line)")
  }
  #expect(EpochTable.header.count <= 80)
  #expect(try EpochTable.lines([summary(scale, epoch: 1)]).allSatisfy { $0.count <= 80 })
}

@Test func aRowOfALogIsBelowItsTitles() throws {
  #expect(
    [EpochTable.header, try EpochTable.line(summary(1, epoch: 3))] == [
      "epoch train loss dev loss accuracy macro F1     rate    norm    time",
      "    3     0.7000   0.6931   1.0000   0.9877 0.000123    0.25    13 s best",
    ])
}

@Test func aProgressBarSaysWhatIsLeftOfTheEpochAndOfAll() {
  func text(_ epoch: Int, _ seconds: Double, _ all: Double) -> String {
    EpochTable.progress(
      TrainingProgress(
        epoch: epoch, step: 3, stepCount: 9, loss: 0.69314, tokensPerSecond: 123_456, secondsLeft: seconds,
        totalSecondsLeft: all), epochs: 10)
  }
  #expect(text(3, 12, 215) == "epoch 3/10: 12 s left, all: 3:35 min  loss 0.693  123k tokens/s")
  #expect(text(10, 12, 13) == "epoch 10/10: 12 s left  loss 0.693  123k tokens/s")
  let rows = TrainingProgress(
    epoch: 1, step: 1, stepCount: 2, loss: 0.5, tokensPerSecond: 9_000, secondsLeft: 1, totalSecondsLeft: 2)
  #expect(EpochTable.progress(rows, epochs: 1, unit: "rows").hasSuffix("  9,000 rows/s"))
  // The least bar takes twelve columns.
  #expect(text(9, 59, 3599).count <= 79 - 12)
}

@Test func longTaskNamesAreCut() throws {
  let name = String(repeating: "task", count: 20)
  let epoch = try summary(
    1, epoch: 1,
    tasks: #"[{"task":"\#(name)","loss":123456789,"accuracy":0.5,"macroF1":0.5,"microF1":0.5}]"#)
  let line = EpochTable.taskLines(epoch)[0]
  #expect(line.count <= 80 && line.contains("…"), "\(line)")
  #expect(EpochTable.taskLines(epoch, columns: 160)[0].contains(name))
}
