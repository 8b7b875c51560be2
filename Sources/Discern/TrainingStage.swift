import DiscernBundle
import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTraining
import DiscernVocabulary

/// What `TextClassifier.train` tells while it works.
public enum TrainingStage: Sendable {
  /// How the inputs were understood, and what was skipped.
  case read(ReadingReport, EncodingSummary, part: String)
  /// The texts are packed ones, in the place of what is read.
  case packed(PackedTexts)
  /// What looks wrong with the training texts' labels; not called where nothing does.
  case labelFindings([DataCheck.Finding])
  /// Groups of texts were kept on one side of the division into training and development.
  case divided(TextDivision.Groups)
  /// So many of the training texts were held out for development.
  case heldOut(texts: Int, of: Int)
  /// The words are counted, or read from a given vocabulary.
  case vocabulary(Vocabulary, wasGiven: Bool)
  /// The network is a pretrained transformer.
  case transformer(TransformerConfiguration, pieces: Int)
  /// So many texts have their vectors, which are made once.
  case vectorsMade(texts: Int, of: Int)
  /// So many texts had their vectors from this training's first part, in that file.
  case vectorsRead(texts: Int, path: String)
  /// Texts' vectors that were kept are not as they were written, and are made again.
  case vectorsUnusable(reason: String)
  /// Texts' vectors could not be kept for a training that goes on.
  case vectorsNotKept(reason: String)
  /// What was chosen for these texts; called once their words are counted and once they are encoded, where
  /// there is something.
  case fitted([FittedChoice])
  /// Word vectors were read.
  case vectors(WordVectors)
  /// N-grams are about to be counted and fitted. `isLast`: once more, with the texts that were held out, when
  /// all else of the model is there.
  case ngramsBegan(isLast: Bool)
  /// What was found of the n-grams, for a model that has some.
  case ngrams(NGramFacts)
  /// A task's labels and how many training texts have each; once for every task.
  case labels(ClassificationTask, trainingCounts: [Int])
  /// A network is made and its training is about to begin.
  case model(AttentionLSTMClassifier)
  /// Texts without labels were labelled by what was trained so far; `weight`: as how many sure ones they
  /// count.
  case labelled(texts: Int, weight: Double, before: [TaskScores])
  /// A teacher's answers to so many texts of the training corpus and without labels are known.
  case taught(texts: Int, unlabelled: Int)
  /// The second training of self-training came to an end. Kept is what has the lowest loss.
  ///
  /// `after`: nil where a joined model's networks are not trained again. `ngramsAlone`: of a joined model,
  /// what the networks of before reach with the n-grams of after.
  case selfTrained(after: [TaskScores]?, ngramsAlone: [TaskScores]?, kept: SelfTrainedParts)
  /// The training of one of several models begins; `index` from 0.
  case run(seed: UInt64, index: Int, count: Int)
  /// A training that goes on has this network from a checkpoint, complete; `index` from 0, over all that are
  /// trained one after the other. `isLatest`: there is no state of a later one.
  case finishedBefore(index: Int, count: Int, isLatest: Bool)
  /// A step, an epoch or another event of the trainer.
  case training(TrainingEvent)
  /// A checkpoint could not be written; told once until one is written again.
  case checkpointFailed(CheckpointError)
  /// The outcome of calibration on the development texts; once for every task.
  case calibrated(Calibration)
  /// The thresholds of a multi-label task; its name is empty for the only task of a model.
  case thresholds(ThresholdTuning, task: String)
  /// What the figures suggest; told once, at the end.
  case hints([TrainingHint])

  /// A temperature that was found, and what it does.
  public struct Calibration: Sendable {
    /// Empty for the only task of a model that was not given a name.
    public let task: String
    /// `nil` where the development texts give none; the probabilities then stay as they are.
    public let temperature: Double?
    /// Expected calibration errors.
    public let errorBefore: Double
    /// With the temperature.
    public let errorAfter: Double
  }
}
