import DiscernSystem
import DiscernTraining

/// A curve in a few characters.
enum Sparkline {
  private static let levels = Array("▁▂▃▄▅▆▇█")
  private static let longest = 20

  /// The last values, each as a bar between the minimum and the maximum of all values; empty for a single
  /// value, and unless standard error is a terminal with UTF-8.
  ///
  /// - Parameter columns: the number of columns left next to a row.
  static func beside(_ values: [Double], columns: Int) -> String {
    guard Console.isTerminal, writesUTF8, values.count > 1, columns > 1 else { return "" }
    return String(text(values).suffix(min(longest, columns)))
  }

  static func text(_ values: [Double]) -> String {
    guard values.allSatisfy(\.isFinite), let low = values.min(), let high = values.max() else { return "" }
    return String(
      values.map { value in
        high > low ? levels[min(7, Int((value - low) / (high - low) * 8))] : levels[0]
      })
  }

  private static var writesUTF8: Bool {
    let environment = ProcessInfo.processInfo.environment
    let locale =
      ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    return locale.lowercased().contains("utf")
  }
}

extension SelectionMetric {
  /// An epoch's value; automatic: micro F1, which is the accuracy with one label per text.
  func figure(of epoch: EpochSummary) -> Double {
    switch self {
    case .automatic, .microF1: epoch.microF1
    case .accuracy: epoch.accuracy
    case .macroF1: epoch.macroF1
    case .loss: epoch.developmentLoss
    }
  }
}
