import DiscernTraining
import Foundation

/// Epochs as a table for people.
enum EpochTable {
  static func lines(_ epochs: [EpochSummary]) -> [String] {
    var table = Table(leftColumns: 0)
    table.add("epoch", "train loss", "dev loss", "accuracy", "macro F1", "rate", "norm", "seconds", "")
    for epoch in epochs { table.add(epoch) }
    return table.lines
  }

  /// One line of a log.
  static func line(_ epoch: EpochSummary, of count: Int) -> String {
    String(
      format:
        "epoch %d/%d  train loss %.4f  dev loss %.4f  accuracy %.4f  macro F1 %.4f  rate %@  norm %.2f  "
        + "%.0f s  %@ tokens/s%@",
      epoch.epoch, count, epoch.trainLoss, epoch.developmentLoss, epoch.accuracy, epoch.macroF1,
      "\(epoch.learningRate)", epoch.gradientNorm, epoch.trainSeconds + epoch.developmentSeconds,
      Int(epoch.tokensPerSecond).grouped, epoch.isBest ? "  best" : "")
  }

  /// The figures of each of several tasks.
  static func taskLines(_ epoch: EpochSummary) -> [String] {
    var table = Table()
    for task in epoch.tasks ?? [] {
      table.add(
        "  \(task.task)", String(format: "dev loss %.4f", task.loss),
        String(format: "accuracy %.4f", task.accuracy),
        String(format: "macro F1 %.4f", task.macroF1), String(format: "micro F1 %.4f", task.microF1))
    }
    return table.lines
  }
}

extension Table {
  fileprivate mutating func add(_ epoch: EpochSummary) {
    add(
      "\(epoch.epoch)", String(format: "%.4f", epoch.trainLoss),
      String(format: "%.4f", epoch.developmentLoss),
      String(format: "%.4f", epoch.accuracy), String(format: "%.4f", epoch.macroF1), "\(epoch.learningRate)",
      String(format: "%.2f", epoch.gradientNorm),
      String(format: "%.0f", epoch.trainSeconds + epoch.developmentSeconds), epoch.isBest ? "best" : "")
  }
}
