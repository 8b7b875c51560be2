import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTensor
import DiscernTraining
import DiscernVocabulary
import TestSupport

/// Texts over 40 words whose class is decided by which of the words 2, 3 and 4 is among the others;
/// id 1 and the last five ids never appear.
func smallTask(_ count: Int, seed: UInt64) -> LabelledTexts {
  var generator = SeededGenerator(seed: seed)
  var texts = EncodedTexts()
  var labels: [Int32] = []
  for _ in 0..<count {
    let label = Int32.random(in: 0..<3, using: &generator)
    var ids = (0..<Int.random(in: 1...12, using: &generator)).map { _ in
      Int32.random(in: 5..<35, using: &generator)
    }
    ids[Int.random(in: ids.indices, using: &generator)] = 2 + label
    texts.append(ids)
    labels.append(label)
  }
  return LabelledTexts(texts: texts, labels: labels)
}

/// The same texts with letters of every known word, of 20 buckets; none of them is unknown.
func withLetters(_ data: LabelledTexts) -> LabelledTexts {
  var known = LetterBags()
  for id in 0..<40 as Range<Int32> { known.append(id < 2 ? [] : [id % 20, id * 7 % 20]) }
  var letters = TextLetters(ofKnown: known)
  for _ in 0..<data.texts.count { letters.append(LetterBags()) }
  var texts = data.texts
  texts.letters = letters
  return LabelledTexts(texts: texts, targets: data.targets)
}

/// Texts of `smallTask` with three questions: which of the words 2, 3 and 4 they contain, whether it is
/// 2, and which of the words 5 to 8 they contain.
func threeTasks(_ count: Int, seed: UInt64) -> LabelledTexts {
  let base = smallTask(count, seed: seed)
  let which = base.targets[0].numbers
  let sets = (0..<16).map { mask in (0..<4).filter { mask & 1 << $0 != 0 }.map { Int32($0) } }
  let words = (0..<count).map { text in
    (0..<4).reduce(Int32(0)) { $0 | (base.texts[text].contains(Int32(5 + $1)) ? 1 << Int32($1) : 0) }
  }
  return LabelledTexts(
    texts: base.texts,
    targets: [
      TaskLabels(numbers: which), TaskLabels(numbers: which.map { $0 == 0 ? 1 : 0 }),
      TaskLabels(numbers: words, sets: sets),
    ])
}

let threeHeads = [
  HeadConfiguration(name: "which", .classes(count: 3)), HeadConfiguration(name: "two", .classes(count: 2)),
  HeadConfiguration(name: "words", .labels(count: 4)),
]

func smallConfiguration(dropout: Float = 0, layers: Int = 1) -> ClassifierConfiguration {
  var configuration = ClassifierConfiguration(vocabularySize: 40, classCount: 3)
  configuration.encoder.recurrent?.embeddingSize = 7
  configuration.encoder.recurrent?.hiddenSize = 9
  configuration.encoder.recurrent?.attentionSize = 6
  configuration.encoder.recurrent?.layerCount = layers
  configuration.encoder.recurrent?.pooling = [.additive, .max]
  configuration.encoder.recurrent?.embeddingDropout = dropout
  configuration.encoder.recurrent?.layerDropout = layers > 1 ? dropout : 0
  configuration.encoder.recurrent?.outputDropout = dropout
  return configuration
}

func smallModel(dropout: Float = 0, layers: Int = 1, seed: UInt64 = 1) throws -> NeuralClassifier {
  try NeuralClassifier(configuration: smallConfiguration(dropout: dropout, layers: layers), seed: seed)
}

func smallOptions(_ change: (inout TrainingOptions) -> Void = { _ in }) -> TrainingOptions {
  var options = TrainingOptions()
  options.epochs = 3
  options.batchSize = .texts(16)
  options.bucketWindow = 3
  options.learningRate = 0.01
  change(&options)
  return options
}

func predictions(
  _ model: NeuralClassifier, _ data: LabelledTexts, _ compute: Compute = Compute(threadCount: 1)
) throws -> [TaskPredictions?] {
  try Predictor(model, compute: compute).predictions(data.texts, data.targets)
}

extension [TaskPredictions?] {
  /// Those of the only task, of one label a text.
  var only: ProbabilisticPredictions? {
    if count == 1, case .singleLabel(let predictions)? = self[0] { predictions } else { nil }
  }
}

extension NeuralClassifier {
  /// Every weight's bits, the embedding's first.
  var bits: [UInt32] { weights.tensors.flatMap { $0.values.array.map(\.bitPattern) } }

  func row(_ id: Int) -> [Float] {
    let values = weights[wordTable]
    return Array(UnsafeBufferPointer(start: values.row(id), count: values.columns))
  }

  var isFinite: Bool { bits.allSatisfy { Float(bitPattern: $0).isFinite } }
}
