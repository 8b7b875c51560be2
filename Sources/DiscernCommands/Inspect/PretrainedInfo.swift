import Discern
import DiscernModels
import DiscernSystem
import DiscernTraining

/// The output of `discern info` for a pretrained network.
struct PretrainedInfo: InspectedFolder {
  private let kind = "pretrained"
  private let bytes: Int
  private let network: RecurrentConfiguration
  private let words: Int
  private let tellsNextWords: Bool
  let weights: [WeightInfo]
  let parameterCount: Int
  private let training: PretrainingRecord

  init(_ learned: PretrainedEncoder.Learned, bytes: Int) {
    self.bytes = bytes
    network = learned.network
    words = learned.vocabulary.count
    tellsNextWords = learned.tellsNextWords
    weights = WeightInfo.all(
      learned.network.pretrainedShapes(vocabularySize: words)
        + (tellsNextWords ? NextWordModel.outputShapes(learned.network, vocabularySize: words) : []))
    parameterCount = weights.reduce(0) { $0 + $1.parameters }
    training = learned.record
  }

  var facts: [(String, String)] {
    [
      ("model", "pretrained (discern pretrain)"), ("size", "\(bytes.grouped) bytes"),
      (
        "network",
        "\(network.layerCount.counted("layer")) of \(network.cell.rawValue), \(network.hiddenSize) units"
          + (network.isBidirectional ? ", bidirectional" : "")
      ),
      ("vocabulary", "\((words - 2).grouped) words"),
      (
        "next words",
        tellsNextWords ? "for discern generate" : "not stored, so that discern generate cannot use it"
      ),
      ("kernels", training.kernels),
    ]
  }

  var origin: String {
    "trained on \(training.trainingTextCount.grouped) texts, evaluated on "
      + "\(training.heldOutTextCount.grouped), \(training.outcome.rawValue)"
  }

  var choices: [String: String] { training.choices }
  var epochs: [EpochSummary] { training.epochs }
  var accuracyTitle: String? { nil }

  var figures: [String] {
    guard !training.perplexities.isEmpty else { return [] }
    let values = zip(["forward", "backward"], training.perplexities).map { String(format: "%@ %.1f", $0, $1) }
    return [
      "held-out perplexity: \(values.joined(separator: ", ")) (unigram model "
        + String(format: "%.1f)", training.unigramPerplexity)
    ]
  }

  private enum CodingKeys: CodingKey {
    case kind, bytes, network, words, tellsNextWords, weights, parameterCount, training
  }
}
