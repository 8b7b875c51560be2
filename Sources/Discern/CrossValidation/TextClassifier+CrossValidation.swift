import DiscernCorpus
import DiscernEvaluation
import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernTraining
import DiscernVocabulary

extension TextClassifier {
  /// Cross-validates a recipe: divides the texts into folds and, for each fold, trains a classifier on the
  /// others exactly as `train` would. Words are counted, settings chosen and texts held out only among these.
  ///
  /// The corpus is read again for every fold. Memory: as for one training run, plus all predictions.
  ///
  /// - Parameters:
  ///   - corpus: the texts; groups, and near copies if the recipe's `dev-split` says so, stay in one fold.
  ///   - recipe: its seed determines the division into folds.
  ///   - count: the number of folds, at least 2.
  ///   - unlabelled: as for `train`.
  ///   - vocabulary: as for `train`.
  ///   - vectors: as for `train`.
  ///   - pretrained: as for `train`.
  ///   - teacher: as for `train`; one trained on these texts has seen every fold's test texts.
  ///   - compute: threads and kernels.
  ///   - onStage: receives the fold's number, from 1, and the stages of `train`.
  ///   - onFold: called when a fold has been measured.
  ///   - isInterrupted: called from time to time.
  /// - Throws: `DiscernError`, including `.conflict` for fewer than two folds, `.corpus(.splitImpossible)`
  ///   and `.interrupted`.
  public static func crossValidate(
    on corpus: Corpus, recipe: TrainingRecipe = TrainingRecipe(), folds count: Int,
    unlabelled: Corpus? = nil, vocabulary: Vocabulary? = nil, vectors: String? = nil,
    pretrained: PretrainedEncoder? = nil, teacher: TextClassifier? = nil, compute: Compute = Compute(),
    onStage: (Int, TrainingStage) -> Void = { _, _ in },
    onFold: (CrossValidation.Fold) -> Void = { _ in }, isInterrupted: () -> Bool = { false }
  ) throws(DiscernError) -> CrossValidation {
    guard count >= 2 else { throw .conflict("--folds \(count): expected at least 2") }
    try recipe.validate()
    let division = try CrossDivision(corpus, recipe, count, compute, isInterrupted)
    var folds: [CrossValidation.Fold] = []
    var rows: [OutOfFoldPrediction] = []
    for fold in 1...count {
      let inputs = TrainingInputs(
        texts: .corpus(division.corpus(corpus, fold: fold, isHeldOut: false), development: nil),
        unlabelled: unlabelled, vocabulary: vocabulary, vectorsPath: vectors, base: nil,
        pretrained: pretrained, teacher: teacher, checkpoints: nil, compute: compute,
        labelSets: division.labelSets)
      let classifier = try inputs.train(by: recipe, destination: nil, { onStage(fold, $0) }, isInterrupted)
      if classifier.record.outcome == .interrupted { throw .interrupted }
      let held = division.corpus(corpus, fold: fold, isHeldOut: true)
      let (measured, data) = try classifier.measure(on: held, encoder: classifier.encoder, compute: compute)
      let texts = try division.texts(fold: fold, found: data.locations)
      rows += measured.flatMap { $0.outOfFold(texts, data.locations, fold: fold) }
      let reports = measured.map { (name: $0.task.name, report: $0.report()) }
      let result = CrossValidation.Fold(
        number: fold, texts: data.count, report: EvaluationReport(reports), record: classifier.record)
      folds.append(result)
      onFold(result)
    }
    let order = Dictionary(
      division.tasks.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { a, _ in a })
    rows.sort { ($0.text, order[$0.task] ?? 0) < ($1.text, order[$1.task] ?? 0) }
    return CrossValidation(
      folds: folds, predictions: rows, tasks: division.tasks, reading: division.encoded.reading,
      groups: division.folds.groups)
  }
}

/// The division of texts into folds, and facts about all texts.
private struct CrossDivision {
  let encoded: EncodedCorpus
  let folds: TextFolds

  var labelSets: [LabelSet] { encoded.targets.map(\.labelSet) }
  var tasks: [ClassificationTask] { encoded.targets.map { ClassificationTask($0) } }

  init(
    _ corpus: Corpus, _ recipe: TrainingRecipe, _ count: Int, _ compute: Compute, _ isInterrupted: () -> Bool
  ) throws(DiscernError) {
    let tokenizer = try wrapping(DiscernError.text) { () throws(TextError) in
      try Tokenizer(recipe.tokenizer)
    }
    // Only labels, groups and near copies matter here, not the words.
    let encoder = TextEncoder(
      tokenizer: tokenizer, vocabulary: Vocabulary(words: []), maximumTokens: 1, truncation: .head)
    (encoded, folds) = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
      let encoded = try CorpusEncoder(encoder, threads: compute.threadCount).encode(
        corpus, sketches: recipe.developmentSplit == .nearDuplicates, isInterrupted: isInterrupted)
      return (
        encoded,
        try encoded.folds(
          count, keeping: recipe.developmentSplit, column: corpus.options.groupColumn,
          seed: recipe.options.seed)
      )
    }
    if encoded.targets.isEmpty { throw .vocabulary(.noLabels) }
  }

  /// The texts of one fold, or all others.
  func corpus(_ corpus: Corpus, fold: Int, isHeldOut: Bool) -> Corpus {
    corpus.selecting(records: folds.numbers.map { (Int($0) + 1 == fold) == isHeldOut })
  }

  /// The numbers of a fold's texts, from 0.
  ///
  /// - Throws: `DiscernError.conflict` if the texts are no longer where they were.
  func texts(fold: Int, found locations: [RecordLocation]) throws(DiscernError) -> [Int] {
    let own = folds.numbers.indices.filter { Int(folds.numbers[$0]) + 1 == fold }
    guard own.map({ encoded.locations[$0] }) == locations else {
      throw .conflict("the data changed while it was read; cross-validate again")
    }
    return own
  }
}

extension TextClassifier.Measured {
  /// The predictions, text by text.
  ///
  /// - Parameters:
  ///   - texts: [texts] their numbers, from 0.
  ///   - locations: [texts] their places in the data.
  fileprivate func outOfFold(
    _ texts: [Int], _ locations: [RecordLocation], fold: Int
  ) -> [OutOfFoldPrediction] {
    let names = task.labels.names
    return zip(labels.known, predictions.predictedLabels(thresholds: task.thresholds)).enumerated().map {
      place, row in
      let (text, given) = row
      let probabilities = predictions.probabilities(ofRow: place)
      return OutOfFoldPrediction(
        text: texts[text] + 1, location: locations[text], fold: fold, task: task.name,
        labels: (labels.ids(text) ?? []).map { names[Int($0)] },
        predicted: given.sorted {
          (-probabilities[Int($0)], $0) < (-probabilities[Int($1)], $1)
        }.map { Classification.Candidate(label: names[Int($0)], probability: probabilities[Int($0)]) },
        probabilities: probabilities)
    }
  }
}
