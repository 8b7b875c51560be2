import DiscernBundle
import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTraining
import DiscernVocabulary

/// The progress reports of `TextClassifier.train`.
public enum TrainingStage: Sendable {
  /// How the inputs were read, and what was skipped.
  case read(ReadingReport, EncodingSummary, part: String)
  /// Packed texts are used; reported instead of `read`.
  case packed(PackedTexts)
  /// Possible problems with the training texts' labels; not reported if there are none.
  case labelFindings([DataCheck.Finding])
  /// Groups of texts were kept on one side of the division into training and development.
  case divided(TextDivision.Groups)
  /// This many of the training texts were held out for development.
  case heldOut(texts: Int, of: Int)
  /// The words have been counted, or read from a given vocabulary.
  case vocabulary(Vocabulary, wasGiven: Bool)
  /// The network is a pretrained transformer.
  case transformer(TransformerConfiguration, pieces: Int)
  /// The number of texts whose vectors have been computed.
  case vectorsMade(texts: Int, of: Int)
  /// The vectors of this many texts were read from that file, where they had been saved earlier.
  case vectorsRead(texts: Int, path: String)
  /// Saved vectors of texts are damaged, and are computed again.
  case vectorsUnusable(reason: String)
  /// The vectors of texts could not be saved for a resumed run.
  case vectorsNotKept(reason: String)
  /// The settings chosen for these texts; reported once their words are counted and once they are encoded, if
  /// there are any.
  case fitted([FittedChoice])
  /// Word vectors were read.
  case vectors(WordVectors)
  /// N-grams are about to be counted and fitted. `isLast`: for the last time, including held-out texts, when
  /// the rest of the model is finished.
  case ngramsBegan(isLast: Bool)
  /// The facts about the n-grams, if the model has any.
  case ngrams(NGramFacts)
  /// A task's labels and how many training texts have each; once for every task.
  case labels(ClassificationTask, trainingCounts: [Int])
  /// A network has been created and its training is about to begin.
  case model(NeuralClassifier)
  /// The model trained so far has labelled the unlabelled texts. `weight`: the sum of the texts' weights, of
  /// which a certain label has 1.
  case labelled(texts: Int, weight: Double, before: [TaskScores])
  /// The teacher has given its answers for this many texts of the training corpus, and for this many
  /// unlabelled ones.
  case taught(texts: Int, unlabelled: Int)
  /// The second round of self-training has ended. The model with the lowest loss is kept.
  ///
  /// `after`: nil if a joined model's networks are not retrained. `ngramsAlone`: for a joined model, the
  /// scores of the first round's networks with the second round's n-grams.
  case selfTrained(after: [TaskScores]?, ngramsAlone: [TaskScores]?, kept: SelfTrainedParts)
  /// The training of one of several models begins; `index` from 0.
  case run(seed: UInt64, index: Int, count: Int)
  /// A resumed run has taken this finished network from a checkpoint; `index` from 0, over all networks in
  /// order. `isLatest`: there is no state of a later one.
  case finishedBefore(index: Int, count: Int, isLatest: Bool)
  /// A step, an epoch or another event of the trainer.
  case training(TrainingEvent)
  /// A checkpoint could not be written; not reported again until one has been written.
  case checkpointFailed(CheckpointError)
  /// The outcome of calibration on the development texts; once for every task.
  case calibrated(Calibration)
  /// The thresholds of a multi-label task; its name is empty for a single unnamed task.
  case thresholds(ThresholdTuning, task: String)
  /// Suggestions from the figures; reported once, at the end.
  case hints([TrainingHint])

  /// A temperature and its effect.
  public struct Calibration: Sendable {
    /// Empty for a model's only task if it was not named.
    public let task: String
    /// Nil if none can be found on the development texts; the probabilities are then unchanged.
    public let temperature: Double?
    /// The expected calibration error without the temperature.
    public let errorBefore: Double
    /// The expected calibration error with the temperature.
    public let errorAfter: Double
  }
}
