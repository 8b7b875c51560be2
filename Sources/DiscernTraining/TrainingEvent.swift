import DiscernBatching
import DiscernCorpus

/// What an epoch came to.
public struct EpochSummary: Codable, Hashable, Sendable {
  /// From 1.
  public let epoch: Int
  /// Mean label-smoothed cross-entropy of the training texts, nats.
  public let trainLoss: Double
  /// Mean cross-entropy of the development texts, nats, without smoothing.
  public let developmentLoss: Double
  public let accuracy: Double
  public let macroF1: Double
  public let learningRate: Double
  /// Mean over the steps, before clipping.
  public let gradientNorm: Double
  /// The same of each weight's own gradient.
  public let gradientNorms: [String: Double]
  public let trainSeconds: Double
  public let developmentSeconds: Double
  public let tokensPerSecond: Double
  /// Whether it is the best so far.
  public let isBest: Bool
}

/// Where an epoch stands.
public struct TrainingProgress: Sendable {
  public let epoch: Int
  public let step: Int
  public let stepCount: Int
  /// Running mean of this epoch.
  public let loss: Double
  public let tokensPerSecond: Double
  /// Of this epoch.
  public let secondsLeft: Double
}

/// What `Trainer.train` tells while it works.
public enum TrainingEvent: Sendable {
  case began(textCount: Int, tokenCount: Int, parameterCount: Int, padding: PaddingCost)
  case step(TrainingProgress)
  case epoch(EpochSummary)
  case reducedLearningRate(to: Double)
  case warning(TrainingWarning)
}

/// Why training ended.
public enum TrainingOutcome: String, Codable, Hashable, Sendable {
  case completed
  case stoppedEarly = "stopped-early"
  case interrupted
  /// The loss stopped being a number; the best weights until then are kept.
  case diverged
}

/// Texts as ids, with a class for each; -1 where there is none.
public struct LabelledTexts: Sendable {
  public let texts: EncodedTexts
  public let labels: [Int32]

  public init(texts: EncodedTexts, labels: [Int32]) {
    precondition(texts.count == labels.count, "\(labels.count) labels for \(texts.count) texts")
    self.texts = texts
    self.labels = labels
  }

  /// These texts and behind them some without labels.
  func adding(_ unlabelled: EncodedTexts?) -> LabelledTexts {
    guard let unlabelled, unlabelled.count > 0 else { return self }
    var all = texts
    all.append(ids: unlabelled.tokenIDs, lengths: (0..<unlabelled.count).map(unlabelled.length))
    return LabelledTexts(texts: all, labels: labels + Array(repeating: -1, count: unlabelled.count))
  }

  /// [V] how often each word occurs.
  func wordCounts(vocabularySize: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: vocabularySize)
    for id in texts.tokenIDs { counts[Int(id)] += 1 }
    return counts
  }

  var lengths: [Int] { (0..<texts.count).map(texts.length) }
}
