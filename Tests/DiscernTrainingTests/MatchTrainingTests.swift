import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import Foundation
import Testing

/// Texts of ids, the first of which gives the topic.
private func texts(_ count: Int, about: (Int) -> Int, salt: Int) -> EncodedTexts {
  var result = EncodedTexts()
  for index in 0..<count {
    let topic = about(index)
    result.append(
      [
        Int32(2 + topic), Int32(12 + (index * 7 + salt) % 5), Int32(2 + topic),
        Int32(12 + (index + salt) % 5),
      ].dropLast(index % 2))
  }
  return result
}

private func configuration(
  _ right: MatcherConfiguration.RightTower = .shared, scalesFeatures: Bool = true
) -> MatcherConfiguration {
  var network = RecurrentConfiguration()
  (network.embeddingSize, network.hiddenSize, network.attentionSize) = (10, 12, 6)
  (network.embeddingDropout, network.outputDropout) = (0, 0)
  return MatcherConfiguration(
    vocabularySize: 20, encoder: .recurrent(network), vectorSize: 8, right: right,
    featureCount: right == .vectors ? 3 : 0, scalesFeatures: scalesFeatures)
}

/// A new matcher for the examples.
private func matcher(
  _ examples: MatchExamples, _ configuration: MatcherConfiguration, seed: UInt64
) throws -> Matcher {
  var (features, others): ([Float], EncodedTexts?) = ([], nil)
  if case .vectors(let vectors) = examples.partners { features = vectors.values }
  if case .texts(let texts) = examples.partners { others = texts }
  let matcher = try Matcher(configuration, seed: seed, features: features)
  matcher.fitScaling(to: examples.left, others, compute: Compute(threadCount: 2))
  return matcher
}

private let pairs = MatchExamples(
  left: texts(24, about: { $0 % 8 }, salt: 1), .texts(texts(24, about: { $0 % 8 }, salt: 3)))
private let labelled = MatchExamples(
  left: texts(24, about: { $0 % 8 }, salt: 1), .labels((0..<24).map { Int32($0 % 8) }))
private let described = MatchExamples(
  left: texts(24, about: { $0 % 8 }, salt: 1),
  .vectors(
    TextVectors(size: 3, values: (0..<24).flatMap { text in (0..<3).map { Float((text % 8) >> $0 & 1) } })))

private func training(_ matcher: Matcher) -> MatchTraining {
  MatchTraining(matcher, batchSize: 8, watchesRecall: true, seed: 1)
}

private func options(epochs: Int) -> TrainingOptions {
  var options = TrainingOptions()
  (options.epochs, options.learningRate, options.patience) = (epochs, 0.01, epochs)
  options.schedule = .constant
  return options
}

private func trained(
  _ examples: MatchExamples, _ right: MatcherConfiguration.RightTower, epochs: Int, threads: Int = 1,
  accumulation: Int = 1, onEvent: (TrainingEvent) -> Void = { _ in }
) throws -> TrainedModel<MatchTraining> {
  let matcher = try matcher(examples, configuration(right), seed: 3)
  var options = options(epochs: epochs)
  options.accumulation = accumulation
  return try Trainer(options, compute: Compute(threadCount: threads)).train(
    training(matcher), source: MatchSource(examples, batchSize: 8, seed: 1), development: examples,
    onEvent: onEvent)
}

@Test(arguments: [MatcherConfiguration.RightTower.shared, .text])
func pairsAreLearned(_ right: MatcherConfiguration.RightTower) throws {
  let result = try trained(pairs, right, epochs: 80)
  // Its own partner, among others about the same.
  #expect(result.best.accuracy > 0.8, "\(result.best)")
  #expect(result.best.developmentLoss < 0.3, "\(result.best)")
}

@Test func labelsAndVectorsAreLearned() throws {
  #expect(try trained(labelled, .shared, epochs: 80).best.accuracy == 1)
  let result = try trained(described, .vectors, epochs: 80)
  #expect(result.best.accuracy == 1, "\(result.best)")
}

@Test func anyNumberOfThreadsGivesTheSameMatcher() throws {
  for (examples, right) in [(pairs, MatcherConfiguration.RightTower.text), (labelled, .shared)] {
    let results = try [1, 3].map { (threads: Int) -> [[Float]] in
      let model = try trained(examples, right, epochs: 3, threads: threads).model
      // Matrices do not keep the memory of weights alive.
      return withExtendedLifetime(model) { model.weights.tensors.map(\.values.array) }
    }
    #expect(results[0].map { $0.map(\.bitPattern) } == results[1].map { $0.map(\.bitPattern) })
  }
}

@Test func negativesOfEachBatchAreToldOf() throws {
  var warnings: [TrainingWarning] = []
  _ = try trained(pairs, .shared, epochs: 1, accumulation: 2) {
    if case .warning(let warning) = $0 { warnings.append(warning) }
  }
  #expect(warnings.contains(.accumulation(count: 2, .batchNegatives)))
}

/// Every weight has its gradient, and it is that of differences.
@Test(arguments: [MatcherConfiguration.RightTower.shared, .text, .vectors], [false, true])
func aMatchersGradientsAreThoseOfDifferences(
  _ right: MatcherConfiguration.RightTower, scalesFeatures: Bool
) throws {
  let examples = right == .vectors ? described : pairs
  let matcher = try matcher(examples, configuration(right, scalesFeatures: scalesFeatures), seed: 5)
  let source = MatchSource(examples, batchSize: 12, seed: 2)
  let batch = source.batch(of: try source.plan(epoch: 1)[0])
  var plain = TrainingOptions()
  (plain.optimizer, plain.momentum, plain.clipNorm) = (.sgd, 0, 0)
  /// The loss, and the weights after a step against the gradient.
  func step(_ weights: Weights) -> (loss: Double, weights: Weights) {
    let model = training(Matcher(matcher, weights: Weights(copying: weights)))
    let update = TrainingStep(model, options: plain, compute: Compute(threadCount: 1))
      .update([batch], learningRate: 1)
    return (update.loss, model.weights)
  }
  let moved = step(matcher.weights).weights
  for parameter in matcher.weights.layout.parameters {
    let (before, behind) = (matcher.weights[parameter].array, moved[parameter].array)
    let gradient = zip(before, behind).map { $0 - $1 }
    let index = gradient.indices.max { abs(gradient[$0]) < abs(gradient[$1]) } ?? 0
    #expect(gradient[index] != 0, "\(parameter.name)")
    // Scaled features bend the loss more; over less width it is less exact.
    let width: Float = scalesFeatures ? 0.003 : 0.01
    let floor = scalesFeatures ? 0.4 : 0.05
    let ends = [width, -width].map { change in
      let weights = Weights(copying: matcher.weights)
      weights[parameter].pointer[index] += change
      weights.didChange()
      return step(weights).loss
    }
    let slope = (ends[0] - ends[1]) / Double(2 * width)
    #expect(
      abs(slope - Double(gradient[index])) < 5e-3 * max(floor, abs(slope)),
      "\(parameter.name): \(slope) \(gradient[index])")
  }
}

/// By hand, from the features; each side has its own means and deviations.
@Test func pooledFeaturesAreScaledByTheirMeansAndDeviations() throws {
  let compute = Compute(threadCount: 1)
  let made = try matcher(pairs, configuration(.text), seed: 4)
  for (side, texts) in [(Matcher.Side.left, pairs.left), (.right, texts(24, about: { $0 % 8 }, salt: 3))] {
    let features = made.features(texts, side, compute: compute)
    let count = features.count / texts.count
    let columns = (0..<count).map { column in
      let values = (0..<texts.count).map { Double(features[$0 * count + column]) }
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      return values.map { ($0 - mean) / variance.squareRoot() }
    }
    let projection = try #require(made.weights["\(side.rawValue).projection.weight"]).array.map(Double.init)
    let vectors = made.vectors(texts, side, compute: compute)
    for text in 0..<texts.count {
      let row = (0..<8).map { output in
        (0..<count).reduce(0.0) { $0 + projection[output * count + $1] * columns[$1][text] }
      }
      let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      for (own, value) in zip(vectors[text * 8..<text * 8 + 8], row) {
        #expect(abs(Double(own) - value / length) < 1e-4, "\(side) \(text)")
      }
    }
  }
}

/// Otherwise, all vectors of a new matcher have nearly the same direction.
@Test func newVectorsDifferInTheirDirections() throws {
  let cosines = try [false, true].map { scalesFeatures in
    let made = try matcher(labelled, configuration(scalesFeatures: scalesFeatures), seed: 2)
    let vectors = made.vectors(labelled.left, .left, compute: Compute(threadCount: 1)).map(Double.init)
    // The length of the mean, squared, is the mean cosine.
    let mean = (0..<8).map { column in (0..<24).reduce(0) { $0 + vectors[$1 * 8 + column] } / 24 }
    return mean.reduce(0) { $0 + $1 * $1 }
  }
  #expect(cosines[0] > 0.5 && cosines[1] < 0.1, "\(cosines)")
}

/// Such as in texts that are all the same.
@Test func aFeatureThatIsConstantAtFirstIsNotLost() throws {
  var same = EncodedTexts()
  for _ in 0..<6 { same.append([2, 3]) }
  let examples = MatchExamples(left: same, .labels([0, 0, 0, 1, 1, 1]))
  let made = try matcher(examples, configuration(), seed: 3)
  #expect(made.weights["left.features.factor"]?.array == [Float](repeating: 1, count: 24))
}

@Test func chanceIsTheRecallOfCandidatesInRandomOrder() {
  // Of 8 labels with 3 texts each, 2 of the 23 others are right.
  #expect(abs(labelled.chance - 2 / 23.0) < 1e-9)
  #expect(abs(described.chance - 1 / 8.0) < 1e-9)
  var left = EncodedTexts()
  var right = EncodedTexts()
  for (a, b) in [(1, 2), (1, 3), (4, 3), (5, 6)] {
    left.append([Int32(a)])
    right.append([Int32(b)])
  }
  // Text 1 has two of the three partners, the others one each.
  #expect(abs(MatchExamples(left: left, .texts(right)).chance - (2 + 2 + 1 + 1) / 12.0) < 1e-9)
}

@Test func partnersAreOtherTextsOfTheLabel() throws {
  var labels = (0..<30).map { Int32($0 % 5) }
  labels.append(5)
  let examples = MatchExamples(left: texts(31, about: { $0 % 5 }, salt: 0), .labels(labels))
  let source = MatchSource(examples, batchSize: 7, seed: 4)
  #expect(examples.usable == Array(0..<30) && source.usable == examples.usable && source.exampleCount == 30)
  var drawn: Set<[Int]> = []
  for epoch in 1...4 {
    let plan = source.plan(epoch: epoch)
    let pairs = try (0..<plan.count).flatMap { source.pairs(try plan[$0]) }
    #expect(pairs.map(\.left).sorted() == Array(0..<30))
    for (left, right) in pairs { #expect(left != right && labels[left] == labels[right]) }
    drawn.insert(pairs.sorted { $0.left < $1.left }.map(\.right))
    for number in 0..<plan.count {
      let batch = source.pairs(try plan[number])
      let marks = source.leftOut(batch)
      for (i, one) in batch.enumerated() {
        for (j, other) in batch.enumerated() where i != j {
          #expect(
            (marks.isEmpty ? false : marks[i * batch.count + j]) == (labels[one.left] == labels[other.left]))
        }
      }
    }
  }
  #expect(drawn.count == 4)
}

/// Equal halves belong together, and stay on one side of a division.
@Test func equalHalvesBelongTogether() {
  var (left, right) = (EncodedTexts(), EncodedTexts())
  for (a, b) in [(1, 2), (1, 3), (4, 3), (5, 6), (6, 7)] {
    left.append([Int32(a)])
    right.append([Int32(b)])
  }
  let examples = MatchExamples(left: left, .texts(right))
  func together(_ one: Int) -> [Int] { (0..<5).filter { examples.belong(one, $0) } }
  #expect((0..<5).map(together) == [[0, 1], [0, 1, 2], [1, 2], [3], [3, 4]])
  #expect(examples.parts(byPartners: true).numbers == [0, 0, 0, 1, 1])
  #expect(examples.parts(byPartners: false).numbers == [0, 0, 1, 2, 3])
}
