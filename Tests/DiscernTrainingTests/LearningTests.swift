import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTensor
import DiscernTraining
import Foundation
import Testing

@Test(arguments: Pooling.allCases, [1, 3]) func eightExamplesCanBeOverfitted(pooling: Pooling, layers: Int)
  throws
{
  var configuration = smallConfiguration(layers: layers)
  configuration.encoder.recurrent?.pooling = [pooling]
  let model = try NeuralClassifier(configuration: configuration, seed: 1)
  // Random labels: there is nothing to learn but the texts themselves.
  let eight = LabelledTexts(texts: smallTask(8, seed: 3).texts, labels: [0, 1, 2, 0, 1, 2, 0, 1])
  let options = smallOptions {
    $0.epochs = 150
    $0.batchSize = .texts(8)
    $0.learningRate = 0.03
    $0.labelSmoothing = 0
    $0.patience = 150
    $0.plateauFactor = 1
    $0.monitor = .loss
  }
  let result = try Trainer(options, compute: Compute(threadCount: 2)).train(
    model, training: eight, development: eight)
  #expect(result.best.accuracy == 1)
  #expect(result.best.developmentLoss < 0.01)
}

@Test func whatDecidesTheClassIsLearnt() throws {
  let options = smallOptions { $0.epochs = 12 }
  let result = try Trainer(options, compute: Compute(threadCount: 2)).train(
    smallModel(dropout: 0.1), training: smallTask(400, seed: 1), development: smallTask(150, seed: 2))
  #expect(result.best.accuracy > 0.95)
}

// PyTorch 2.13, float64: the program of DiscernModelsTests/PyTorchFiguresTests.swift, followed by
//
//   opt = torch.optim.Adam(w.values(), lr=0.01)
//   for step in range(4):
//       opt.zero_grad(); l = loss(logits(), labels); l.backward()
//       n = torch.nn.utils.clip_grad_norm_(w.values(), 0.05); opt.step()
//       with torch.no_grad(): dev = torch.nn.functional.cross_entropy(logits(), labels)
//       print(l.item(), n.item(), dev.item())
//   print(logits(), w["embedding.weight"].flatten()[:6])
@Test func fourStepsArePyTorchs() throws {
  var configuration = ClassifierConfiguration(vocabularySize: 9, classCount: 3)
  configuration.encoder.recurrent?.embeddingSize = 3
  configuration.encoder.recurrent?.hiddenSize = 2
  configuration.encoder.recurrent?.layerCount = 2
  configuration.encoder.recurrent?.attentionSize = 3
  configuration.encoder.recurrent?.pooling = [.additive, .linear, .max, .mean, .last]
  configuration.encoder.recurrent?.embeddingDropout = 0
  configuration.encoder.recurrent?.layerDropout = 0
  configuration.encoder.recurrent?.outputDropout = 0
  var tensors: [String: (shape: [Int], values: [Float])] = [:]
  let shapes = try NeuralClassifier(configuration: configuration, seed: 1).shapes
  for (k, (name, shape)) in shapes.enumerated() {
    tensors[name] = (
      shape, (0..<shape.reduce(1, *)).map { Float(1.6 * sin(0.7 * Double($0) + Double(k))) }
    )
  }
  for column in 0..<3 { tensors["embedding.weight"]?.values[column] = 0 }
  let model = try NeuralClassifier(configuration: configuration, tensors: tensors)
  var texts = EncodedTexts()
  for ids: [Int32] in [[1, 2, 3, 4, 5], [6, 7, 2], [8, 1, 1], [4]] { texts.append(ids) }
  let data = LabelledTexts(texts: texts, labels: [0, 2, 1, 0])
  let options = smallOptions {
    $0.epochs = 4
    $0.batchSize = .texts(4)
    $0.clipNorm = 0.05
    $0.monitor = .loss
  }

  for family in KernelFamily.available {
    let compute = Compute(family: family, threadCount: 2)
    let result = try Trainer(options, compute: compute).train(model, training: data, development: data)
    let expected: [(loss: Double, norm: Double, development: Double)] = [
      (1.1697589726739177, 0.4002170132194717, 1.107615914604648),
      (1.134892559420913, 0.36000916292738977, 1.0765048265900519),
      (1.1032399926181276, 0.324364555233644, 1.0482162662423646),
      (1.074564913252685, 0.29361269936368, 1.0223295208283147),
    ]
    #expect(result.epochs.count == 4)
    for (epoch, expected) in zip(result.epochs, expected) {
      #expect(abs(epoch.trainLoss - expected.loss) < 2e-6)
      #expect(abs(epoch.gradientNorm - expected.norm) < 2e-6)
      #expect(abs(epoch.developmentLoss - expected.development) < 2e-6)
    }
    let table = try result.model.values("embedding.weight").array.prefix(6).map { Double($0) }
    let expectedTable = [0, 0, 0, 1.4212478177265357, 0.5760965803266916, -0.5212000765675607]
    #expect(zip(table, expectedTable).allSatisfy { abs($0 - $1) < 2e-6 })
    let own = try #require(try predictions(result.model, data, compute).only)
    let logits = [
      0.1729942247981379, -1.2282087873827983, -1.8651962137262352, -0.0015985710334840211,
      -0.7384430145544514, -1.5463496266105536, -0.17147222043279953, -0.45899523707259715,
      -1.3449459363602259, -0.33626491456517793, -0.8359404032153563, -1.2901169551703102,
    ]
    for row in 0..<4 {
      let powers = (0..<3).map { exp(logits[3 * row + $0]) }
      for c in 0..<3 {
        let p = powers[c] / powers.reduce(0, +)
        #expect(abs(Double(own.probabilities[3 * row + c]) - p) < 2e-6)
      }
    }
  }
}
