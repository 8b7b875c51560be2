import Discern
import DiscernModels
import DiscernTraining

/// The output of `discern info` for a sequence model.
struct SequenceInfo: InspectedFolder {
  struct Side: Encodable {
    let unit: String
    let tokens: Int
  }

  private let kind = "sequences"
  private let bytes: Int
  private let network: SequenceConfiguration
  private let source, target: Side
  private let maximumTokens: Int
  let weights: [WeightInfo]
  let parameterCount: Int
  private let training: SequenceRecord

  init(_ model: SequenceModel, bytes: Int) {
    self.bytes = bytes
    network = model.network
    source = Side(unit: model.source.unit.rawValue, tokens: model.sourceVocabulary.count)
    target = Side(unit: model.target.unit.rawValue, tokens: model.targetVocabulary.count)
    maximumTokens = model.maximumTokens
    weights = WeightInfo.all(EncoderDecoder.shapes(of: model.network))
    parameterCount = weights.reduce(0) { $0 + $1.parameters }
    training = model.record
  }

  var facts: [(String, String)] {
    let layers = "\(network.encoderLayers) read, \(network.decoderLayers) write"
    let shape =
      switch network.form {
      case .recurrent:
        "recurrent (\(network.cell.rawValue)\(network.isBidirectional ? ", bidirectional" : "")), "
          + "\(network.hiddenSize) units; layers: \(layers)"
      case .transformer:
        "transformer, \(network.hiddenSize) features, \(network.attentionHeads.counted("head")); "
          + "blocks: \(layers)"
      }
    return [
      ("model", "sequences (discern seq2seq)"), ("size", "\(bytes.grouped) bytes"), ("network", shape),
      ("reads", "\(source.unit), \(source.tokens.grouped) tokens known"),
      ("writes", "\(target.unit), \(target.tokens.grouped) tokens known"),
      ("length limit", maximumTokens.counted("token")), ("kernels", training.kernels),
    ]
  }

  var origin: String {
    "trained on \(training.trainingPairCount.grouped) pairs, evaluated on "
      + "\(training.developmentPairCount.grouped), \(training.outcome.rawValue)"
  }

  var choices: [String: String] { training.choices }
  var epochs: [EpochSummary] { training.epochs }
  var accuracyTitle: String? { "exact" }
  var figures: [String] { [] }

  private enum CodingKeys: CodingKey {
    case kind, bytes, network, source, target, maximumTokens, weights, parameterCount, training
  }
}
