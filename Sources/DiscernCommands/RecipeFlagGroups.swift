import ArgumentParser

// The flags of `RecipeKey`s by topic; each group is a section of the help.

struct DataFlags: RecipeFlags {
  @Option(recipe: "vocab-size") var vocabSize: String?
  @Option(recipe: "min-count") var minCount: String?
  @Option(recipe: "max-tokens") var maxTokens: String?
  @Option(recipe: "truncation") var truncation: String?
  @Option(recipe: "validation-fraction") var validationFraction: String?
  @Option(recipe: "dev-split") var devSplit: String?
}

struct NGramFlags: RecipeFlags {
  @Option(recipe: "word-ngrams") var wordNgrams: String?
  @Option(recipe: "letter-ngrams") var letterNgrams: String?
  @Option(recipe: "letter-scale") var letterScale: String?
  @Option(recipe: "ngram-min-count") var ngramMinCount: String?
  @Option(recipe: "max-ngrams") var maxNgrams: String?
  @Option(recipe: "ngram-weighting") var ngramWeighting: String?
  @Option(recipe: "ngram-strength") var ngramStrength: String?
  @Option(recipe: "ngram-hash-bits") var ngramHashBits: String?
}

struct ModelFlags: RecipeFlags {
  @Option(recipe: "encoder") var encoder: String?
  @Option(recipe: "embedding-dim") var embeddingDim: String?
  @Flag(recipe: "freeze-embedding") var freezeEmbedding: Bool?
  @Option(recipe: "subword-buckets") var subwordBuckets: String?
  @Option(recipe: "cell") var cell: String?
  @Flag(recipe: "bidirectional") var bidirectional: Bool?
  @Option(recipe: "hidden") var hidden: String?
  @Option(recipe: "sentence-hidden") var sentenceHidden: String?
  @Option(recipe: "layers") var layers: String?
  @Option(recipe: "attention-layers") var attentionLayers: String?
  @Option(recipe: "attention-heads") var attentionHeads: String?
  @Option(recipe: "attention-window") var attentionWindow: String?
  @Option(recipe: "attention-memory") var attentionMemory: String?
  @Flag(recipe: "relative-positions") var relativePositions: Bool?
  @Option(recipe: "attention-projection") var attentionProjection: String?
  @Flag(recipe: "attention-projection-per-head") var attentionProjectionPerHead: Bool?
  @Flag(recipe: "early-exit") var earlyExit: Bool?
  @Flag(recipe: "skip-gates") var skipGates: Bool?
  @Flag(recipe: "residual") var residual: Bool?
  @Option(recipe: "layer-norm") var layerNorm: String?
  @Option(recipe: "batch-norm") var batchNorm: String?
  @Option(recipe: "pooling") var pooling: String?
  @Option(recipe: "attention-size") var attentionSize: String?
}

struct DropoutFlags: RecipeFlags {
  @Option(recipe: "dropout") var dropout: String?
  @Option(recipe: "embedding-dropout") var embeddingDropout: String?
  @Option(recipe: "layer-dropout") var layerDropout: String?
  @Option(recipe: "dropout-kind") var dropoutKind: String?
  @Option(recipe: "word-dropout") var wordDropout: String?
  @Option(recipe: "subword-dropout") var subwordDropout: String?
  @Option(recipe: "weight-drop") var weightDrop: String?
  @Option(recipe: "dropout-to") var dropoutTo: String?
}

struct TrainingFlags: RecipeFlags {
  @Option(recipe: "batch-size") var batchSize: String?
  @Option(recipe: "batch-tokens") var batchTokens: String?
  @Option(recipe: "bucket-window") var bucketWindow: String?
  @Option(recipe: "accumulate") var accumulate: String?
  @Option(recipe: "bptt") var bptt: String?
  @Option(recipe: "activations") var activations: String?
  @Option(recipe: "optimizer") var optimizer: String?
  @Option(recipe: "weight-decay") var weightDecay: String?
  @Option(recipe: "momentum") var momentum: String?
  @Option(recipe: "ema") var ema: String?
  @Option(recipe: "clip-norm") var clipNorm: String?
  @Option(recipe: "prune") var prune: String?
  @Flag(recipe: "self-train") var selfTrain: Bool?
  @Flag(recipe: "self-train-network") var selfTrainNetwork: Bool?
  @Option(recipe: "seed") var seed: String?
  @Option(recipe: "ensemble") var ensemble: String?
}

struct LearningRateFlags: RecipeFlags {
  @Option(recipe: "learning-rate") var learningRate: String?
  @Option(recipe: "layer-rate-decay") var layerRateDecay: String?
  @Option(recipe: "unfreeze") var unfreeze: String?
  @Option(recipe: "unfreeze-epochs") var unfreezeEpochs: String?
  @Option(recipe: "schedule") var schedule: String?
  @Option(recipe: "warmup") var warmup: String?
  @Option(recipe: "plateau-patience") var plateauPatience: String?
  @Option(recipe: "schedule-epochs") var scheduleEpochs: String?
  @Option(recipe: "reduction") var reduction: String?
  @Option(recipe: "minimum-learning-rate") var minimumLearningRate: String?
}

struct LossFlags: RecipeFlags {
  @Option(recipe: "label-smoothing") var labelSmoothing: String?
  @Option(recipe: "focal") var focal: String?
  @Option(recipe: "teacher-weight") var teacherWeight: String?
  @Option(recipe: "teacher-temperature") var teacherTemperature: String?
  @Option(recipe: "class-weights") var classWeights: [String] = []
  @Option(recipe: "task-weight") var taskWeight: [String] = []
  @Option(recipe: "adversarial") var adversarial: String?
  @Option(recipe: "epsilon") var epsilon: String?
  @Option(recipe: "adversarial-weight") var adversarialWeight: String?
  @Option(recipe: "early-exit-weight") var earlyExitWeight: String?
  @Option(recipe: "skip-cost") var skipCost: String?
}

struct SelectionFlags: RecipeFlags {
  @Option(recipe: "monitor") var monitor: String?
  @Option(recipe: "task-metric") var taskMetric: [String] = []
  @Option(recipe: "watch") var watch: String?
  @Option(recipe: "patience") var patience: String?
  @Flag(recipe: "calibrate") var calibrate: Bool?
}
