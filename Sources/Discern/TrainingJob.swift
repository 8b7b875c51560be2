import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import DiscernVocabulary

/// A training run whose texts have been read: the state shared by its rounds, and their order.
struct TrainingJob {
  let recipe: TrainingRecipe
  /// The weights of labels, by head.
  let classWeights: [[Float]?]
  /// Nil for n-grams alone.
  let networks: NetworkTraining?
  /// Word networks, trained earlier, that are joined with a transformer.
  let companions: [NeuralClassifier]
  let destination: ModelDestination?
  let compute: Compute

  /// Trains once and, with self-training, a second time, either everything or only the n-grams; the best is
  /// kept: all of the first round, all of the second, or the first round's networks with the second's
  /// n-grams.
  ///
  /// - Parameter unlabelled: the texts that self-training labels.
  func run(
    _ data: TrainingTexts, unlabelled: EncodedCorpus?, _ record: inout TrainingRecord,
    _ onStage: (TrainingStage) -> Void, _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> TrainingRound {
    let wide = try TrainingRound.widePart(self, data, after: nil, &record, onStage, isInterrupted)
    let round = try TrainingRound(self, data, isFirst: true, wide, &record, onStage, isInterrupted)
    guard recipe.selfTrains, let unlabelled, record.outcome.isNormal else { return round }
    let first = (round: round, record: record)
    do throws(DiscernError) {
      let labelled = try SelfTraining(corpus: unlabelled)
        .labels(by: round.model, round.tasks, compute, isInterrupted)
      onStage(
        .labelled(
          texts: unlabelled.count, weight: labelled.weights.reduce(0) { $0 + Double($1) },
          before: round.scores))
      let more = data.adding(unlabelled, labelled.targets, labelled.weights)
      let wide = try TrainingRound.widePart(self, more, after: round, &record, onStage, isInterrupted)
      var mixed: (round: TrainingRound, record: TrainingRecord)?
      if let wide, !round.networks.isEmpty {
        var own = first.record
        own.ngrams = record.ngrams
        mixed = (try TrainingRound(keeping: round, wide, self, more, &own), own)
      }
      var second: TrainingRound?
      if round.networks.isEmpty || recipe.trainsNetworkAgain {
        second = try TrainingRound(self, more, isFirst: false, wide, &record, onStage, isInterrupted)
      }
      var kept = SelfTrainedParts.nothing
      if let second, second.loss < round.loss { kept = .all }
      if let mixed, mixed.round.loss < min(round.loss, second?.loss ?? .infinity) { kept = .ngrams }
      onStage(.selfTrained(after: second?.scores, ngramsAlone: mixed?.round.scores, kept: kept))
      if kept == .all, let second { return second }
      let outcome = record.outcome
      if kept == .ngrams, let mixed {
        record = mixed.record
        if !outcome.isNormal { record.outcome = outcome }
        return mixed.round
      }
      record = first.record
      if !outcome.isNormal { record.outcome = outcome }
    } catch .interrupted {
      record = first.record
      record.outcome = .interrupted
    }
    return round
  }

  /// The model resulting from a round. Its n-grams are also trained on development texts that were held out
  /// of the training texts, unless that is interrupted.
  func model(
    of round: TrainingRound, _ record: inout TrainingRecord, _ onStage: (TrainingStage) -> Void,
    _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> JoinedClassifier {
    var ngrams = round.wide?.own
    record.measured = round.figures.map { TrainingRecord.Measured(figures: $0, hasLearnedSince: false) }
    do throws(DiscernError) {
      if record.outcome.isNormal, let wide = round.wide, wide.learnsHeldOut {
        onStage(.ngramsBegan(isLast: true))
        ngrams = try wide.learned(isInterrupted)
        record.measured?.hasLearnedSince = true
      }
    } catch .interrupted where !round.networks.isEmpty {
      record.outcome = .interrupted
    }
    if let ngrams { record.ngrams?.features = ngrams.vocabulary.count }
    return round.joined(with: ngrams)
  }

  /// - Parameter ngrams: the n-grams of the final model, or similar ones.
  /// - Throws: `DiscernError.folder` if there is not enough free space for the model.
  func requireSpace(besides ngrams: NGramClassifier?) throws(DiscernError) {
    let fixed = destination?.reference == nil ? networks?.fixedBytes ?? 0 : 0
    let bytes = (networks?.savedBytes ?? 0) + fixed + (ngrams?.savedBytes ?? 0)
    do throws(BundleError) { try destination?.requireSpace(bytes) } catch { throw .folder(.bundle(error)) }
  }
}
