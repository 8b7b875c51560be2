import Discern
import DiscernModels
import DiscernSystem

extension ExitCounts {
  /// Lines for users: the exits at which texts were answered, and the saving.
  ///
  /// - Parameter classifier: determines which exits there are.
  func notes(of classifier: TextClassifier) -> [String] {
    var lines: [String] = []
    if classifier.model.ngramTemperatures != nil {
      lines.append("classified by n-grams alone: \(byNGrams.grouped) of \(texts.grouped)")
    }
    if classifier.model.earlyExit != nil {
      lines.append("classified after the first layer: \(afterFirstLayer.grouped) of \(texts.grouped)")
    }
    return lines + [
      String(
        format: "steps of layers saved: %@ of %@ (%.1f %%)", savedSteps.grouped, steps.grouped,
        100 * savedShare)
    ]
  }
}
