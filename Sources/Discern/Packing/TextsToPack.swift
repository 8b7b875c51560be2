import DiscernCorpus
import DiscernModels

/// Everything known about texts before their ids are written.
struct TextsToPack {
  let tasks: [ClassificationTask]
  let count: Int
  /// The labels, by task.
  let labels: [TaskLabels]
  let weights: [Float]?
  /// The held-out texts, ascending; empty if there are separate development texts.
  let heldOut: [Int]
  let summary: EncodingSummary
  let columns: TableColumns?
  /// The separate development texts, if there are any.
  let held: (texts: EncodedTexts, labels: [TaskLabels], summary: EncodingSummary)?
}

extension TextsToPack {
  /// Reads the texts once, without keeping their ids, and divides them as training does.
  init(
    _ corpus: Corpus, _ development: Corpus?, _ encoder: CorpusEncoder, _ recipe: TrainingRecipe,
    _ onStage: (TrainingStage) -> Void, _ isInterrupted: () -> Bool
  ) throws(DiscernError) {
    let encoded = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
      try encoder.encode(
        corpus, sketches: development == nil && recipe.developmentSplit == .nearDuplicates, keepsTexts: false,
        isInterrupted: isInterrupted
      ) { _ in }
    }
    onStage(.read(encoded.reading, encoded.summary, part: "training"))
    let findings = encoded.labelFindings
    if !findings.isEmpty { onStage(.labelFindings(findings)) }
    try TrainingTexts.check(encoded, weightColumn: corpus.options.weightColumn)
    if let development {
      let own = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
        try encoder.encode(
          development, labelSets: encoded.targets.map(\.labelSet), isInterrupted: isInterrupted)
      }
      onStage(.read(own.reading, own.summary, part: "development"))
      if own.targets.isEmpty { throw .vocabulary(.noLabels) }
      held = (own.texts, own.targets.map(\.labels), own.summary)
      heldOut = []
    } else {
      let split = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
        try encoded.divided(
          recipe.developmentSplit, column: corpus.options.groupColumn, fraction: recipe.validationFraction,
          seed: recipe.options.seed)
      }
      if let groups = split.groups { onStage(.divided(groups)) }
      onStage(.heldOut(texts: split.development.count, of: encoded.count))
      held = nil
      heldOut = split.development
    }
    tasks = encoded.tasks
    count = encoded.count
    labels = encoded.targets.map(\.labels)
    weights = encoded.weights
    summary = encoded.summary
    columns = encoded.sameColumns
  }
}
