import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining

extension SelectionMetric: RecipeValue {}
extension AdversarialMethod: RecipeValue {}
extension LearningRateSchedule: RecipeValue {}
extension OptimizerKind: RecipeValue {}
extension ActivationStorage: RecipeValue {}

extension ClassWeighting: RecipeValue {
  static var recipeForm: RecipeKey.Form { .text("balanced or a file") }
  init?(recipeText: String) {
    if recipeText.isEmpty { return nil }
    self.init(recipeText)
  }
  var recipeText: String { description }
}

extension RecipeKey {
  /// How the weights are trained.
  static let trainingKeys = [
    RecipeKey("epochs", \.options.epochs, "Maximum number of epochs."),
    RecipeKey(
      "dropout-to",
      "Final rate of dropout, embedding-dropout and layer-dropout, approached linearly from the first epoch "
        + "to the last. Default: rates do not change.",
      read: { $0.options.dropoutTo ?? $0.encoder.outputDropout },
      write: { $0.options.dropoutTo = $1 },
      isImplied: { $0.options.dropoutTo == nil }),
    RecipeKey(
      "bptt",
      "Truncated backpropagation through time: length in tokens of the segments of long texts between which "
        + "gradients are cut, in self-attention those to attention-memory; saves memory. 0: off.",
      read: { $0.encoder.backpropagationWindow ?? 0 },
      write: { $0.encoder.backpropagationWindow = $1 == 0 ? nil : $1 }),
    RecipeKey(
      "activations", \.options.activations,
      "Format in which recurrent layers store activations for the backward pass; bf16 halves the memory and "
        + "makes gradients less precise."),
    RecipeKey(
      "batch-size", "Texts per batch.", excluding: "batch-tokens",
      read: { if case .texts(let count) = $0.options.batchSize { count } else { 64 } },
      write: { $0.options.batchSize = .texts($1) },
      isImplied: { if case .texts = $0.options.batchSize { false } else { true } }),
    RecipeKey(
      "batch-tokens",
      "Maximum number of tokens per batch, instead of a number of "
        + "texts.", excluding: "batch-size",
      read: { if case .tokens(let count) = $0.options.batchSize { count } else { 8192 } },
      write: { $0.options.batchSize = .tokens($1) },
      isImplied: { if case .tokens = $0.options.batchSize { false } else { true } }),
    RecipeKey(
      "bucket-window", \.options.bucketWindow,
      "Number of batches that are shuffled and sorted by length "
        + "together."),
    RecipeKey(
      "accumulate", \.options.accumulation,
      "Number of batches whose gradients are accumulated for one "
        + "update."),
    RecipeKey(
      "optimizer", \.options.optimizer,
      "Optimiser; adamw and sgd support weight decay, sgd supports momentum."),
    RecipeKey(
      "weight-decay", \.options.weightDecay,
      "Decoupled weight decay of matrices (not of biases, norms or word vectors), for adamw and sgd."),
    RecipeKey("momentum", \.options.momentum, "Momentum, for sgd."),
    RecipeKey("learning-rate", \.options.learningRate, "Learning rate."),
    RecipeKey(
      "layer-rate-decay", \.options.layerRateDecay,
      "Factor of the learning rate from each layer to the one below it, from the heads down to the word "
        + "vectors."),
    RecipeKey(
      "unfreeze", \.unfrozenLayers,
      "Number of top layers of a pretrained transformer that are fine-tuned; 0: none, only the heads learn, "
        + "and each text's vector is computed once."),
    RecipeKey(
      "unfreeze-epochs", \.options.unfreezeEpochs,
      "Gradual unfreezing: number of epochs after which the next lower layer starts to learn, from the heads "
        + "down to the word vectors; 0: all layers learn from the first epoch."),
    RecipeKey(
      "schedule", \.options.schedule,
      "Learning rate schedule; plateau: reduce the rate when the monitored metric stops improving."),
    RecipeKey(
      "warmup", \.options.warmupSteps,
      "Number of warm-up updates, in which the learning rate rises "
        + "from zero."),
    RecipeKey(
      "plateau-patience", \.options.plateauPatience,
      "With --schedule plateau: number of epochs without improvement before the learning rate is reduced."),
    RecipeKey(
      "schedule-epochs", \.options.scheduleEpochs,
      "With --schedule step: number of epochs between "
        + "reductions."),
    RecipeKey(
      "reduction", \.options.plateauFactor,
      "With --schedule plateau or step: factor of the learning rate at each reduction."),
    RecipeKey(
      "minimum-learning-rate", \.options.minimumLearningRate,
      "Lower bound of the learning rate in all schedules."),
    RecipeKey(
      "ema", \.options.averageDecay,
      "Decay of an exponential moving average of the weights, such as 0.999; 0: no averaging."),
    RecipeKey(
      "clip-norm", \.options.clipNorm,
      "Maximum norm of the gradient of all weights together; 0: no clipping."),
    RecipeKey(
      "prune", \.options.pruning,
      "Fraction of each matrix's weights, such as 0.3, to set to zero for the last third of the epochs (the "
        + "smallest of the best epoch): models compress better but are not faster; 0: no pruning."),
    RecipeKey("label-smoothing", \.options.labelSmoothing, "Label smoothing (ε)."),
    RecipeKey(
      "focal", \.options.focal,
      "γ of the focal loss, which gives texts that are already right less weight; 0: plain cross-entropy."),
    RecipeKey(
      "teacher-weight", \.options.teacherWeight,
      "With --teacher: weight of the teacher's probabilities in the network's loss; the labels have the "
        + "rest."),
    RecipeKey(
      "teacher-temperature", \.options.teacherTemperature,
      "With --teacher: temperature that divides the logits of both models when they are compared."),
    RecipeKey(
      "class-weights", \.classWeights,
      "Class weights of the loss: balanced, or a file with a label, a tab and a weight per line; for all "
        + "tasks, or for some as NAME=balanced or NAME=FILE."),
    RecipeKey(
      "task-weight", \.options.taskWeights,
      "Weights of the tasks, in the loss and in means, as NAME=NUMBER; 1 for the others."),
    RecipeKey(
      "adversarial", \.options.adversarial,
      "Adversarial training on word vectors perturbed where the loss rises fastest (fgm: one perturbation "
        + "per batch; fgm-sequence: one per text, on standardised vectors) or where the prediction changes "
        + "most (vat)."),
    RecipeKey("epsilon", \.options.epsilon, "Norm of the adversarial perturbation."),
    RecipeKey(
      "adversarial-weight", \.options.adversarialWeight,
      "Weight of the adversarial loss; that of the clean loss is 1."),
    RecipeKey(
      "early-exit-weight", \.options.earlyExitWeight,
      "With early-exit: weight of the first layer's own loss; that of the whole network's loss is 1."),
    RecipeKey(
      "skip-cost", \.options.skipCost,
      "With skip-gates: penalty in a text's loss for each step that is not skipped; the higher, the more are "
        + "skipped. It adds up over a text: at 750 words even 0.0001 ruins the answers."),
    RecipeKey(
      "monitor", formerly: ["metric"], \.options.monitor,
      "Metric on the development texts that selects the best epoch and the thresholds of multi-label tasks "
        + "(by macro-f1, otherwise by micro F1); auto: accuracy, for multi-label tasks micro F1."),
    RecipeKey(
      "task-metric", \.options.taskMetrics,
      "Metrics of single tasks that differ from --monitor, as "
        + "NAME=METRIC."),
    RecipeKey(
      "watch", "Task whose metric selects the best epoch; all: the mean of all tasks.",
      read: { $0.options.watchedTask ?? "all" },
      write: { $0.options.watchedTask = $1 == "all" ? nil : $1 }),
    RecipeKey(
      "patience", \.options.patience,
      "Early stopping: epochs without improvement before training stops."),
    RecipeKey(
      "self-train", \.selfTrains,
      "Label the --unlabelled texts with the trained model, then train again on all texts."),
    RecipeKey(
      "self-train-network", \.selfTrainsNetwork,
      "Whether --self-train also retrains the network of a joined model; otherwise only its n-grams, in a "
        + "fraction of the time (a pretrained network gains nothing)."),
    RecipeKey(
      "calibrate", \.calibrates,
      "Calibrate probabilities by temperature scaling, fitted on the development texts."),
    RecipeKey("seed", \.options.seed, "Seed of the random number generator."),
    RecipeKey(
      "ensemble", formerly: ["seeds"], \.ensembleSize,
      "Number of models to train, with consecutive seeds; their probabilities are averaged."),
  ]
}
