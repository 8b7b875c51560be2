import DiscernIO
import DiscernModels
import DiscernSystem

extension StepCounts {
  /// A note for users: the steps that were taken.
  var note: String {
    String(format: "skip gates took %@ of %@ steps (%.1f %%)", taken.grouped, all.grouped, 100 * share)
  }
}
