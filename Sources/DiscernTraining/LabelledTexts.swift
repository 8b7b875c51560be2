import DiscernCorpus
import DiscernModels

/// Texts as ids, with their labels for each of a model's heads.
public struct LabelledTexts: Sendable {
  /// The texts' ids.
  public let texts: EncodedTexts
  /// The labels by head; a head ignores texts without a known label.
  public let targets: [TaskLabels]
  /// [texts] a factor of each text's loss; nil: all 1.
  public let weights: [Float]?
  /// A teacher's predictions for the texts; nil without a teacher.
  package let teacher: TeacherTargets?

  /// Texts with labels for each head.
  public init(texts: EncodedTexts, targets: [TaskLabels], weights: [Float]? = nil) {
    self.init(texts: texts, targets: targets, weights: weights, teacher: nil)
  }

  package init(texts: EncodedTexts, targets: [TaskLabels], weights: [Float]?, teacher: TeacherTargets?) {
    for labels in targets {
      precondition(texts.count == labels.count, "\(labels.count) labels for \(texts.count) texts")
    }
    precondition(
      weights?.count ?? texts.count == texts.count, "\(weights?.count ?? 0) weights for \(texts.count) texts")
    self.texts = texts
    self.targets = targets
    precondition(teacher?.count ?? texts.count == texts.count, "a teacher of other texts")
    self.weights = weights
    self.teacher = teacher
  }

  /// Texts with one label each for a single head.
  public init(texts: EncodedTexts, labels: [Int32]) {
    self.init(texts: texts, targets: [TaskLabels(numbers: labels)])
  }

  /// These texts followed by unlabelled ones.
  func adding(_ unlabelled: EncodedTexts?) -> LabelledTexts {
    guard let unlabelled, unlabelled.count > 0 else { return self }
    var all = texts
    all.append(contentsOf: unlabelled)
    let none = Array(repeating: TaskLabels.none, count: unlabelled.count)
    return LabelledTexts(
      texts: all, targets: targets.map { TaskLabels(numbers: $0.numbers + none, sets: $0.sets) },
      weights: weights.map { $0 + Array(repeating: 1, count: unlabelled.count) })
  }

  /// These texts followed by others of the same tasks.
  package func adding(_ other: LabelledTexts) -> LabelledTexts {
    var all = texts
    all.append(contentsOf: other.texts)
    return LabelledTexts(
      texts: all, targets: zip(targets, other.targets).map { $0.adding($1) },
      weights: weights == nil && other.weights == nil ? nil : allWeights + other.allWeights,
      teacher: teacher.flatMap { own in other.teacher.map(own.adding) })
  }

  private var allWeights: [Float] { weights ?? [Float](repeating: 1, count: texts.count) }

  /// [V] how often each word occurs.
  package func wordCounts(vocabularySize: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: vocabularySize)
    for id in texts.tokenIDs { counts[Int(id)] += 1 }
    return counts
  }

  /// Some of the texts, packed, with their labels in the same order.
  package func batch(of texts: [Int]) -> LabelledBatch {
    let packed = PackedBatch(self.texts, indices: texts)
    let rowWeights = weights.map { weights in packed.indices.map { weights[$0] } }
    return LabelledBatch(
      packed,
      targets: targets.enumerated().map { head, labels in
        HeadTargets(
          labels.selecting(packed.indices), rowWeights: rowWeights,
          teacher: teacher?.rows(of: packed.indices, head: head))
      })
  }

  package var lengths: [Int] { (0..<texts.count).map(texts.length) }
}
