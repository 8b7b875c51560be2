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
    RecipeKey("epochs", \.options.epochs, "Passes over the training texts, at most."),
    RecipeKey(
      "dropout-to",
      "Where the dropouts on word vectors, between layers and on the pooled vector go, linearly from the "
        + "first "
        + "epoch to the last. Unless given: they stay.",
      read: { $0.options.dropoutTo ?? $0.encoder.outputDropout },
      write: { $0.options.dropoutTo = $1 },
      isImplied: { $0.options.dropoutTo == nil }),
    RecipeKey(
      "bptt",
      "Tokens of a segment of long texts, at whose end the gradient is cut: through time in recurrent "
        + "layers, to the attention-memory in self-attention; it saves memory. 0: never.",
      read: { $0.encoder.backpropagationWindow ?? 0 },
      write: { $0.encoder.backpropagationWindow = $1 == 0 ? nil : $1 }),
    RecipeKey(
      "activations", \.options.activations,
      "How recurrent layers keep what their backward pass needs of each token; bf16 takes half the memory, "
        + "and gradients lose digits."),
    RecipeKey(
      "batch-size", "Texts a step.", excluding: "batch-tokens",
      read: { if case .texts(let count) = $0.options.batchSize { count } else { 64 } },
      write: { $0.options.batchSize = .texts($1) },
      isImplied: { if case .texts = $0.options.batchSize { false } else { true } }),
    RecipeKey(
      "batch-tokens", "Tokens a step, at most, instead of a number of texts.", excluding: "batch-size",
      read: { if case .tokens(let count) = $0.options.batchSize { count } else { 8192 } },
      write: { $0.options.batchSize = .tokens($1) },
      isImplied: { if case .tokens = $0.options.batchSize { false } else { true } }),
    RecipeKey(
      "bucket-window", \.options.bucketWindow, "Batches that are shuffled and sorted by length together."),
    RecipeKey(
      "accumulate", \.options.accumulation, "Batches whose gradients are added up for one update."),
    RecipeKey(
      "optimizer", \.options.optimizer,
      "How gradients change weights; adamw and sgd have weight decay, sgd has momentum."),
    RecipeKey(
      "weight-decay", \.options.weightDecay,
      "Decoupled weight decay of matrices (not of biases, norms, word vectors), for adamw and sgd."),
    RecipeKey("momentum", \.options.momentum, "Momentum of sgd."),
    RecipeKey("learning-rate", \.options.learningRate, "The learning rate."),
    RecipeKey(
      "layer-rate-decay", \.options.layerRateDecay,
      "The factor of the learning rate from a layer to the one below it, from the heads down to the words' "
        + "vectors."),
    RecipeKey(
      "unfreeze", \.unfrozenLayers,
      "Of a pretrained transformer: how many of its top layers learn with the heads; 0: none, so that each "
        + "text's vector is made once."),
    RecipeKey(
      "unfreeze-epochs", \.options.unfreezeEpochs,
      "Epochs after which the next lower layer begins to learn, from the heads down to the words' vectors; "
        + "0: all from the first epoch on."),
    RecipeKey(
      "schedule", \.options.schedule,
      "How the learning rate changes; plateau: it is reduced when the monitored metric does not improve."),
    RecipeKey("warmup", \.options.warmupSteps, "Updates in which the learning rate rises from zero."),
    RecipeKey(
      "plateau-patience", \.options.plateauPatience,
      "With the schedule plateau: epochs without improvement that the learning rate sits through."),
    RecipeKey(
      "schedule-epochs", \.options.scheduleEpochs, "With the schedule step: epochs between two reductions."),
    RecipeKey(
      "reduction", \.options.plateauFactor,
      "The learning rate's factor at each reduction (schedules plateau and step)."),
    RecipeKey(
      "minimum-learning-rate", \.options.minimumLearningRate,
      "The learning rate below which no schedule goes."),
    RecipeKey(
      "ema", \.options.averageDecay,
      "Keep an exponential moving average of the weights with this decay, such as 0.999; 0: none."),
    RecipeKey(
      "clip-norm", \.options.clipNorm,
      "The largest norm of the gradients of all weights that learn; 0: any."),
    RecipeKey(
      "prune", \.options.pruning,
      "Make this share of each matrix's weights zeros, the smallest of the best epoch, and train on without "
        + "them in the last third of the epochs, such as 0.3: models become smaller where files are "
        + "compressed, not quicker; 0: none."),
    RecipeKey("label-smoothing", \.options.labelSmoothing, "ε of label smoothing."),
    RecipeKey(
      "focal", \.options.focal,
      "γ of the focal loss, which counts what is already right less; 0: plain cross-entropy."),
    RecipeKey(
      "teacher-weight", \.options.teacherWeight,
      "With --teacher: what its answers count in a network's loss; the labels' count the rest."),
    RecipeKey(
      "teacher-temperature", \.options.teacherTemperature,
      "With --teacher: what its logits and the network's are divided by where they are compared."),
    RecipeKey(
      "class-weights", \.classWeights,
      "What labels weigh in the loss: balanced, or a file of lines with label, tab and weight; for all "
        + "tasks, or "
        + "NAME=balanced, NAME=FILE for some."),
    RecipeKey(
      "task-weight", \.options.taskWeights,
      "The factors of several tasks' losses as NAME=NUMBER, 1 for the others; also their parts in means."),
    RecipeKey(
      "adversarial", \.options.adversarial,
      "Also learn from word vectors moved where the loss rises fastest (fgm: one move a batch; fgm-sequence: "
        + "one a text, on standardised vectors) or where the prediction changes most (vat)."),
    RecipeKey("epsilon", \.options.epsilon, "The norm of that move."),
    RecipeKey(
      "adversarial-weight", \.options.adversarialWeight,
      "The weight of the adversarial loss; the clean one's is 1."),
    RecipeKey(
      "early-exit-weight", \.options.earlyExitWeight,
      "With early-exit: the weight of the first layer's own loss; that of all of the network is 1."),
    RecipeKey(
      "skip-cost", \.options.skipCost,
      "With skip-gates: what each step that is taken adds to the loss of a text; the higher, the fewer are "
        + "taken."),
    RecipeKey(
      "monitor", formerly: ["metric"], \.options.monitor,
      "What is to improve on the development texts, epoch by epoch, and what the thresholds of multi-label "
        + "tasks are to raise (macro-f1, otherwise micro F1); auto: accuracy, of multi-label tasks micro "
        + "F1."),
    RecipeKey(
      "task-metric", \.options.taskMetrics, "What is to improve of some tasks, as NAME=METRIC, if another."),
    RecipeKey(
      "watch", "The one of several tasks that is to improve; all: their mean.",
      read: { $0.options.watchedTask ?? "all" },
      write: { $0.options.watchedTask = $1 == "all" ? nil : $1 }),
    RecipeKey("patience", \.options.patience, "Epochs without improvement before training stops."),
    RecipeKey(
      "self-train", \.selfTrains,
      "Label the --unlabelled texts with what was trained, and train all once more on both."),
    RecipeKey(
      "self-train-network", \.selfTrainsNetwork,
      "Whether --self-train trains a joined model's network again, too; if not, its n-grams alone, in a "
        + "fraction of the time: a pretrained network gains nothing."),
    RecipeKey(
      "calibrate", \.calibrates,
      "Divide logits by the temperature that gives the smallest log loss on the development texts."),
    RecipeKey("seed", \.options.seed, "Keys everything random."),
    RecipeKey(
      "ensemble", formerly: ["seeds"], \.ensembleSize,
      "Train so many models, with this seed and the next ones; the mean of their probabilities decides."),
  ]
}
