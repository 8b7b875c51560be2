import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import DiscernVocabulary

/// The training of a classifier's networks, with everything that is prepared once before the first.
struct NetworkTraining {
  /// The number of words in the vocabulary that had a pretrained vector; nil without vectors.
  let wordsWithVectors: Int?
  /// The size on disk of all networks and their words, without frozen weights.
  let savedBytes: Int
  /// The size of the frozen weights, counted once for all networks.
  let fixedBytes: Int
  private let seeds: TrainingSeeds

  init(
    _ data: TrainingTexts, unlabelled: EncodedCorpus?, _ classWeights: [[Float]?], _ vocabulary: Vocabulary,
    vectorsPath: String?, _ base: TextClassifier?, _ pretrained: PretrainedEncoder?,
    _ teacher: TextClassifier?, _ companion: TextClassifier?, _ recipe: TrainingRecipe,
    _ checkpoints: TrainingCheckpoints?, _ link: any RankLink, _ compute: Compute,
    _ onStage: (TrainingStage) -> Void,
    _ isInterrupted: () -> Bool
  ) throws(DiscernError) {
    let vectors = try wrapping(DiscernError.vectors) { () throws(WordVectorsError) in
      try vectorsPath.map { path throws(WordVectorsError) in
        try WordVectors.load(
          path: path, vocabulary: vocabulary, seed: recipe.options.seed, isInterrupted: isInterrupted)
      }
    }
    if let vectors { onStage(.vectors(vectors)) }
    wordsWithVectors = vectors?.foundCount
    let configuration = recipe.configuration(
      vocabularySize: pretrained?.transformerFolder?.model.vocabularySize ?? vocabulary.count,
      heads: data.tasks.map(\.head),
      embeddingSize: vectors?.dimension ?? base?.networks.first?.configuration.encoder.embeddingSize
        ?? recipe.encoder.embeddingSize, transformer: pretrained?.transformer)
    try recipe.checkMemory(
      configuration, largestBatch: try Self.largestBatch(data, unlabelled, recipe.options),
      hasVectors: vectors != nil)
    let keeping = try checkpoints.map { checkpoints throws(DiscernError) in
      let identity = TrainingIdentity(
        recipe, kernels: compute.family.name, data, unlabelled: unlabelled?.summary, vocabulary: vocabulary,
        vectors: vectors, base: base, pretrained: pretrained, teacher: teacher,
        companion: companion, classWeights: classWeights)
      try checkpoints.check(read: identity)
      return (checkpoints: checkpoints, identity: identity)
    }
    seeds = TrainingSeeds(
      recipe: recipe, configuration: configuration, vectors: vectors?.rows,
      letters: vectors.flatMap { vectors in configuration.encoder.letters.map(vectors.letterRows) },
      bases: base?.networks ?? [],
      pretrained: pretrained?.languageModel?.weights, transformer: pretrained?.transformerFolder,
      unlabelled: recipe.options.adversarial == .vat ? unlabelled?.texts : nil, classWeights: classWeights,
      keeping: keeping, link: link, compute: compute)
    let counts = configuration.weightCounts
    savedBytes =
      recipe.ensembleSize * (counts.table + counts.network) * MemoryLayout<Float>.stride
      + vocabulary.fileContents.count
      + (companion?.networks ?? []).reduce(0) { $0 + MemoryLayout<Float>.stride * $1.parameterCount }
      + (companion?.encoder.vocabulary.fileContents.count ?? 0)
    fixedBytes = counts.fixed * MemoryLayout<Float>.stride
  }

  /// The number of tokens in the first batch, the largest of those shuffled together.
  private static func largestBatch(
    _ data: TrainingTexts, _ unlabelled: EncodedCorpus?, _ options: TrainingOptions
  ) throws(DiscernError) -> Int {
    if let texts = data.learnedOnDisk {
      return try wrapping(DiscernError.shards) { () throws(ShardError) in
        let plan = try LabelledTextSource(texts, options).plan(epoch: 1)
        return plan.count == 0 ? 0 : try texts.batch(of: plan[0]).packed.tokenCount
      }
    }
    let lengths =
      data.training.lengths
      + (unlabelled.map { more in (0..<more.texts.count).map(more.texts.length) } ?? [])
    let largest = options.buckets.batches(lengths: lengths, epoch: 1).first ?? []
    return largest.reduce(0) { $0 + lengths[$1] }
  }

  /// Trains as many networks as the recipe specifies, and records their training.
  ///
  /// - Parameter round: 0, or 1 for the second round of self-training.
  func train(
    round: Int, _ data: TrainingTexts, _ record: inout TrainingRecord, _ onStage: (TrainingStage) -> Void,
    _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> [NeuralClassifier] {
    let result = try seeds.train(round: round, data, onStage, isInterrupted)
    (record.runs, record.outcome) = (result.runs, result.outcome)
    return result.models
  }
}
