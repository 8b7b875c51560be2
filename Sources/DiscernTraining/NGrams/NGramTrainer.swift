import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernVocabulary

/// Trains the wide model: L2-regularised logistic regression over n-grams, one problem for two classes,
/// several classes at once (multinomial), labels one against the rest.
///
/// The same bits for any number of threads. For one thread at a time.
package final class NGramTrainer {
  /// The n-grams of all texts.
  package let vocabulary: NGramVocabulary
  /// How the last model was trained, by head.
  package private(set) var chosen: [NGramChoice]

  private let heads: [HeadConfiguration]
  private let targets: [TaskLabels]
  private let weights: [Float]
  private let classWeights: [[Float]?]
  private let configuration: NGramConfiguration
  private let rows: SparseRows
  private let compute: Compute
  private let isInterrupted: @Sendable () -> Bool
  /// By head: what was decided, and for which texts and parts.
  private var decisions: [WideCandidate]?
  private var last: Run?

  private struct Run {
    let texts: [Int]
    let folds: Int
    let outOfFold: [Float]
    let classifier: NGramClassifier
  }

  /// A problem is solved once its gap is at most this share of its loss.
  static let tolerance = 1e-3

  /// Finds the n-grams of texts and makes their rows.
  ///
  /// - Parameters:
  ///   - targets: by head.
  ///   - weights: [texts] a factor of each text's losses; nil: all 1.
  ///   - classWeights: by head; nil: all 1.
  ///   - configuration: must be valid.
  package init(
    words: WordTexts, targets: [TaskLabels], weights: [Float]? = nil,
    classWeights: [[Float]?]? = nil,
    heads: [HeadConfiguration], configuration: NGramConfiguration, compute: Compute,
    isInterrupted: @escaping @Sendable () -> Bool = { false }
  ) throws(TrainingError) {
    try Self.check(words, targets, weights, classWeights, heads)
    self.heads = heads
    self.targets = targets
    self.weights = weights ?? Array(repeating: 1, count: words.count)
    self.classWeights = classWeights ?? heads.map { _ in nil }
    self.compute = compute
    self.isInterrupted = isInterrupted
    var configuration = configuration
    let columns = heads.reduce(0) { $0 + NGramClassifier.columnCount($1) }
    configuration.maximumFeatures = min(
      configuration.maximumFeatures, max(1, NGramClassifier.mostWeights / 2 / max(1, columns)))
    self.configuration = configuration
    vocabulary = NGramVocabulary(of: words, configuration)
    if isInterrupted() { throw .interrupted }
    rows = SparseRows(
      vocabulary.rows(of: words) { count, task in compute.forEach(count, task) }, vocabulary)
    if isInterrupted() { throw .interrupted }
    chosen = heads.map { NGramChoice(task: $0.name) }
  }

  private static func check(
    _ words: WordTexts, _ targets: [TaskLabels], _ weights: [Float]?, _ classWeights: [[Float]?]?,
    _ heads: [HeadConfiguration]
  ) throws(TrainingError) {
    let part = "training"
    if words.count == 0 { throw .noTexts(part: part) }
    guard targets.count == heads.count else {
      throw .wrongTargetCount(part: part, count: targets.count, expected: heads.count)
    }
    if let classWeights, classWeights.count != heads.count {
      throw .classWeights(task: "", count: classWeights.count, expected: heads.count)
    }
    for (index, (head, labels)) in zip(heads, targets).enumerated() {
      let rules = head.rules
      guard rules.fits(labels) else { throw .wrongKind(part: part, task: head.name) }
      precondition(labels.count == words.count, "\(labels.count) labels for \(words.count) texts")
      for text in 0..<words.count {
        guard let label = rules.unknownLabel(labels, text: text) else { continue }
        throw .unknownLabel(
          part: part, text: text + 1, task: head.name, label: Int(label), count: head.outputCount)
      }
      if labels.known.isEmpty { throw .noLabels(part: part, task: head.name) }
      if let factors = classWeights?[index],
        factors.count != head.outputCount || !factors.allSatisfy({ $0 >= 0 && $0.isFinite })
      {
        throw .classWeights(task: head.name, count: factors.count, expected: head.outputCount)
      }
    }
    precondition(weights?.count ?? words.count == words.count, "a weight for each text")
  }

  /// The model of some texts; nil: of all.
  package func fit(on texts: [Int]? = nil) throws(TrainingError) -> NGramClassifier {
    let texts = texts ?? Array(0..<rows.count)
    if let last, last.texts == texts { return last.classifier }
    let isOpen =
      decisions == nil && heads.contains { WideCandidate.list($0.kind, configuration).count > 1 }
    let run = try run(texts, folds: isOpen ? 5 : 0)
    last = run
    return run.classifier
  }

  /// Logits of some texts (nil: of all) by models that have not seen them, row-major in the texts' order:
  /// texts are divided into so many parts, with each label in all of them, and each is answered by a model of
  /// the others.
  package func outOfFold(on texts: [Int]? = nil, folds: Int = 5) throws(TrainingError) -> [Float] {
    precondition(folds >= 2, "\(folds) parts")
    let texts = texts ?? Array(0..<rows.count)
    if let last, last.texts == texts, last.folds == folds { return last.outOfFold }
    let run = try run(texts, folds: folds)
    last = run
    return run.outOfFold
  }

  private func run(_ texts: [Int], folds: Int) throws(TrainingError) -> Run {
    let parts = parts(texts, folds: folds)
    let solver = WideSolver(
      rows: rows, heads: heads, folds: folds, compute: compute, isInterrupted: isInterrupted,
      targets: WideTargets(
        labels: targets, weights: weights, classWeights: classWeights, folds: parts))
    let candidates = heads.indices.map { head in
      decisions.map { [$0[head]] } ?? WideCandidate.list(heads[head].kind, configuration)
    }
    let result = try solver.solve(candidates)
    decisions = result.decisions
    for (index, decision) in result.decisions.enumerated() {
      chosen[index].weighting = decision.weighting
      chosen[index].strength = decision.strength
      chosen[index].logLoss = result.logLosses[index] ?? chosen[index].logLoss
      chosen[index].gap = result.gaps[index]
      chosen[index].passes = result.passes[index]
    }
    let outputs = heads.reduce(0) { $0 + $1.outputCount }
    var outOfFold: [Float] = []
    if folds > 0 {
      outOfFold.reserveCapacity(texts.count * outputs)
      for text in texts { outOfFold += result.outOfFold[text * outputs..<(text + 1) * outputs] }
    }
    return Run(
      texts: texts, folds: folds, outOfFold: outOfFold,
      classifier: NGramClassifier(
        vocabulary: vocabulary, heads: heads, weights: result.weights, biases: result.biases))
  }

  /// [texts] which part each is in; -2 for those that are not among the texts.
  private func parts(_ texts: [Int], folds: Int) -> [Int32] {
    var result = [Int32](repeating: -2, count: rows.count)
    let stream = RandomStream(seed: 0, purpose: .shuffle, counter: -1)
    let order = texts.sorted { left, right in
      let (a, b) = (targets[0].numbers[left], targets[0].numbers[right])
      if a != b { return a < b }
      let (c, d) = (stream.bits(left), stream.bits(right))
      return c != d ? c < d : left < right
    }
    for (rank, text) in order.enumerated() { result[text] = folds > 0 ? Int32(rank % folds) : 0 }
    return result
  }
}
