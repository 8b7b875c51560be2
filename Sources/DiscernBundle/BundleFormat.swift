/// The declared kind of a folder: its manifest's `format` and `formatVersion`.
package struct BundleFormat: Sendable, Equatable {
  package let name: String
  /// The version that is written, and the newest that is read.
  package let version: Int

  package init(name: String, version: Int) {
    self.name = name
    self.version = version
  }

  /// A trained classifier. Since version 2 the recipe is text.
  package static let model = BundleFormat(name: "discern-model", version: 2)
  /// Words, network and initial weights of a classifier, learned from texts without labels.
  package static let pretrained = BundleFormat(name: "discern-pretrained", version: 1)
  /// A network that forecasts a series, with its columns and their scales.
  package static let forecaster = BundleFormat(name: "discern-forecaster", version: 1)
  /// A model that maps sequences to sequences.
  package static let sequences = BundleFormat(name: "discern-sequences", version: 1)
  /// The state of a training that can be resumed.
  package static let checkpoint = BundleFormat(name: "discern-checkpoint", version: 1)
  /// Labelled training texts as ids.
  package static let shards = BundleFormat(name: "discern-shards", version: 1)
  /// Two towers whose vectors match.
  package static let matcher = BundleFormat(name: "discern-matcher", version: 1)
  /// A classifier as an ONNX graph, with everything needed to use it.
  package static let onnx = BundleFormat(name: "discern-onnx", version: 1)
}

extension BundleFormat {
  /// By name: its description, and the commands that read it.
  private static let uses: [String: (noun: String, readers: String)] = [
    model.name: ("a classifier", "discern classify"),
    pretrained.name: ("a pretrained language model", "discern train --pretrained and discern generate"),
    forecaster.name: ("a forecaster", "discern forecast"),
    sequences.name: ("a sequence model", "discern seq2seq"),
    checkpoint.name: ("a training state", "--resume"),
    shards.name: ("a folder of packed texts", "discern train"),
    matcher.name: ("a matcher", "discern match and discern embed"),
    onnx.name: ("an exported model", "its predict.py and discern encode"),
    transformer: ("a pretrained transformer", "discern train --pretrained and discern embed"),
  ]

  /// A substitute for the format's name of a downloaded folder, which has no manifest.
  static let transformer = "transformer"

  /// A message that a folder has another format than expected; nil if one of them is unknown.
  static func confusion(of got: String, with expected: String) -> String? {
    guard let own = uses[got], let other = uses[expected] else { return nil }
    return "is \(own.noun), for \(own.readers); give \(other.noun)"
  }
}
