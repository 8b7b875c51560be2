import DiscernCorpus
import DiscernModels
import DiscernTensor
import Foundation
import TestSupport
import Testing

// Captum 0.9 with PyTorch 2.15 in float64 on the model of PyTorchFiguresTests;
// Benchmarks/explain/captum-figures prints these lines. The head's logits of zero vectors, by the number of
// tokens, are below.
private let figures: [(points: Int, text: [Int32], label: Int, scores: [Double])] = [
  (
    32, [1, 2, 3, 4, 5], 0,
    [
      0.01193579828054133, -0.002461221792787334, 0.09019751059191036, 0.008974151076596614,
      0.028228282523305594,
    ]
  ),
  (
    32, [1, 2, 3, 4, 5], 2,
    [
      -0.12375248544740666, 0.06587548459184031, -0.19342445455203747, 0.02701503641941769,
      -0.029671247930961146,
    ]
  ),
  (32, [6, 7, 2], 0, [0.11240023327394932, 0.008891681062941078, 0.017741219475327023]),
  (32, [6, 7, 2], 2, [-0.14923223669516802, 0.009303347577421866, -0.01861106262569355]),
  (32, [8, 1, 1], 0, [-0.03857352121612334, -0.017210139930718675, 0.026906404212205148]),
  (32, [8, 1, 1], 2, [0.06688334858430767, 0.007061092483626358, 0.003853563043615015]),
  (32, [4], 0, [-0.006783487406895339]),
  (32, [4], 2, [-0.038495881090346344]),
  (
    512, [1, 2, 3, 4, 5], 0,
    [
      0.0126841728195397, -0.0032519943338903162, 0.09146431152733966, 0.008951152846249135,
      0.02853060983132547,
    ]
  ),
  (
    512, [1, 2, 3, 4, 5], 2,
    [
      -0.12385406893050759, 0.06596389506214306, -0.19545735445348617, 0.026871740062683103,
      -0.029822397747891995,
    ]
  ),
  (512, [6, 7, 2], 0, [0.11202186660282151, 0.008067932453483608, 0.017540611897026326]),
  (512, [6, 7, 2], 2, [-0.14879842479945146, 0.0102478075610177, -0.0183810581450731]),
  (512, [8, 1, 1], 0, [-0.038455312102717715, -0.017717885942363832, 0.027070528187529055]),
  (512, [8, 1, 1], 2, [0.06642814749980319, 0.007258590889995701, 0.0037883196304403337]),
  (512, [4], 0, [-0.006783487443899466]),
  (512, [4], 2, [-0.038495881217943465]),
]

private let zeroLogits: [Int: [Double]] = [
  1: [-0.1314148295693358, -0.8043503999919013, -1.3969469511349788],
  3: [0.1578330135465936, -0.8693270797295023, -1.7039642551223086],
  5: [0.2809324906830731, -0.8521282450628038, -1.8223602906413061],
]

private func one(_ ids: [Int32]) -> EncodedTexts {
  var texts = EncodedTexts()
  texts.append(ids)
  return texts
}

@Test func scoresAreCaptums() throws {
  let model = try goldenModel()
  for family in KernelFamily.available {
    let compute = Compute(family: family, threadCount: 2)
    let method = IntegratedGradients([model], compute: compute)
    for (points, text, label, scores) in figures {
      let texts = one(text)
      let logit = Double(Predictor(model, compute: compute).logits(texts)[label])
      let result = method.integrate(texts, 0, 0, label, points, logit: logit)
      #expect(result.scores.count == scores.count)
      for (own, captum) in zip(result.scores, scores) {
        #expect(abs(own - captum) < 1e-4, "\(family.name), \(points) points of \(text)")
      }
      #expect(abs(result.start - (zeroLogits[text.count]?[label] ?? 0)) < 1e-5)
    }
  }
}

/// Every part that a network can have.
private let shapes: [@Sendable (inout RecurrentConfiguration) -> Void] = [
  { _ in },
  { $0.pooling = [.max] },
  { $0.pooling = [.last] },
  { $0.pooling = [.mean, .linear] },
  {
    $0.cell = .gru
    $0.isBidirectional = false
  },
  {
    $0.cell = .rnn
    $0.residual = true
  },
  {
    // The largest of normalised features has many bends on the way.
    $0.layerNorm = LayerNormPlace.allCases
    $0.pooling = [.additive, .mean, .last]
  },
  { $0.batchNorm = .flattened },
  {
    $0.batchNorm = .perStep
    $0.batchNormSteps = 3
  },
  {
    $0.batchNorm = .recurrent
    $0.batchNormSteps = 3
  },
  {
    $0.embeddingDropout = 0.5
    $0.wordDropout = 0.3
    $0.outputDropout = 0.5
    $0.weightDropout = 0.3
    $0.layerDropout = 0.4
    $0.backpropagationWindow = 2
  },
]

/// For each network, the scores and the logit of zero vectors sum to the logit: no dropout, no statistics of
/// the batch, nothing cut through time.
@Test(arguments: shapes.indices) func scoresComeToTheLogit(shape: Int) throws {
  var configuration = smallConfiguration()
  shapes[shape](&configuration.network)
  // Vectors larger than initial ones.
  var generator = SeededGenerator(seed: 7)
  let vectors = (0..<60 * 9).map { _ in Float.random(in: -1.5...1.5, using: &generator) }
  let model = try NeuralClassifier(configuration: configuration, seed: 3, vectors: vectors)
  let texts = randomTexts(3, longest: 7, seed: 5)
  let compute = Compute(threadCount: 2)
  let logits = Predictor(model, compute: compute).logits(texts)
  let method = IntegratedGradients([model], compute: compute)
  for text in 0..<texts.count {
    for label in 0..<2 {
      let logit = logits[text * 3 + label]
      let result = method.explain(texts, text: text, head: 0, label: label, logit: logit)
      #expect(result.scores.count == texts.length(text))
      #expect(result.gap <= 0.01, "text \(text), label \(label)")
      let sum = result.start + result.scores.reduce(0, +)
      let way = abs(Double(logit) - result.start)
      #expect(abs(sum - Double(logit)) <= 0.0101 * way + 2e-4)
    }
  }
}

/// With several networks it is the logit of their mean; with one in 8 bits that of the floats that the bits
/// encode.
@Test func severalNetworksAndEightBits() throws {
  let configuration = smallConfiguration(pooling: [.additive, .mean])
  let models = try (0..<3).map { try NeuralClassifier(configuration: configuration, seed: $0) }
  let texts = randomTexts(4, longest: 9, seed: 8)
  let compute = Compute(threadCount: 1)
  for (members, bound) in [(models, 0.01), ([models[0].quantized], 0.25)] {
    let logits = Predictor(members, compute: compute).logits(texts)
    let method = IntegratedGradients(members, compute: compute)
    for text in 0..<texts.count {
      let logit = logits[text * 3 + 1]
      let result = method.explain(texts, text: text, head: 0, label: 1, logit: logit)
      #expect(result.gap <= bound)
      #expect(abs(result.start + result.scores.reduce(0, +) - Double(logit)) < 5e-3)
    }
  }
}

@Test func gradientsOfTheMeanAreThoseOfDifferences() {
  let members: [[Float]] = [[0.5, -1.25, 2], [-0.75, 0.25, 1]]
  for head in [HeadConfiguration(.classes(count: 3)), HeadConfiguration(.labels(count: 3))] {
    for output in 0..<3 {
      let gradients = head.rules.averageGradients(members.map { $0[...] }, output: output)
      for (member, own) in gradients.enumerated() {
        for label in 0..<3 {
          let values = [-1, 1].map { (sign: Float) -> Float in
            var moved = members
            moved[member][label] += sign * 0.01
            return head.rules.average(moved.map { $0[...] })[output]
          }
          #expect(abs((values[1] - values[0]) / 0.02 - own[label]) < 1e-3)
        }
      }
    }
  }
}

@Test func polynomialsAreIntegratedExactly() {
  for count in [1, 2, 5, 32, 512] {
    let rule = GaussLegendre(count: count)
    for degree in [0, 1, min(9, 2 * count - 1)] {
      let sum = zip(rule.points, rule.weights).reduce(0) { $0 + $1.1 * pow($1.0, Double(degree)) }
      #expect(abs(sum - 1 / Double(degree + 1)) < 1e-12, "\(count) points, degree \(degree)")
    }
  }
}
