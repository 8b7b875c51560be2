import DiscernModels
import DiscernTensor
import DiscernVocabulary
import Foundation
import Testing

@Suite struct NGramClassifierTests {
  private let heads = [
    HeadConfiguration(name: "two", .classes(count: 2)),
    HeadConfiguration(name: "three", .classes(count: 3)),
    HeadConfiguration(name: "any", .labels(count: 2)),
  ]

  private func texts() -> WordTexts {
    var texts = WordTexts()
    for text in ["not bad at all", "not bad", "bad at", "all at", ""] {
      texts.append(words: text.split(separator: " ").map(String.init))
    }
    return texts
  }

  private func model(scale: Float = 1) -> NGramClassifier {
    let vocabulary = NGramVocabulary(of: texts(), NGramConfiguration())
    let weights = (0..<vocabulary.count * 6).map {
      sinf(Float($0 * $0)) * scale * ($0 % 24 < 6 ? 0 : 1)
    }
    return NGramClassifier(
      vocabulary: vocabulary, heads: heads, weights: weights, biases: [0.5, -1, 0, 1, 2, -2])
  }

  @Test func aSavedModelAnswersWithTheSameBits() throws {
    let model = model()
    let read = try NGramClassifier(
      vocabulary: model.vocabulary, heads: heads, tensors: model.tensors)
    let rows = model.vocabulary.rows(of: texts())
    let compute = Compute(threadCount: 1)
    #expect(read.logits(rows, compute: compute) == model.logits(rows, compute: compute))
    #expect(read.tensors == model.tensors)
    // Rows of zeros are left out.
    let kept = try #require(model.tensors.last)
    #expect(kept.shape == [model.vocabulary.count - (model.vocabulary.count + 3) / 4, 6])
  }

  @Test func contributionsComeToTheLogit() {
    let model = model()
    let rows = model.vocabulary.rows(of: texts())
    let logits = model.logits(rows, compute: Compute(threadCount: 1))
    for row in 0..<rows.count {
      for (head, range) in model.headRanges.enumerated() {
        for label in range.indices {
          let sum = model.contributions(
            of: rows, row: row, head: head, label: label - range.lowerBound
          )
          .reduce(model.bias(head: head, label: label - range.lowerBound)) { $0 + $1.value }
          #expect(abs(sum - logits[row * 7 + label]) < 1e-5)
        }
      }
    }
  }

  @Test func twoClassesHaveOneColumn() {
    let model = model()
    #expect(model.columnRanges == [0..<1, 1..<4, 4..<6])
    #expect(model.headRanges == [0..<2, 2..<5, 5..<7])
    let rows = model.vocabulary.rows(of: texts())
    let logits = model.logits(rows, compute: Compute(threadCount: 1))
    #expect(logits.count == 5 * 7)
    for row in 0..<5 { #expect(logits[row * 7] == -logits[row * 7 + 1]) }
    // A text without n-grams has the biases.
    #expect(logits[28...] == [-0.25, 0.25, -1, 0, 1, 2, -2])
  }

  @Test func aRowDependsOnNothingElse() {
    let model = model()
    let rows = model.vocabulary.rows(of: texts())
    let all = model.logits(rows, compute: Compute(threadCount: 3))
    for row in 0..<rows.count {
      let alone = model.logits(rows.selecting([row]), compute: Compute(threadCount: 1))
      #expect(alone == Array(all[row * 7..<(row + 1) * 7]))
    }
  }

  @Test func roundingIsBelowHalfAStep() throws {
    let vocabulary = NGramVocabulary(of: texts(), NGramConfiguration())
    let weights = (0..<vocabulary.count).map { sinf(Float($0 * $0)) * 3 }
    let model = NGramClassifier(
      vocabulary: vocabulary, heads: [HeadConfiguration(.classes(count: 2))], weights: weights,
      biases: [0])
    let scale = model.scales[0]
    #expect(abs(scale - (weights.map(abs).max() ?? 0) / 127) < 1e-7)
    for (weight, rounded) in zip(weights, model.weights) {
      #expect(abs(weight - scale * Float(rounded)) <= scale * 0.5001)
    }
  }

  @Test func allZeroesStayZeroes() {
    let vocabulary = NGramVocabulary(of: texts(), NGramConfiguration())
    let model = NGramClassifier(
      vocabulary: vocabulary, heads: [HeadConfiguration(.classes(count: 2))],
      weights: Array(repeating: 0, count: vocabulary.count), biases: [1])
    let logits = model.logits(vocabulary.rows(of: texts()), compute: Compute(threadCount: 1))
    #expect(logits == (0..<5).flatMap { _ in [-0.5, 0.5] as [Float] })
    #expect(model.tensors.last?.shape == [0, 1])
  }

  @Test func wrongTensorsAreNamed() throws {
    let model = model()
    func error(_ change: (inout [NGramTensor]) -> Void) -> ModelError? {
      var tensors = model.tensors
      change(&tensors)
      do throws(ModelError) {
        _ = try NGramClassifier(vocabulary: model.vocabulary, heads: heads, tensors: tensors)
        return nil
      } catch {
        return error
      }
    }
    for (index, tensor) in model.tensors.enumerated() {
      #expect(error { $0.remove(at: index) } == .missingWeight(name: tensor.name))
      let wrong = NGramTensor(name: tensor.name, shape: [1], .float32([0]))
      guard case .wrongShape(tensor.name, _, _) = error({ $0[index] = wrong }) else {
        Issue.record("\(tensor.name)")
        continue
      }
    }
    #expect(
      error { $0.append(NGramTensor(name: "other", shape: [0], .int8([]))) }
        == .unexpectedWeight(name: "other"))
    let infinite = NGramTensor(
      name: "ngrams.bias", shape: [6], .float32([0, 0, .infinity, 0, 0, 0]))
    #expect(error { $0[0] = infinite } == .nonFiniteWeight(name: "ngrams.bias", index: 2))
    let bytes = (model.vocabulary.count + 7) / 8
    let all = NGramTensor(
      name: "ngrams.present", shape: [bytes], .int8(Array(repeating: -1, count: bytes)))
    #expect(error { $0[2] = all } != nil)
  }
}
