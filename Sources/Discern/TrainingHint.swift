import DiscernModels
import DiscernTraining
import DiscernVocabulary

/// Suggestions that follow from the figures of a training run; reported at its end.
public enum TrainingHint: Sendable, Equatable {
  /// The last epoch was the best, so training had not converged.
  case lastEpochWasBest(epochs: Int)
  /// The development loss of most networks rises from this epoch on, from `least` to `last`.
  case lossRises(fromEpoch: Int, least: Double, last: Double)
  /// No development text is given these labels, although the stated numbers of them have them.
  case neverGiven(task: String, labels: [Label])
  /// Macro F1 is far below accuracy (of a multi-label task: below micro F1), and these labels have few
  /// training texts, the fewest first.
  case fewTexts(task: String, overall: Double, macroF1: Double, isMultiLabel: Bool, labels: [Label])
  /// One half of a joined model is better alone than both together.
  case halfAlone(Half, task: String, alone: Double, joined: Double)
  /// Layers with skip gates take only this share of the steps, 0 to 1, so that most of a text goes unread.
  case fewSteps(share: Double)
  /// A matcher finds held-out texts' matches hardly more often than random guessing would; both are 0 to 1.
  ///
  /// The other values are those of the training run: whether it began with a pretrained model, and whether
  /// matches are given vectors.
  case recallNearChance(
    recall: Double, chance: Double, batchSize: Int, temperature: Double, isPretrained: Bool, hasVectors: Bool)
  /// The vectors given to a matcher are all equal.
  case equalVectors
  /// This share of the tokens, 0 to 1, which is most of them, is not in the pretrained network's vocabulary.
  case unknownTokens(share: Double)

  /// A half of a joined model.
  public enum Half: String, Sendable, Equatable, Codable {
    /// The linear model of n-grams.
    case ngrams
    /// The network.
    case network
  }

  /// A label and the number of texts that have it.
  public struct Label: Sendable, Equatable, Codable {
    /// The label's name.
    public let label: String
    /// The number of texts that have it.
    public let texts: Int

    /// A label with its number of texts.
    public init(label: String, texts: Int) {
      self.label = label
      self.texts = texts
    }
  }

  /// The share of the steps below which there is a hint.
  static let fewSteps = 0.05

  /// A hint that skip gates leave nearly all of each text unread.
  ///
  /// - Parameter steps: the steps on the development texts; nil: there are no skip gates.
  public static func steps(_ steps: StepCounts?) -> TrainingHint? {
    steps.flatMap { $0.share < fewSteps ? .fewSteps(share: $0.share) : nil }
  }

  /// The distance of macro F1 below the overall figure from which there is a hint.
  static let lag = 0.1
  /// Labels with fewer training texts have few, if they also have less than this share of the mean.
  static let fewTexts = 50
  static let fewShare = 0.25

  /// A hint that most runs of one job that used all their epochs had not converged.
  ///
  /// - Parameter runs: for each run, the best epoch, the number of epochs, and why it ended.
  public static func lastEpoch(_ runs: [(best: Int?, epochs: Int, outcome: TrainingOutcome)]) -> TrainingHint?
  {
    let ended = runs.filter { $0.outcome == .completed && $0.epochs > 1 }
    guard 2 * ended.count > runs.count else { return nil }
    let last = ended.filter { $0.best == $0.epochs }
    guard 2 * last.count > ended.count else { return nil }
    return .lastEpochWasBest(epochs: last[0].epochs)
  }

  /// A hint that in most runs of one job the development loss has risen by a tenth since its minimum, at
  /// least three epochs ago.
  ///
  /// - Parameter losses: by run, then by epoch.
  public static func rise(_ losses: [[Double]]) -> TrainingHint? {
    let risen = losses.compactMap { losses -> (place: Int, least: Double, last: Double)? in
      guard let last = losses.last, let least = losses.min(), let place = losses.firstIndex(of: least),
        losses.count - 1 - place >= 3, last >= 1.1 * least
      else { return nil }
      return (place, least, last)
    }
    guard let first = risen.first, 2 * risen.count > losses.count else { return nil }
    return .lossRises(fromEpoch: first.place + 2, least: first.least, last: first.last)
  }

  /// Labels with fewer development texts may be missed by chance.
  static let fewDevelopmentTexts = 5

  /// A hint that a task's rare labels are recognised badly.
  ///
  /// - Parameters:
  ///   - task: its name; empty for the only one.
  ///   - overall: accuracy, or micro F1 of a multi-label task.
  ///   - macroF1: on the same texts.
  ///   - isMultiLabel: whether texts have any number of its labels.
  ///   - labels: all labels of the task.
  public static func rarity(
    task: String, overall: Double, macroF1: Double, isMultiLabel: Bool, labels: [Label]
  ) -> TrainingHint? {
    guard overall - macroF1 >= lag, !labels.isEmpty else { return nil }
    let mean = Double(labels.reduce(0) { $0 + $1.texts }) / Double(labels.count)
    let few = labels.filter { $0.texts < fewTexts && Double($0.texts) < fewShare * mean }
    if few.isEmpty { return nil }
    let order = few.enumerated().sorted { ($0.element.texts, $0.offset) < ($1.element.texts, $1.offset) }
    return .fewTexts(
      task: task, overall: overall, macroF1: macroF1, isMultiLabel: isMultiLabel, labels: order.map(\.element)
    )
  }

  /// Compares the monitored metric of a joined model's halves and of the whole for one task, on the same
  /// development texts. A difference within half the standard error of one figure is ignored.
  ///
  /// - Returns: a hint at the better half.
  public static func halves(
    task: String, ngrams: Double, network: Double, joined: Double, developmentTexts: Int
  ) -> TrainingHint? {
    let share = min(max(joined, 0), 1)
    let error = (share * (1 - share) / Double(max(1, developmentTexts))).squareRoot()
    let best = max(ngrams, network)
    guard best - joined > error / 2 else { return nil }
    return .halfAlone(ngrams >= network ? .ngrams : .network, task: task, alone: best, joined: joined)
  }
}

extension TrainingHint {
  /// The hints from epochs, halves and numbers of training texts.
  ///
  /// - Parameter neverGiven: by task, the labels given to no development text.
  static func hints(
    of record: TrainingRecord, _ data: TrainingTexts, neverGiven: [[Int]]
  ) -> [TrainingHint] {
    var hints = [
      steps(record.steps),
      rise(record.runs.map { $0.epochs.map(\.developmentLoss) }),
      // The second round of self-training has its own epochs.
      record.recipe.selfTrains && record.recipe.trainsNetworkAgain
        ? nil
        : lastEpoch(record.runs.map { (best: $0.best?.epoch, epochs: $0.epochs.count, outcome: $0.outcome) }),
    ]
    let best = record.runs.first?.best
    for (index, (task, labels)) in zip(data.tasks, data.learned.tallies).enumerated() {
      func own(_ scores: [TaskScores]?) -> TaskScores? { scores?.first { $0.task == task.name } }
      let together = own(record.together)
      let told = together ?? own(best?.tasks)
      let isMultiLabel = task.thresholds != nil
      let figures =
        told.map { (micro: $0.microF1, accuracy: $0.accuracy, macro: $0.macroF1) }
        ?? best.map { (micro: $0.microF1, accuracy: $0.accuracy, macro: $0.macroF1) }
      guard let figures else { continue }
      let counts = labels.counts
      let rarity = rarity(
        task: task.name, overall: isMultiLabel ? figures.micro : figures.accuracy, macroF1: figures.macro,
        isMultiLabel: isMultiLabel,
        labels: zip(task.labels.names, counts).map { Label(label: $0, texts: $1) })
      hints.append(rarity)
      let tested = data.development.targets[index].counts(labelCount: task.labels.count)
      let missed = neverGiven[index].filter { tested[$0] >= fewDevelopmentTexts }
        .map { Label(label: task.labels.names[$0], texts: tested[$0]) }
      if rarity == nil, !missed.isEmpty { hints.append(.neverGiven(task: task.name, labels: missed)) }
      func figure(_ scores: TaskScores) -> Double { isMultiLabel ? scores.microF1 : scores.accuracy }
      if let together, let ngrams = own(record.ngrams?.scores), let network = own(record.network),
        // The epoch was chosen by the figure on these texts; the loss is less affected by this choice.
        (figure(ngrams) >= figure(network) ? ngrams : network).loss <= together.loss
      {
        hints.append(
          halves(
            task: task.name, ngrams: figure(ngrams), network: figure(network), joined: figure(together),
            developmentTexts: data.development.texts.count))
      }
    }
    return hints.compactMap(\.self)
  }
}
