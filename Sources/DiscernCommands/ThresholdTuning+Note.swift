import DiscernEvaluation
import DiscernIO
import DiscernSystem

extension ThresholdTuning {
  /// A note for users, on one line.
  var note: String {
    func figures(_ name: String, _ figures: Figures) -> String {
      String(
        format: "%@ F1 micro %.4f, macro %.4f, samples %.4f", name, figures.micro, figures.macro,
        figures.samples)
    }
    switch manner {
    case .untuned:
      return "0.5 for all labels; tuned ones are no better on held-out texts ("
        + figures("there", untuned) + ")"
    case .common, .own:
      let count = thresholds.count
      let own =
        manner == .common
        ? String(format: "%.3f for all labels", common)
        : String(
          format: "%.3f to %.3f for %d of %@, %.3f for the others", thresholds.min() ?? 0,
          thresholds.max() ?? 0, ownCount, count.counted("label"), common)
      return own + "; tuned and evaluated on different texts: " + figures("", tuned).trimmingPrefix(" ")
        + ", with 0.5:" + figures("", untuned)
    }
  }
}
