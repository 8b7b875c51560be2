import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import Testing

private let task = threeTasks(24, seed: 5)

/// A step's gradients by name, which plain SGD shows.
private func gradients(
  of model: NeuralClassifier, exitWeight: Double = 0.3
) throws -> [String: [Float]] {
  let options = smallOptions {
    $0.optimizer = .sgd
    $0.momentum = 0
    $0.clipNorm = 0
    $0.earlyExitWeight = exitWeight
    $0.taskWeights = ["which": 0.5, "words": 3]
  }
  let data = LabelledTexts(texts: task.texts, targets: task.targets, weights: nil)
  let own = NeuralClassifier(copying: model)
  let step = TrainingStep(
    ClassifierTraining(own, options: options), options: options, compute: Compute(threadCount: 2))
  #expect(step.update([data.batch(of: Array(0..<24))], learningRate: 1).isFinite)
  _ = step.result()
  return try Dictionary(
    uniqueKeysWithValues: model.shapes.map { name, _ in
      (name, zip(try model.values(name).array, try own.values(name).array).map(-))
    })
}

private func part(
  _ configuration: ClassifierConfiguration, of model: NeuralClassifier, _ prefix: String
) throws -> NeuralClassifier {
  let layout = try NeuralClassifier.layout(configuration)
  let known = Set(model.shapes.map(\.name))
  var tensors: [String: (shape: [Int], values: [Float])] = [:]
  for (name, shape) in layout.tables.map({ ($0.name, $0.shape) })
    + layout.parameters.map({ ($0.name, $0.shape) })
  {
    tensors[name] = (shape, try model.values(known.contains(prefix + name) ? prefix + name : name).array)
  }
  return try NeuralClassifier(configuration: configuration, tensors: tensors)
}

/// The gradient is that of the whole network, plus that of the first layer's own network times the weight.
@Test(arguments: [0.3, 2]) func theFirstLayersLossCountsByItsWeight(weight: Double) throws {
  var configuration = smallConfiguration(layers: 2)
  configuration.heads = threeHeads
  guard var network = configuration.encoder.recurrent else { return }
  network.hasEarlyExit = true
  configuration.encoder = .recurrent(network)
  let model = try NeuralClassifier(configuration: configuration, seed: 2)
  network.hasEarlyExit = false
  configuration.encoder = .recurrent(network)
  let whole = try gradients(of: part(configuration, of: model, ""))
  network.layerCount = 1
  configuration.encoder = .recurrent(network)
  let first = try gradients(of: part(configuration, of: model, "exit."))
  let both = try gradients(of: model, exitWeight: weight)
  var largest: Float = 0
  for (name, values) in both {
    let isOfExit = name.hasPrefix("exit.")
    let bare = isOfExit ? String(name.dropFirst(5)) : name
    let hasOwn = both["exit." + bare] != nil
    for index in values.indices {
      let ofWhole = isOfExit ? 0 : whole[name]?[index] ?? 0
      let ofFirst = isOfExit || !hasOwn ? first[bare]?[index] ?? 0 : 0
      let expected = ofWhole + Float(weight) * ofFirst
      largest = max(largest, abs(ofFirst))
      if abs(values[index] - expected) > 1e-6 + 1e-5 * abs(expected) {
        Issue.record("\(name)[\(index)]: \(values[index]), expected \(expected)")
        return
      }
    }
  }
  #expect(largest > 0.01)
}
