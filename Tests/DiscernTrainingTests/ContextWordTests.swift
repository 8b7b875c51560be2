import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernTraining
import Foundation
import Testing

/// Texts in which words of one half occur only among words of that half.
private func texts(_ count: Int, seed: UInt64) -> EncodedTexts {
  var texts = EncodedTexts()
  for index in 0..<count {
    let stream = RandomStream(seed: seed, purpose: .shuffle, counter: index)
    let half = Int32(index % 2)
    texts.append((0..<Int(3 + stream.bits(99) % 9)).map { 2 + 2 * Int32(stream.bits($0) % 8) + half })
  }
  return texts
}

private func train(threads: Int) throws -> (model: ContextWordModel, loss: Double) {
  let own = texts(200, seed: 1)
  var counts = [Int](repeating: 0, count: 18)
  for id in own.tokenIDs { counts[Int(id)] += 1 }
  var options = TrainingOptions()
  (options.epochs, options.learningRate, options.monitor) = (6, 0.02, .loss)
  let trained = try Trainer(options, compute: Compute(threadCount: threads)).train(
    ContextWordTraining(
      ContextWordModel(counts: counts, size: 6, width: 3, threshold: 0.03, seed: 1), counts: counts,
      negatives: 10, fullBatch: 8 * 16),
    source: SegmentSource(own, sequenceCount: 8, segmentLength: 16, directionCount: 1, seed: 2),
    development: texts(40, seed: 3))
  return (trained.model.model, trained.best.developmentLoss)
}

/// Where neighbours say nothing, words are predicted as well as by their shares among the training words,
/// which differ from those among all.
@Test func heldOutWordsAreMeasuredAsTheyAreLearned() throws {
  // Word 2 is half of all.
  func texts(_ count: Int, seed: UInt64) -> EncodedTexts {
    var texts = EncodedTexts()
    for index in 0..<count {
      let stream = RandomStream(seed: seed, purpose: .shuffle, counter: index)
      texts.append((0..<10).map { stream.bits($0) % 2 == 0 ? 2 : 3 + Int32(stream.bits($0) / 2 % 8) })
    }
    return texts
  }
  let own = texts(300, seed: 1)
  var counts = [Int](repeating: 0, count: 11)
  for id in own.tokenIDs { counts[Int(id)] += 1 }
  let importance = ContextWordModel.importance(counts: counts, threshold: 0.02)
  #expect(importance[2] < 0.3 && importance[3] > 0.4 && importance[0] == 1)
  var options = TrainingOptions()
  (options.epochs, options.learningRate, options.monitor) = (8, 0.01, .loss)
  let trained = try Trainer(options, compute: Compute(threadCount: 1)).train(
    ContextWordTraining(
      ContextWordModel(counts: counts, size: 4, width: 2, threshold: 0.02, seed: 1), counts: counts,
      negatives: 11, fullBatch: 8 * 16),
    source: SegmentSource(own, sequenceCount: 8, segmentLength: 16, directionCount: 1, seed: 2),
    development: texts(100, seed: 3))
  let weights = zip(counts, importance).map { Double($0) * Double($1) }
  let total = weights.reduce(0, +)
  let entropy = weights.reduce(0) { $1 > 0 ? $0 - $1 / total * log($1 / total) : $0 }
  #expect(abs(trained.best.developmentLoss - entropy) < 0.05, "\(trained.best.developmentLoss) \(entropy)")
}

@Test func wordsAmongTheSameWordsGetVectorsThatAreAlikeForAnyThreads() throws {
  let (model, loss) = try train(threads: 1)
  // Of 16 words, eight can be there.
  #expect(loss < 2.3)
  func cosine(_ a: Int, _ b: Int) -> Float {
    let (x, y) = (model.vectors.row(a), model.vectors.row(b))
    let dots = (0..<6).reduce(into: (0 as Float, 0 as Float, 0 as Float)) { sums, j in
      sums = (sums.0 + x[j] * y[j], sums.1 + x[j] * x[j], sums.2 + y[j] * y[j])
    }
    return dots.0 / (dots.1 * dots.2).squareRoot()
  }
  #expect(cosine(2, 4) > 0.5 && cosine(3, 5) > 0.5 && cosine(2, 3) < 0.2)
  let other = try train(threads: 3)
  #expect(other.loss == loss && other.model.vectors.array == model.vectors.array)
}
