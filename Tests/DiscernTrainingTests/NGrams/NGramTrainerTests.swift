import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import DiscernVocabulary
import Foundation
import Synchronization
import Testing

@Suite struct NGramTrainerTests {
  @Test func featuresAndRowsAreScikitLearns() throws {
    let texts = NGramTexts.words(NGramFigures.texts)
    let vocabulary = NGramVocabulary(of: texts, NGramTexts.configuration)
    let rows = vocabulary.rows(of: texts)
    var values = [Float](repeating: 0, count: rows.range(0).count)
    values.withUnsafeMutableBufferPointer { buffer in
      if let base = buffer.baseAddress { NGramValues(vocabulary).fill(rows, 0, into: base) }
    }
    var first: [Int: Float] = [:]
    for (entry, value) in zip(rows.range(0), values) { first[Int(rows.features[entry])] = value }
    #expect(vocabulary.count == NGramFigures.features.count)
    let expected = Dictionary(
      uniqueKeysWithValues: NGramFigures.features.map { ($0.0 + $0.1, ($0.2, $0.3)) })
    for feature in 0..<vocabulary.count {
      let name =
        (vocabulary.kind(feature) == .words ? "words" : "letters")
        + (vocabulary.name(feature) ?? "")
      let figure = try #require(expected[name], "\(name)")
      #expect(vocabulary.documentCounts[feature] == figure.0)
      #expect(abs((first[feature] ?? 0) - figure.1) < 2e-6)
    }
  }

  @Test(arguments: [2, 3, 30]) func theSameBitsForAnyNumberOfThreads(labels: Int) throws {
    let (texts, numbers) = NGramTexts.random(200, labels: labels)
    let results = try [1, 3].map { threads in
      let trainer = try NGramTrainer(
        words: texts, targets: [TaskLabels(numbers: numbers)],
        heads: [HeadConfiguration(.classes(count: labels))],
        configuration: NGramConfiguration(), compute: Compute(threadCount: threads))
      return (try trainer.fit().tensors, trainer.chosen)
    }
    #expect(results[0].0 == results[1].0)
    #expect(results[0].1 == results[1].1)
    #expect(results[0].1[0].gap <= NGramTrainer.tolerance)
  }

  @Test func itLearnsAndTextsLeftOutAreNotSeen() throws {
    let (texts, numbers) = NGramTexts.random(300, labels: 3)
    let trainer = try NGramTrainer(
      words: texts, targets: [TaskLabels(numbers: numbers)],
      heads: [HeadConfiguration(.classes(count: 3))],
      configuration: NGramConfiguration(), compute: Compute(threadCount: 2))
    let model = try trainer.fit()
    let own = model.logits(trainer.vocabulary.rows(of: texts), compute: Compute(threadCount: 1))
    let right = numbers.indices.count { text in
      let row = own[text * 3..<text * 3 + 3]
      return row.firstIndex(of: row.max() ?? 0) == text * 3 + Int(numbers[text])
    }
    #expect(right > 220)
    #expect(try #require(trainer.chosen[0].logLoss) < 0.8)
    // With random labels, held-out texts are classified no better than by chance.
    let noise = (0..<300).map {
      Int32(truncatingIfNeeded: UInt64($0) &* 0x9E37_79B9_7F4A_7C15 >> 40) % 3
    }
    .map(abs)
    let blind = try NGramTrainer(
      words: texts, targets: [TaskLabels(numbers: noise)],
      heads: [HeadConfiguration(.classes(count: 3))],
      configuration: NGramConfiguration(), compute: Compute(threadCount: 2))
    _ = try blind.fit()
    #expect(try #require(blind.chosen[0].logLoss) > 1.05)
  }

  @Test func someTextsAreAsIfThereWereNoOthers() throws {
    let (texts, numbers) = NGramTexts.random(200, labels: 2)
    let head = HeadConfiguration(.classes(count: 2))
    var configuration = NGramConfiguration()
    configuration.weighting = .nbTFIDF
    func trainer(_ numbers: [Int32]) throws -> NGramTrainer {
      try NGramTrainer(
        words: texts, targets: [TaskLabels(numbers: numbers)], heads: [head],
        configuration: configuration,
        compute: Compute(threadCount: 1))
    }
    let part = Array(0..<120)
    let changed = numbers.enumerated().map { $0 < 120 ? $1 : 1 - $1 }
    let (one, other) = (try trainer(numbers), try trainer(changed))
    #expect(try one.fit(on: part).tensors == other.fit(on: part).tensors)
    #expect(one.chosen == other.chosen && one.chosen[0].logLoss != nil)
    #expect(try one.fit().tensors != other.fit().tensors)
  }

  @Test func severalTasksAreEachAsAlone() throws {
    let (texts, numbers) = NGramTexts.random(150, labels: 3)
    var second = numbers.map { $0 == 2 ? 1 : $0 }
    for text in stride(from: 0, to: 150, by: 4) { second[text] = TaskLabels.none }
    let sets: [[Int32]] = [[], [0], [0, 3]]
    let heads = [
      HeadConfiguration(name: "a", .classes(count: 3)),
      HeadConfiguration(name: "b", .classes(count: 2)),
      HeadConfiguration(name: "c", .labels(count: 4)),
    ]
    let targets = [
      TaskLabels(numbers: numbers), TaskLabels(numbers: second),
      TaskLabels(numbers: numbers, sets: sets),
    ]
    var configuration = NGramConfiguration()
    configuration.strength = 3
    func model(_ picked: [Int]) throws -> NGramClassifier {
      try NGramTrainer(
        words: texts, targets: picked.map { targets[$0] }, heads: picked.map { heads[$0] },
        configuration: configuration, compute: Compute(threadCount: 2)
      ).fit()
    }
    configuration.weighting = .tfidf
    let all = try model([0, 1, 2])
    let rows = all.vocabulary.rows(of: texts)
    let compute = Compute(threadCount: 1)
    let logits = all.logits(rows, compute: compute)
    for head in 0..<3 {
      let alone = try model([head]).logits(rows, compute: compute)
      let range = all.headRanges[head]
      for text in 0..<150 {
        for output in range {
          let other = alone[text * range.count + output - range.lowerBound]
          // Only the number of passes until the gap is small differs.
          #expect(abs(logits[text * 9 + output] - other) < 0.2)
        }
      }
    }
  }

  @Test func textsThatSayNothingAndClassesWithoutTexts() throws {
    // The third class has no text, the second one only, which is left out once; two texts are empty.
    let texts = NGramTexts.words(["", "a b", "a b", "a", "", "b", "c"])
    let heads = [HeadConfiguration(.classes(count: 3))]
    for numbers in [[0, 0, 0, 1, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0], [-1, 0, -1, -1, -1, 1, -1]]
      as [[Int32]]
    {
      let trainer = try NGramTrainer(
        words: texts, targets: [TaskLabels(numbers: numbers)], heads: heads,
        configuration: NGramConfiguration(), compute: Compute(threadCount: 1))
      let model = try trainer.fit()
      #expect(try #require(trainer.chosen[0].logLoss).isFinite)
      let own = model.logits(trainer.vocabulary.rows(of: texts), compute: Compute(threadCount: 1))
      #expect(own.allSatisfy { $0.isFinite })
    }
    // No n-gram occurs in two texts.
    let empty = try NGramTrainer(
      words: NGramTexts.words(["x", "y", ""]), targets: [TaskLabels(numbers: [0, 1, 1])],
      heads: [HeadConfiguration(.classes(count: 2))], configuration: NGramConfiguration(),
      compute: Compute(threadCount: 1))
    #expect(empty.vocabulary.count == 0)
    let logits = try empty.fit().logits(
      empty.vocabulary.rows(of: NGramTexts.words(["x"])), compute: Compute(threadCount: 1))
    #expect(logits[1] > 0)
  }

  @Test func aThousandClasses() throws {
    let (texts, numbers) = NGramTexts.random(300, labels: 1000)
    var configuration = NGramConfiguration()
    configuration.strength = 10
    let trainer = try NGramTrainer(
      words: texts, targets: [TaskLabels(numbers: numbers)],
      heads: [HeadConfiguration(.classes(count: 1000))], configuration: configuration,
      compute: Compute(threadCount: 2))
    let model = try trainer.fit(on: nil)
    #expect(model.columnCount == 1000)
    #expect(trainer.chosen[0].gap <= NGramTrainer.tolerance)
  }

  @Test func copiesOfOneGroupAreLeftOutTogether() throws {
    // Each text occurs twice, with a label that nothing else predicts.
    let (texts, numbers) = NGramTexts.random(120, labels: 2)
    var twice = texts
    twice.append(contentsOf: texts)
    let noise = numbers.indices.map { Int32(($0 * 7919 / 13) % 2) }
    func loss(_ groups: [Int32]?) throws -> Double {
      let trainer = try NGramTrainer(
        words: twice, targets: [TaskLabels(numbers: noise + noise)], groups: groups,
        heads: [HeadConfiguration(.classes(count: 2))], configuration: NGramConfiguration(),
        compute: Compute(threadCount: 2))
      _ = try trainer.fit()
      return try #require(trainer.chosen[0].logLoss)
    }
    let groups = (0..<240).map { Int32($0 % 120) }
    #expect(try loss(nil) < 0.6)
    #expect(try loss(groups) > 0.65)
    #expect(try loss((0..<240).map { Int32($0) }) == loss(nil))
    // Labels have one strength: nothing is compared, no text left out.
    let labels = try NGramTrainer(
      words: texts, targets: [TaskLabels(numbers: numbers, sets: [[], [0, 1]])],
      heads: [HeadConfiguration(.labels(count: 2))], configuration: NGramConfiguration(),
      compute: Compute(threadCount: 1))
    _ = try labels.fit()
    #expect(labels.chosen[0].logLoss == nil && labels.chosen[0].strength == 10)
  }

  @Test func whatDoesNotFitIsNamed() throws {
    let texts = NGramTexts.words(["a", "b"])
    func error(
      _ words: WordTexts, _ targets: [TaskLabels], _ classWeights: [[Float]?]? = nil
    ) -> TrainingError? {
      do throws(TrainingError) {
        _ = try NGramTrainer(
          words: words, targets: targets, classWeights: classWeights,
          heads: [HeadConfiguration(name: "t", .classes(count: 2))],
          configuration: NGramConfiguration(),
          compute: Compute(threadCount: 1))
        return nil
      } catch {
        return error
      }
    }
    let fine = TaskLabels(numbers: [0, 1])
    #expect(error(WordTexts(), [TaskLabels(numbers: [])]) == .noTexts(part: "training"))
    #expect(
      error(texts, [fine, fine]) == .wrongTargetCount(part: "training", count: 2, expected: 1))
    #expect(
      error(texts, [TaskLabels(numbers: [-1, -1])]) == .noLabels(part: "training", task: "t"))
    #expect(
      error(texts, [TaskLabels(numbers: [0, 0], sets: [[0]])])
        == .wrongKind(part: "training", task: "t"))
    #expect(
      error(texts, [TaskLabels(numbers: [0, 2])])
        == .unknownLabel(part: "training", text: 2, task: "t", label: 2, count: 2))
    #expect(error(texts, [fine], [[1, -1]]) == .classWeights(task: "t", count: 2, expected: 2))
    #expect(throws: TrainingError.interrupted) {
      try NGramTrainer(
        words: texts, targets: [fine], heads: [HeadConfiguration(.classes(count: 2))],
        configuration: NGramConfiguration(), compute: Compute(threadCount: 1),
        isInterrupted: { true })
    }
  }

  /// Asked to end at any moment, it does: also while n-grams are counted and texts are read into rows.
  @Test(arguments: [nil, 12]) func itEndsWhenItIsAsked(hashBits: Int?) throws {
    let (texts, numbers) = NGramTexts.random(600, labels: 3)
    var configuration = NGramConfiguration()
    configuration.hashBits = hashBits
    func asked(endingAt last: Int) throws -> (count: Int, isFitted: Bool) {
      let count = Mutex(0)
      let isInterrupted: @Sendable () -> Bool = {
        count.withLock {
          $0 += 1
          return $0 > last
        }
      }
      do throws(TrainingError) {
        _ = try NGramTrainer(
          words: texts, targets: [TaskLabels(numbers: numbers)],
          heads: [HeadConfiguration(.classes(count: 3))], configuration: configuration,
          compute: Compute(threadCount: 1), isInterrupted: isInterrupted
        ).fit(isInterrupted: isInterrupted)
        return (count.withLock(\.self), true)
      } catch {
        #expect(error == .interrupted)
        return (count.withLock(\.self), false)
      }
    }
    let whole = try asked(endingAt: .max)
    #expect(whole.isFitted)
    let counting = Mutex(0)
    _ = NGramVocabulary(of: texts, configuration) {
      counting.withLock { $0 += 1 }
      return false
    }
    let inCounting = counting.withLock(\.self)
    #expect(inCounting >= 2 && whole.count > 2 * inCounting)
    for last in 0..<inCounting + 8 {
      let (count, isFitted) = try asked(endingAt: last)
      // A few more questions on the way out, not all of them.
      #expect(!isFitted && count <= last + 8, "\(last): \(count)")
    }
  }

  @Test func ratiosAreComparedOnMoreTexts() {
    for hasRatios in [false, true] {
      let few = NGramTrainer.division(products: 5e7, hasRatios: hasRatios)
      #expect(few == (of: 5, leftOut: 5))
    }
    // 20,000 long reviews, four candidates.
    #expect(NGramTrainer.division(products: 2.5e8, hasRatios: true) == (of: 5, leftOut: 1))
    #expect(NGramTrainer.division(products: 2.5e8, hasRatios: false) == (of: 10, leftOut: 1))
  }
}
