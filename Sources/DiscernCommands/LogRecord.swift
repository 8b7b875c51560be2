import Discern
import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTraining

/// The lines of a training log.
enum LogRecord {
  struct Began: Encodable {
    let event = "began"
    let seed: UInt64
    let texts: Int
    let tokens: Int
    let parameters: Int
    let padding: PaddingCost
    let recipe: RecipeChoices
    /// The values chosen for the texts, with reasons; reported with the first network.
    let fitted: [FittedChoice]
    /// The n-grams of a joined model, which were chosen before.
    let ngrams: NGramFacts?
    let kernels: String
    let threads: Int
  }

  struct Division: Encodable {
    let event = "division"
    let groups: TextDivision.Groups
  }

  struct Thresholds: Encodable {
    let event = "thresholds"
    let task: String
    let manner: ThresholdTuning.Manner
    let common: Float
    let labelsWithTheirOwn: Int
    let untuned: ThresholdTuning.Figures
    let tuned: ThresholdTuning.Figures

    init(task: String, _ tuning: ThresholdTuning) {
      self.task = task
      manner = tuning.manner
      common = tuning.common
      labelsWithTheirOwn = tuning.ownCount
      untuned = tuning.untuned
      tuned = tuning.tuned
    }
  }

  /// The start of training n-grams alone.
  struct BeganNGrams: Encodable {
    let event = "began"
    let recipe: RecipeChoices
    let ngrams: NGramFacts
    let kernels: String
    let threads: Int
  }

  /// The start of training a model other than a classifier.
  struct BeganOther: Encodable {
    let event = "began"
    /// The kind of model.
    let model: String
    /// The numbers of training examples and of held-out examples.
    let examples: Int
    let development: Int
    let parameters: Int
    let seed: UInt64
    let kernels: String
    let threads: Int
    /// The values chosen for the texts, with reasons; nil: there are none.
    var fitted: [FittedChoice]?
  }

  struct Epoch: Encodable {
    let event = "epoch"
    let summary: EpochSummary
  }

  struct States: Encodable {
    let event = "states"
    let epoch: Int
    let distributions: [String: Distribution]
  }

  struct Pruned: Encodable {
    let event = "pruned"
    let summary: PruningSummary
  }

  struct Warning: Encodable {
    let event = "warning"
    let text: String
  }

  struct Hint: Encodable {
    let event = "hint"
    let kind: String
    let text: String
  }

  struct Ended: Encodable {
    let event = "ended"
    let outcome: TrainingOutcome
    let bestEpoch: Int?
    let accuracy: Double?
    let temperature: Double
    let runs: [Run]?
    let together: [TaskScores]?
    /// Nil if no model was written.
    let model: String?
  }

  /// The end of training a model other than a classifier.
  struct EndedOther: Encodable {
    let event = "ended"
    let outcome: TrainingOutcome
    let bestEpoch: Int?
    /// The results of a forecaster on the test rows.
    var report: ForecastReport?
    /// Nil if nothing was written.
    let output: String?
  }

  struct EndedMatcher: Encodable {
    let event = "ended"
    let outcome: TrainingOutcome
    let recallAt1: Double
    let recallAt5: Double
    let recallAt10: Double
    let meanReciprocalRank: Double
    let temperature: Double
    /// Nil if nothing was written.
    let output: String?
  }

  struct BeganPretraining: Encodable {
    let event = "began"
    /// The kind of model.
    let model: String
    /// The number of segments into which the training texts are divided.
    let segments: Int
    let tokens: Int
    let parameters: Int
    let seed: UInt64
    let kernels: String
    let threads: Int
  }

  /// The held-out texts of pretraining.
  struct HeldOutTexts: Encodable {
    let event = "held-out"
    let texts: Int
    let tokens: Int
    /// The perplexity from word frequencies alone.
    let unigramPerplexity: Double
  }

  struct EndedPretraining: Encodable {
    let event = "ended"
    let outcome: TrainingOutcome
    let perplexities: [Double]
    let unigramPerplexity: Double
    /// Nil if nothing was written.
    let output: String?
  }

  /// An origin of a walk-forward evaluation.
  struct Origin: Encodable {
    let event = "origin"
    let origin: Int
    let report: ForecastReport
  }

  struct Run: Encodable {
    let seed: UInt64
    let outcome: TrainingOutcome
    let bestEpoch: Int?
    let accuracy: Double?
    let macroF1: Double?
    let logLoss: Double?

    init(_ run: TrainingRun) {
      seed = run.seed
      outcome = run.outcome
      bestEpoch = run.best?.epoch
      accuracy = run.best?.accuracy
      macroF1 = run.best?.macroF1
      logLoss = run.best?.developmentLoss
    }
  }
}
