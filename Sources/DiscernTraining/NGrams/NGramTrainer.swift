import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernVocabulary

/// Trains the wide model: L2-regularised logistic regression over n-grams: binary for two classes,
/// multinomial for more, one-vs-rest for the labels of multi-label tasks.
///
/// The weights have the same bits with any number of threads. An instance is for one thread at a time.
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
  private let groups: [Int32]?
  private let compute: Compute
  /// By head.
  private var decisions: [WideCandidate]?
  private var last: (texts: [Int], classifier: NGramClassifier)?

  /// A problem is solved once its gap is at most this share of its loss.
  package static let tolerance = 1e-3
  /// Candidates are compared by cross-validation over five parts of the texts if that takes at most this many
  /// products per pass; otherwise one part is held out.
  private static let cheap = 3e8
  /// In the latter case, candidates are compared on as many texts as take about this many products per pass:
  /// on more if ratios are among the candidates, since on few texts these seem worse than they are (IMDB).
  private static let affordable = (without: 1.5e8, withRatios: 6e8)

  /// Finds the n-grams of texts and makes their rows.
  ///
  /// - Parameters:
  ///   - targets: by head.
  ///   - weights: [texts] a factor of each text's losses; nil: all 1.
  ///   - classWeights: by head; nil: all 1.
  ///   - groups: [texts] the group of each text: groups are held out undivided while candidates are compared;
  ///     nil: each text is its own group.
  ///   - configuration: must be valid.
  ///   - choices: by head, the choices of another run; nil: the best of a few candidates on held-out texts.
  ///   - limit: the memory that may be used.
  ///   - isInterrupted: called from time to time, on any thread; if true, training ends.
  /// - Throws: `TrainingError`; `.interrupted` if `isInterrupted` returned true, `.memory` if `limit` is not
  ///   enough.
  package init(
    words: WordTexts, targets: [TaskLabels], weights: [Float]? = nil,
    classWeights: [[Float]?]? = nil, groups: [Int32]? = nil,
    heads: [HeadConfiguration], configuration: NGramConfiguration, choices: [NGramChoice]? = nil,
    compute: Compute, limit: () -> SystemMemory.Limit = SystemMemory.limit,
    isInterrupted: @escaping @Sendable () -> Bool = { false }
  ) throws(TrainingError) {
    try Self.check(words, targets, weights, classWeights, heads)
    precondition(groups?.count ?? words.count == words.count, "a group for each text")
    self.heads = heads
    self.targets = targets
    self.weights = weights.map(Self.normalised) ?? Array(repeating: 1, count: words.count)
    self.classWeights = classWeights ?? heads.map { _ in nil }
    self.compute = compute
    self.groups = groups
    var configuration = configuration
    let columns = heads.reduce(0) { $0 + NGramClassifier.columnCount($1) }
    configuration.maximumFeatures = min(
      configuration.maximumFeatures, max(1, NGramClassifier.weightLimit / 2 / max(1, columns)))
    // A model too large to be read back is not trained.
    let room = max(1, NGramClassifier.weightLimit / max(1, columns))
    if let bits = configuration.hashBits, 1 << bits > room {
      throw .invalidOption(
        name: "ngram-hash-bits", value: "\(bits)",
        expected: "at most \(Int.bitWidth - 1 - room.leadingZeroBitCount) for \(columns.counted("label"))")
    }
    self.configuration = configuration
    precondition(choices?.count ?? heads.count == heads.count, "choices for each head")
    vocabulary = NGramVocabulary(of: words, configuration, isInterrupted: isInterrupted)
    if isInterrupted() { throw .interrupted }
    let memory = NGramMemory(
      configuration, heads, featureCount: vocabulary.count, textCount: words.count,
      entryCount: vocabulary.documentCounts.reduce(0) { $0 + Int($1) })
    do throws(MemoryShortage) { try memory.check(against: limit()) } catch { throw .memory(error) }
    let blocks = vocabulary.rowBlocks(of: words, compute, isInterrupted: isInterrupted)
    if isInterrupted() { throw .interrupted }
    rows = SparseRows(blocks, vocabulary)
    chosen = choices ?? heads.map { NGramChoice(task: $0.name) }
    decisions = choices?.map { WideCandidate(weighting: $0.weighting, strength: $0.strength) }
  }

  /// Scales weights to a mean of 1 over the texts that count, so that they compare texts and do not change
  /// how strongly the model is fitted.
  private static func normalised(_ weights: [Float]) -> [Float] {
    let total = weights.reduce(0) { $0 + Double($1) }
    let count = weights.count { $0 > 0 }
    return total > 0 ? weights.map { Float(Double($0) * Double(count) / total) } : weights
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

  /// Trains the model on some texts; nil: on all.
  ///
  /// - Parameter isInterrupted: called from time to time, on any thread; if true, training ends.
  /// - Throws: `TrainingError.interrupted` if it returned true.
  package func fit(
    on texts: [Int]? = nil, isInterrupted: @escaping @Sendable () -> Bool = { false }
  ) throws(TrainingError) -> NGramClassifier {
    let texts = texts ?? Array(0..<rows.count)
    if let last, last.texts == texts { return last.classifier }
    if decisions == nil { decisions = try decide(texts, isInterrupted) }
    let result = try solver(parts(texts, count: 1), isInterrupted).solve(decisions ?? [])
    for index in heads.indices {
      chosen[index].gap = result.gaps[index]
      chosen[index].passes = result.passes[index]
    }
    let classifier = NGramClassifier(
      vocabulary: vocabulary, heads: heads, weights: result.weights, biases: result.biases)
    last = (texts, classifier)
    return classifier
  }

  private func solver(
    _ parts: [Int32], _ isInterrupted: @escaping @Sendable () -> Bool
  ) -> WideSolver {
    WideSolver(
      rows: rows, heads: heads, compute: compute, isInterrupted: isInterrupted,
      targets: WideTargets(
        labels: targets, weights: weights, classWeights: classWeights, folds: parts))
  }

  /// The number of parts into which texts are divided to compare candidates on five of them, and the number
  /// of these that are held out, one after the other.
  ///
  /// - Parameters:
  ///   - products: those of a pass over all texts.
  ///   - hasRatios: whether candidates with log-count ratios are among them.
  package static func division(products: Double, hasRatios: Bool) -> (of: Int, leftOut: Int) {
    if 5 * products <= cheap { return (5, 5) }
    let affordable = hasRatios ? affordable.withRatios : affordable.without
    return (5 * Int((products / affordable).rounded(.up)), 1)
  }

  /// Chooses the candidate of each head.
  private func decide(
    _ texts: [Int], _ isInterrupted: @escaping @Sendable () -> Bool
  ) throws(TrainingError) -> [WideCandidate] {
    let candidates = heads.map { WideCandidate.list($0.kind, configuration) }
    var choice = WideSolver.Choice(
      decisions: candidates.map { $0[0] }, losses: heads.map { _ in [] })
    if candidates.contains(where: { $0.count > 1 }) {
      let lanes = zip(heads, candidates).reduce(0) { sum, head in
        sum + NGramClassifier.columnCount(head.0) * head.1.count
      }
      let entries = texts.reduce(0) { $0 + rows.offsets[$1 + 1] - rows.offsets[$1] }
      let products = Double(entries) * Double(lanes)
      let division = Self.division(
        products: products, hasRatios: candidates.joined().contains(where: \.usesRatios))
      // Texts outside the first five parts are ignored.
      let parts = parts(texts, count: division.of).map { $0 < 5 ? $0 : -2 }
      choice = try solver(parts, isInterrupted).choose(candidates, parts: division.leftOut)
    }
    for (index, decision) in choice.decisions.enumerated() {
      chosen[index].weighting = decision.weighting
      chosen[index].strength = decision.strength
      chosen[index].logLoss = choice.losses[index].isEmpty ? nil : WideLoss.mean(choice.losses[index])
    }
    return choice.decisions
  }

  /// [texts] the part of each text, stratified by label (of a group, the first text's), with parts of similar
  /// size and no group divided; -2 for those that are not among the texts.
  private func parts(_ texts: [Int], count: Int) -> [Int32] {
    var result = [Int32](repeating: -2, count: rows.count)
    let stream = RandomStream(seed: 0, purpose: .shuffle, counter: -1)
    var members: [[Int]] = []
    if let groups {
      var places: [Int32: Int] = [:]
      for text in texts {
        if let place = places[groups[text]] {
          members[place].append(text)
        } else {
          places[groups[text]] = members.count
          members.append([text])
        }
      }
    } else {
      members = texts.map { [$0] }
    }
    members.sort { left, right in
      let (a, b) = (targets[0].numbers[left[0]], targets[0].numbers[right[0]])
      if a != b { return a < b }
      let (c, d) = (stream.bits(left[0]), stream.bits(right[0]))
      return c != d ? c < d : left[0] < right[0]
    }
    var sizes = [Int](repeating: 0, count: count)
    for group in members {
      // The first of the smallest parts.
      let part = sizes.indices.min { sizes[$0] < sizes[$1] } ?? 0
      sizes[part] += group.count
      for text in group { result[text] = Int32(part) }
    }
    return result
  }
}
