import Discern
import DiscernModels
import DiscernSystem
import DiscernTraining

/// The output of `discern info` for a matcher.
struct MatcherInfo: InspectedFolder {
  private let kind = "matcher"
  private let bytes: Int
  private let configuration: MatcherConfiguration
  private let maximumTokens: Int?
  let weights: [WeightInfo]
  let parameterCount: Int
  private let training: MatchRecord

  init(_ matcher: TextMatcher, bytes: Int) throws {
    self.bytes = bytes
    configuration = matcher.configuration
    maximumTokens = matcher.maximumTokens
    weights = WeightInfo.all(try Matcher.shapes(matcher.configuration))
    parameterCount = weights.reduce(0) { $0 + $1.parameters }
    training = matcher.record
  }

  var facts: [(String, String)] {
    let encoder =
      configuration.encoder.recurrent.map {
        "\($0.layerCount.counted("layer")) of \($0.cell.rawValue), \($0.hiddenSize) units"
          + ($0.isBidirectional ? ", bidirectional" : "")
      }
      ?? configuration.encoder.transformer.map {
        "transformer, \($0.layerCount.counted("block")), \($0.hiddenSize) features (frozen)"
      } ?? "none"
    let right =
      switch configuration.right {
      case .shared: "the same network"
      case .text: "its own network"
      case .vectors: "given vectors of dimension \(configuration.featureCount.grouped)"
      }
    return [
      ("model", "matcher (discern match)"), ("size", "\(bytes.grouped) bytes"), ("network", encoder),
      ("right tower", right), ("vectors", configuration.vectorSize.counted("number")),
      (
        "vocabulary",
        configuration.encoder.transformer == nil
          ? "\((configuration.vocabularySize - 2).grouped) words"
          : "\(configuration.vocabularySize.grouped) word pieces"
      ),
      ("length limit", maximumTokens?.counted("token") ?? "none"),
      ("temperature", String(format: "%.4f", training.temperature)), ("kernels", training.kernels),
    ]
  }

  var origin: String {
    "trained on \(training.trainingTextCount.grouped) texts (\(training.examples)), evaluated on "
      + "\(training.heldOutTextCount.grouped), \(training.outcome.rawValue)"
  }

  var choices: [String: String] { training.choices }
  var epochs: [EpochSummary] { training.epochs }
  var accuracyTitle: String? { "recall@1" }

  var figures: [String] {
    guard let scores = training.scores else { return [] }
    let recalls = [1, 5, 10].map {
      "@\($0) " + String(format: "%.1f %%", 100 * scores.recall(at: $0))
    }
    return [
      "held out: recall " + recalls.joined(separator: ", ")
        + String(format: "; mean reciprocal rank %.3f", scores.meanReciprocalRank)
    ]
  }

  private enum CodingKeys: CodingKey {
    case kind, bytes, configuration, maximumTokens, weights, parameterCount, training
  }
}
