import Discern
import DiscernCorpus
import DiscernTensor
import DiscernText
import Foundation
import TestSupport
import Testing

/// Words in a fixed order.
private func write(_ name: String, in folder: String, labelled: Bool) throws -> String {
  let path = folder + "/" + name
  let lines = (0..<40).map { index in
    let words = (0..<8).map { "w\((index + 3 * $0) % 11)" }.joined(separator: " ")
    return labelled
      ? "\(index % 2 == 0 ? "even" : "odd")\t\(words) \(index % 2 == 0 ? "zwei" : "eins")" : words
  }
  try lines.joined(separator: "\n").write(toFile: path, atomically: false, encoding: .utf8)
  return path
}

private func smallOptions() -> PretrainingOptions {
  var options = PretrainingOptions()
  (options.network.embeddingSize, options.network.hiddenSize, options.network.layerCount) = (6, 7, 2)
  (options.epochs, options.batchSize, options.segmentLength) = (2, 8, 3)
  return options
}

@Test func aPretrainedEncoderIsTheSameFromItsFolder() throws {
  try withTemporaryFolder { folder in
    var reading = CorpusOptions()
    reading.needsLabels = false
    let corpus = try Corpus(paths: [write("u.txt", in: folder, labelled: false)], options: reading)
    let encoder = try PretrainedEncoder.train(
      on: corpus, options: smallOptions(), compute: Compute(threadCount: 1))
    let learned = try #require(encoder.languageModel)
    #expect(learned.record.perplexities.count == 2 && learned.record.epochs.count == 2)
    #expect(learned.record.unigramPerplexity > 1 && learned.record.trainingTextCount == 39)
    try encoder.write(to: folder + "/p")
    let read = try PretrainedEncoder(contentsOf: folder + "/p")
    let kept = try #require(read.languageModel)
    #expect(kept.vocabulary == learned.vocabulary && kept.network == learned.network)
    #expect(kept.record.perplexities == learned.record.perplexities)
    try read.write(to: folder + "/again")
    for file in ["weights.safetensors", "vocabulary.txt", "manifest.json"] {
      let (one, other) = ("\(folder)/p/\(file)", "\(folder)/again/\(file)")
      #expect(FileManager.default.contentsEqual(atPath: one, andPath: other), "\(file)")
    }
    // A classifier of the same shape begins with it, one of another shape does not.
    let labelled = try Corpus(paths: [write("t.tsv", in: folder, labelled: true)])
    var recipe = read.recipe()
    recipe.options.epochs = 1
    let classifier = try TextClassifier.train(
      on: labelled, pretrained: read, recipe: recipe, compute: Compute(threadCount: 1))
    #expect(classifier.encoder.vocabulary == learned.vocabulary)
    recipe.encoder.layerCount = 1
    #expect(throws: DiscernError.self) {
      try TextClassifier.train(on: labelled, pretrained: read, recipe: recipe)
    }
  }
}

/// After the last epoch, an interruption loses nothing: with a state the fit of the words is left for later,
/// without one it is finished.
@Test func anInterruptionAfterTheLastEpochLosesNothing() throws {
  try withTemporaryFolder { folder in
    var reading = CorpusOptions()
    reading.needsLabels = false
    let corpus = try Corpus(paths: [write("u.txt", in: folder, labelled: false)], options: reading)
    func train(_ checkpoints: RunCheckpoints?, isStopped: Bool) throws -> PretrainedEncoder {
      var epochs = 0
      return try PretrainedEncoder.train(
        on: corpus, options: smallOptions(), checkpoints: checkpoints, compute: Compute(threadCount: 1),
        onStage: { if case .training(.epoch) = $0 { epochs += 1 } },
        isInterrupted: { isStopped && epochs == 2 })
    }
    try train(nil, isStopped: false).write(to: folder + "/whole")
    try train(nil, isStopped: true).write(to: folder + "/without")
    let path = folder + "/c"
    do {
      let checkpoints = try RunCheckpoints(folder: path, isLasting: false)
      #expect(throws: DiscernError.self) { try train(checkpoints, isStopped: true) }
      #expect(checkpoints.holdsEnd && checkpoints.hasOwnState)
    }
    for isStopped in [true, false] {
      let checkpoints = try RunCheckpoints(folder: path, isResuming: true, isLasting: false)
      #expect(checkpoints.holdsEnd)
      var epochs = 0
      func stage(_ stage: PretrainingStage) { if case .training(.epoch) = stage { epochs += 1 } }
      do throws(DiscernError) {
        let encoder = try PretrainedEncoder.train(
          on: corpus, options: smallOptions(), checkpoints: checkpoints, compute: Compute(threadCount: 1),
          onStage: stage, isInterrupted: { isStopped && checkpoints.hasOwnState })
        #expect(!isStopped)
        try encoder.write(to: folder + "/resumed")
      } catch {
        guard case .interrupted = error else { throw error }
        #expect(isStopped)
      }
      #expect(epochs == 0)
    }
    for name in ["without", "resumed"] {
      let paths = ["whole", name].map { "\(folder)/\($0)/weights.safetensors" }
      #expect(FileManager.default.contentsEqual(atPath: paths[0], andPath: paths[1]), "\(name)")
    }
  }
}
