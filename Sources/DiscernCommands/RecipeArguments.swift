import ArgumentParser
import Discern
import DiscernBatching
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining

extension SelectionMetric: ExpressibleByArgument {}
extension AdversarialMethod: ExpressibleByArgument {}
extension LearningRateSchedule: ExpressibleByArgument {}
extension OptimizerKind: ExpressibleByArgument {}

/// All choices between labelled texts and a trained classifier; the same wherever a model is made.
struct RecipeArguments: ParsableArguments {
  private static let defaults = TrainingRecipe()

  @Option(help: "The share of --train that is held out, stratified, when there is no --dev.")
  var devFraction = defaults.developmentFraction

  @Option(help: "Words of the vocabulary that is built, <pad> and <unk> included.")
  var maxSize = defaults.vocabularySize

  @Option(help: "Leave rarer words out of the vocabulary that is built.")
  var minCount = defaults.minimumCount

  @Option(help: "Passes over the training texts, at most.")
  var epochs = defaults.options.epochs

  @Option(help: "Texts a step.")
  var batchSize = 64

  @Option(help: "Tokens a step, at most, instead of a number of texts.")
  var batchTokens: Int?

  @Option(help: "Units of each LSTM direction.")
  var hidden = defaults.hiddenSize

  @Option(help: "LSTM layers.")
  var layers = defaults.layerCount

  @Option(help: "How token states become one vector: additive, linear, max, mean, last; several joined by +.")
  var pooling = "additive"

  @Option(help: "Size of word vectors when there are no --vectors.")
  var embeddingDim = defaults.embeddingSize

  @Flag(help: "Keep the word vectors as they are.")
  var freezeEmbedding = false

  @Option(help: "Cut longer texts; 0: never.")
  var maxTokens = defaults.maximumTokens ?? 0

  @Option(help: "Which part of a text that is too long is kept.")
  var truncation = defaults.truncation

  @Option(help: "ε of label smoothing.")
  var labelSmoothing = defaults.options.labelSmoothing

  @Option(help: "Epochs without improvement before training stops.")
  var patience = defaults.options.patience

  @Option(help: "What is to improve: accuracy, macro-f1 or loss.")
  var metric = defaults.options.metric

  @Option(help: "Batches whose gradients are added up for one update.")
  var accumulate = defaults.options.accumulation

  @Option(help: "How gradients change weights: adam, adamw (with --weight-decay) or sgd (with --momentum).")
  var optimizer = defaults.options.optimizer

  @Option(help: "Decoupled weight decay of matrices (not of biases, norms, word vectors), for adamw and sgd.")
  var weightDecay = defaults.options.weightDecay

  @Option(help: "Momentum of sgd.")
  var momentum = defaults.options.momentum

  @Option(help: "The learning rate.")
  var learningRate = defaults.options.learningRate

  @Option(
    help:
      "How it changes: plateau (halved when --metric does not improve), constant, cosine, linear, step.")
  var schedule = defaults.options.schedule

  @Option(help: "Updates in which the learning rate rises from zero.")
  var warmup = defaults.options.warmupSteps

  @Option(help: "Epochs between two reductions with --schedule step.")
  var scheduleEpochs = defaults.options.scheduleEpochs

  @Option(help: "The learning rate's factor at each reduction (plateau, step).")
  var reduction = defaults.options.plateauFactor

  @Option(help: "The learning rate below which no schedule goes.")
  var minimumLearningRate = defaults.options.minimumLearningRate

  @Option(help: "Keep an exponential moving average of the weights with this decay, such as 0.999; 0: none.")
  var ema = defaults.options.averageDecay

  @Option(help: "The largest norm of all gradients together; 0: any.")
  var clipNorm = defaults.options.clipNorm

  @Option(help: "Dropout on word vectors, between layers and on the pooled vector.")
  var dropout = defaults.outputDropout

  @Option(help: "Dropout on word vectors, if other than --dropout.")
  var embeddingDropout: Float?

  @Option(help: "Epochs without improvement before the learning rate is halved.")
  var plateauPatience = defaults.options.plateauPatience

  @Option(
    help:
      "Also learn from word vectors moved where the loss rises fastest (fgm: one move a batch; fgm-sequence: one a text, on standardised vectors) or where the verdict changes most (vat)."
  )
  var adversarial = defaults.options.adversarial

  @Option(help: "The norm of that move.")
  var epsilon = defaults.options.epsilon

  @Option(help: "The weight of the adversarial loss; the clean one's is 1.")
  var adversarialWeight = defaults.options.adversarialWeight

  @Option(help: "Keys everything random.")
  var seed = defaults.options.seed

  @OptionGroup var tokenizer: TokenizerArguments

  func validate() throws {
    if maxTokens < 0 { throw ValidationError("--max-tokens \(maxTokens): expected 0 (no limit) or more") }
    do { try recipe().validate() } catch let error as DiscernError { throw ValidationError("\(error)") }
  }

  private func poolings() throws -> [Pooling] {
    try pooling.split(separator: "+", omittingEmptySubsequences: false).map { name in
      guard let pooling = Pooling(rawValue: String(name)) else {
        throw ValidationError(
          "--pooling \(pooling): “\(name)” is none of "
            + Pooling.allCases.map(\.rawValue).joined(separator: ", "))
      }
      return pooling
    }
  }

  func recipe() throws -> TrainingRecipe {
    var recipe = TrainingRecipe()
    recipe.tokenizer = tokenizer.configuration
    recipe.vocabularySize = maxSize
    recipe.minimumCount = minCount
    recipe.maximumTokens = maxTokens == 0 ? nil : maxTokens
    recipe.truncation = truncation
    recipe.developmentFraction = devFraction
    recipe.embeddingSize = embeddingDim
    recipe.hiddenSize = hidden
    recipe.attentionSize = hidden
    recipe.layerCount = layers
    recipe.pooling = try poolings()
    recipe.trainsEmbedding = !freezeEmbedding
    recipe.embeddingDropout = embeddingDropout ?? dropout
    recipe.layerDropout = dropout
    recipe.outputDropout = dropout
    recipe.options.epochs = epochs
    recipe.options.batchSize = batchTokens.map { .tokens($0) } ?? .texts(batchSize)
    recipe.options.learningRate = learningRate
    recipe.options.labelSmoothing = labelSmoothing
    recipe.options.clipNorm = clipNorm
    recipe.options.patience = patience
    recipe.options.metric = metric
    recipe.options.plateauPatience = plateauPatience
    recipe.options.accumulation = accumulate
    recipe.options.optimizer = optimizer
    recipe.options.weightDecay = weightDecay
    recipe.options.momentum = momentum
    recipe.options.schedule = schedule
    recipe.options.warmupSteps = warmup
    recipe.options.scheduleEpochs = scheduleEpochs
    recipe.options.plateauFactor = reduction
    recipe.options.minimumLearningRate = minimumLearningRate
    recipe.options.averageDecay = ema
    recipe.options.adversarial = adversarial
    recipe.options.adversarialWeight = adversarialWeight
    recipe.options.epsilon = epsilon
    recipe.options.seed = seed
    return recipe
  }
}
