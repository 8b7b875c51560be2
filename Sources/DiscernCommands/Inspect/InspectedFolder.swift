import Discern
import DiscernBundle
import DiscernIO
import DiscernModels
import DiscernSystem
import DiscernTraining

/// A weight in `discern info --json`.
struct WeightInfo: Encodable {
  let name: String
  let shape: [Int]
  let parameters: Int

  static func all(_ shapes: [(name: String, shape: [Int])]) -> [WeightInfo] {
    shapes.map { WeightInfo(name: $0.name, shape: $0.shape, parameters: $0.shape.reduce(1, *)) }
  }
}

/// The output of `discern info` for a folder other than a classifier's.
protocol InspectedFolder: Encodable {
  /// The number of trainable parameters.
  var parameterCount: Int { get }
  /// One row per fact: its name and value.
  var facts: [(String, String)] { get }
  var weights: [WeightInfo] { get }
  /// A description of the training data.
  var origin: String { get }
  /// The settings, by flag name.
  var choices: [String: String] { get }
  var epochs: [EpochSummary] { get }
  /// The title of the epochs' accuracy; nil: accuracy is not meaningful.
  var accuracyTitle: String? { get }
  /// The final figures.
  var figures: [String] { get }
}

extension InspectedFolder {
  /// The description for users.
  func lines(width: Int?) -> [String] {
    var rows = Table(leftColumns: 2)
    for (name, fact) in facts { rows.add(name, fact) }
    rows.add(
      "options",
      choices.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.isEmpty ? "none" : $0.value)" }
        .joined(separator: ", "))
    var table = Table(leftColumns: 2)
    table.add("weight", "shape", "parameters")
    for weight in weights { table.add(weight.name, "\(weight.shape)", weight.parameters.grouped) }
    table.add("all", "", parameterCount.grouped)
    return rows.lines(width: width) + [""] + table.lines + ["", origin] + history
      + (figures.isEmpty ? [] : [""] + figures)
  }

  private var history: [String] {
    if epochs.isEmpty { return [] }
    var table = Table(leftColumns: 0)
    table.add(["epoch", "train loss", "dev loss"] + (accuracyTitle.map { [$0] } ?? []) + ["rate", ""])
    for epoch in epochs {
      let losses = [epoch.trainLoss, epoch.developmentLoss].map { String(format: "%.4f", $0) }
      table.add(
        ["\(epoch.epoch)"] + losses
          + (accuracyTitle == nil ? [] : [String(format: "%.4f", epoch.accuracy)])
          + [String(format: "%.3g", epoch.learningRate), epoch.isBest ? "best" : ""])
    }
    return table.lines
  }
}

/// The kinds of folders other than classifiers, by their manifests.
enum FolderInfo {
  /// Nil for a classifier's folder, and for one that Discern did not write.
  static func read(_ path: String) throws -> (any InspectedFolder)? {
    let bytes = { try ModelSize.bytes(ofModel: path) }
    switch BundleManifest.formatName(inFolder: path) {
    case BundleFormat.sequences.name:
      return SequenceInfo(try SequenceModel(contentsOf: path), bytes: try bytes())
    case BundleFormat.forecaster.name:
      return ForecasterInfo(try Forecaster(contentsOf: path), bytes: try bytes())
    case BundleFormat.matcher.name:
      return try MatcherInfo(try TextMatcher(contentsOf: path), bytes: try bytes())
    case BundleFormat.pretrained.name:
      return try PretrainedEncoder(contentsOf: path).languageModel.map { learned in
        PretrainedInfo(learned, bytes: try bytes())
      }
    default: return nil
    }
  }
}
