import DiscernCorpus
import DiscernTensor

// Notation: n tokens of a text, P points, N copies of the text in a pass, of P + 2 in all, D features, C
// outputs.

/// The effect of each word's vector on a logit along the straight line from zero vectors to the words' own
/// (Sundararajan et al. 2017): the integral of the gradient, by Gauss-Legendre quadrature. For several
/// networks, the logit is that of their mean probabilities. To be used by one thread at a time.
///
/// The vectors are those that the first layer reads, after the normalisation of word vectors if there is one:
/// normalisation cancels scaling, so scaling its input would change nothing.
package final class IntegratedGradients {
  package struct Result {
    /// [n] each token's share of the logit.
    package let scores: [Double]
    /// The logit of zero vectors.
    package let start: Double
    /// The gap between the logit and the sum of start and scores, relative to the distance between start and
    /// logit.
    package let gap: Double
    /// The same for the logit computed in floats: for a model in 8 bits, this excludes rounding errors.
    let ownGap: Double
  }

  /// The values of P, tried in turn while the gap exceeds the bound.
  private static let pointCounts = [32, 64, 128, 256, 512]
  /// Above this, a gap is too large to rely on.
  package static let bound = 0.01
  /// The number of tokens in a pass, unless three copies have more.
  private static let tokensPerPass = 1 << 15

  private let outputs: HeadOutputs
  private let members: [NeuralClassifier]
  /// Whether the answers are computed with rounded products.
  private let isRounded: Bool
  private let gradients: Gradients
  private let workspaces: [Workspace]
  private let compute: Compute
  private var rules: [Int: GaussLegendre] = [:]
  /// Called before each pass; once it returns false, the other passes are skipped, and the result is
  /// meaningless.
  package var isWanted: () -> Bool = { true }

  /// - Parameter networks: at least one, of the same shape. Weights in 8 bits are converted to floats, since
  ///   a rounded product has no gradient.
  package init(_ networks: [NeuralClassifier], compute: Compute) {
    outputs = networks[0].configuration.outputs
    members = networks.map { $0.isQuantized ? NeuralClassifier(copying: $0) : $0 }
    isRounded = networks.contains(where: \.isQuantized)
    gradients = Gradients(layout: members[0].weights.layout, leavesOutProducts: true)
    workspaces = networks.map { _ in Workspace() }
    self.compute = compute
  }

  /// Explains a label's logit for one of the texts.
  ///
  /// - Parameters:
  ///   - texts: contain the text, and the letters of its unknown words.
  ///   - label: a label of the head.
  ///   - logit: the label's logit.
  package func explain(_ texts: EncodedTexts, text: Int, head: Int, label: Int, logit: Float) -> Result {
    var best = integrate(texts, text, head, label, Self.pointCounts[0], logit: Double(logit))
    for count in Self.pointCounts.dropFirst() where best.ownGap > Self.bound && isWanted() {
      let result = integrate(texts, text, head, label, count, logit: Double(logit))
      if result.ownGap < best.ownGap { best = result }
    }
    return best
  }

  /// The result with a given number of points.
  package func integrate(
    _ texts: EncodedTexts, _ text: Int, _ head: Int, _ label: Int, _ count: Int, logit: Double
  ) -> Result {
    let rule = rules[count] ?? GaussLegendre(count: count)
    rules[count] = rule
    // The first pass also computes both ends of the line.
    let factors = [0, 1] + rule.points.map(Float.init)
    let weights = [0, 0] + rule.weights
    let size = max(3, Self.tokensPerPass / texts.length(text))
    var ends = Ends()
    var scores = [Double](repeating: 0, count: texts.length(text))
    for start in stride(from: 0, to: factors.count, by: size) where isWanted() {
      let part = start..<min(factors.count, start + size)
      add(
        texts, text, head, label, factors: Array(factors[part]), weights: Array(weights[part]),
        isFirst: start == 0, &ends, &scores)
    }
    let sum = ends.start + scores.reduce(0, +)
    func gap(_ logit: Double) -> Double {
      // In floats, a shorter distance is indistinguishable from zero.
      let gap = abs(sum - logit) / max(abs(logit - ends.start), 1e-4 * max(1, abs(logit)))
      return gap.isFinite ? gap : .infinity
    }
    return Result(
      scores: scores, start: ends.start, gap: gap(logit), ownGap: gap(isRounded ? ends.end : logit))
  }

  /// The results of the first pass of a text.
  private struct Ends {
    /// The logit of zero vectors.
    var start = 0.0
    /// The logit of the words' own vectors.
    var end = 0.0
    /// By network: the words' vectors [n, D].
    var vectors: [[Float]] = []
  }

  /// One pass over some points, and over the ends if it is the first.
  private func add(
    _ texts: EncodedTexts, _ text: Int, _ head: Int, _ label: Int, factors: [Float], weights: [Double],
    isFirst: Bool, _ ends: inout Ends, _ scores: inout [Double]
  ) {
    let batch = PackedBatch(texts, indices: Array(repeating: text, count: factors.count))
    let passes = zip(members, workspaces).map { member, workspace in
      forward(member, batch, factors, workspace)
    }
    let classes = outputs.heads[head].outputCount
    let rows = passes.map { $0.logits[head].value }
    let rules = outputs.heads[head].rules
    // By network: [N, C].
    var seeds = passes.map { _ in [Float]() }
    for row in factors.indices {
      let logits = rows.map { Array(UnsafeBufferPointer(start: $0.row(row), count: classes))[...] }
      let own =
        logits.count == 1
        ? [(0..<classes).map { $0 == label ? 1 : 0 }] : rules.averageGradients(logits, output: label)
      for (member, gradient) in own.enumerated() {
        seeds[member] += weights[row] == 0 ? Array(repeating: 0, count: classes) : gradient
      }
      if isFirst, row < 2 {
        let logit = Double(logits.count == 1 ? logits[0][label] : rules.average(logits)[label])
        if row == 0 { ends.start = logit } else { ends.end = logit }
      }
    }
    for (member, pass) in passes.enumerated() {
      if isFirst { ends.vectors.append(vectors(pass.pass, batch, text: 1)) }
      backward(pass, head, seeds[member])
      add(pass.pass, batch, weights, ends.vectors[member], &scores)
    }
  }

  private func forward(
    _ member: NeuralClassifier, _ batch: PackedBatch, _ factors: [Float], _ workspace: Workspace
  ) -> (pass: Pass, logits: [Variable]) {
    workspace.reset()
    let tape = Tape(
      compute: compute, workspace: workspace, weights: member.weights, gradients: gradients,
      isInference: true)
    let pass = Pass(tape, batch, rates: .nothing, perturbation: .ofTexts(factors))
    return (pass, member(pass))
  }

  private func backward(_ pass: (pass: Pass, logits: [Variable]), _ head: Int, _ seeds: [Float]) {
    gradients.reset()
    let target = pass.logits[head].gradientToAddTo(pass.pass.tape).matrix
    target.pointer.update(from: seeds, count: seeds.count)
    pass.pass.tape.runBackward()
  }

  /// The vectors [n, D] of one copy; to be read before gradients take over the memory.
  private func vectors(_ pass: Pass, _ batch: PackedBatch, text: Int) -> [Float] {
    guard let vectors = pass.vectors?.value else { return [] }
    return batch.layout.offsets.dropLast().flatMap {
      UnsafeBufferPointer(start: vectors.row($0 + text), count: vectors.columns)
    }
  }

  /// Adds Σ weight · gradient · vector of each token.
  private func add(
    _ pass: Pass, _ batch: PackedBatch, _ weights: [Double], _ vectors: [Float], _ scores: inout [Double]
  ) {
    guard let gradient = pass.vectors?.gradient else { return }
    let size = gradient.columns
    for token in scores.indices {
      for copy in weights.indices where weights[copy] != 0 {
        let row = gradient.row(batch.layout.offsets[token] + copy)
        var sum = 0.0
        for j in 0..<size { sum += Double(row[j]) * Double(vectors[token * size + j]) }
        scores[token] += weights[copy] * sum
      }
    }
  }
}
