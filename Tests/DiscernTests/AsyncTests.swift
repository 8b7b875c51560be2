import Discern
import Foundation
import Synchronization
import Testing

private func corpus(_ count: Int) -> Corpus {
  Corpus(
    records: (0..<count).map {
      CorpusRecord("word w\($0 % 9) and more", label: $0.isMultiple(of: 2) ? "even" : "odd")
    })
}

private func recipe(epochs: Int = 1) -> TrainingRecipe {
  var recipe = smallRecipe()
  recipe.options.epochs = epochs
  recipe.options.patience = 1_000_000
  return recipe
}

@Test func trainingAndAnswersAreTheSameForTasks() async throws {
  // In closures the blocking overloads are chosen.
  let blocking = try { try TextClassifier.train(on: corpus(60), recipe: recipe()) }()
  let classifier = try await TextClassifier.train(on: corpus(60), recipe: recipe())
  let texts = (0..<300).map { "word w\($0 % 13)" }
  let expected = try { try blocking.classify(texts) }()
  #expect(try await classifier.classify(texts) == expected)
  let answers = try await withThrowingTaskGroup(of: (Int, Classification).self) { group in
    for (index, text) in texts.enumerated() {
      group.addTask { (index, try await classifier.classify(text)) }
    }
    return try await group.reduce(into: [Int: Classification]()) { $0[$1.0] = $1.1 }
  }
  #expect(texts.indices.allSatisfy { answers[$0] == expected[$0] })
  // One session for all single texts, one for the array.
  #expect(classifier.sessionsMade == 2)
}

@Test func aCancelledTrainingEnds() async throws {
  let began = Mutex<CheckedContinuation<Void, Never>?>(nil)
  let task = Task {
    try await TextClassifier.train(on: corpus(400), recipe: recipe(epochs: 100_000)) { stage in
      guard case .training(.epoch) = stage else { return }
      began.withLock { waiting in
        waiting?.resume()
        waiting = nil
      }
    }
  }
  await withCheckedContinuation { continuation in began.withLock { $0 = continuation } }
  task.cancel()
  let result = await task.result
  #expect(throws: DiscernError.self) { try result.get() }
  if case .failure(let error) = result { #expect((error as? DiscernError)?.kind == .interrupted) }
}

@Test func aCancelledTaskGetsNoAnswer() async throws {
  let classifier = try await TextClassifier.train(on: corpus(60), recipe: recipe())
  let task = Task {
    withUnsafeCurrentTask { $0?.cancel() }
    return try await classifier.classify("word")
  }
  let result = await task.result
  if case .failure(let error) = result {
    #expect((error as? DiscernError)?.kind == .interrupted)
  } else {
    Issue.record("answered")
  }
  // The others are still answered.
  #expect(try await classifier.classify("word").ranking.count == 2)
}

@Test func aQueueAnswersAfterATextThatItCannotTake() async throws {
  let classifier = try await TextClassifier.train(on: corpus(60), recipe: recipe())
  let queue = try ClassificationQueue(classifier)
  #expect(try await queue.classify("word w1") == queue.classify("word w1"))
}
