import CDiscernKernels

/// The tokens of a batch over which batch normalisation takes its statistics.
public enum BatchNormKind: String, Codable, Hashable, Sendable, CaseIterable {
  /// No batch normalisation.
  case none
  /// All tokens of all texts together.
  case flattened
  /// The texts' tokens of the same position (Cooijmans et al. 2017).
  case perStep = "per-step"
  /// Inside an LSTM: its two products and its cells, each by step (Cooijmans et al. 2017).
  case recurrent

  /// Whether each step has separate statistics, up to a limit.
  package var isByStep: Bool {
    switch self {
    case .none, .flattened: false
    case .perStep, .recurrent: true
    }
  }
}

/// The weights [F] of temporal batch normalisation and its running statistics [F], or [T, F] for each step,
/// with PyTorch's names.
package struct BatchNormParameters: Sendable, Hashable {
  package let weight: Parameter
  package let bias: Parameter
  package let runningMean: StateTensor
  package let runningVariance: StateTensor
  /// [1]: the number of steps with statistics; `nil` if all share theirs.
  package let stepsSeen: StateTensor?

  /// - Parameter stepLimit: the number of steps with separate statistics; `nil`: all tokens share theirs.
  package init(_ layout: inout ParameterLayout, prefix: String, size: Int, stepLimit: Int?) {
    weight = layout.add("\(prefix).weight", [size], .ones)
    bias = layout.add("\(prefix).bias", [size])
    let shape = stepLimit.map { [$0, size] } ?? [size]
    runningMean = layout.addState("\(prefix).running_mean", shape)
    runningVariance = layout.addState(
      "\(prefix).running_var", shape, .ones, allowed: .notNegative)
    stepsSeen = stepLimit.map { layout.addState("\(prefix).steps_seen", [1], allowed: .count(to: $0)) }
  }
}

// Notation: S tokens, T steps, F features; a group is all tokens, or those of one step; n its tokens.

extension Tape {
  /// y = (x - mean) / √(variance + 1e-5) · weight + bias, feature by feature, over the real tokens of a
  /// packed batch: [S, F] to [S, F] (Ioffe and Szegedy 2015; Laurent et al. 2016).
  ///
  /// With gradients, mean and variance are the group's, and the running ones move a tenth of the way towards
  /// them (PyTorch's momentum 0.1, the unbiased variance), unless the tape keeps them unchanged. A group of
  /// one token has no variance: it is normalised by the running statistics and does not change them. Without
  /// gradients the running statistics are used, so that a text's values do not depend on its batch. Steps
  /// beyond the last one with statistics use that one's.
  package func temporalBatchNorm(
    _ input: Variable, layout: PackedLayout, _ parameters: BatchNormParameters
  ) -> Variable {
    let features = input.value.columns
    precondition(
      parameters.weight.count == features && input.value.rows == layout.tokenCount,
      "[\(input.value.rows), \(features)] for \(layout.tokenCount) tokens, \(parameters.weight.count) weights"
    )
    let groups = NormGroups(layout, isPerStep: parameters.stepsSeen != nil)
    let (mean, scale) = (workspace.matrix(groups.count, features), workspace.matrix(groups.count, features))
    let isOwn = statistics(input.value, groups, parameters, mean: mean, scale: scale)
    let output = variable(input.value.rows, features)
    let (weight, bias) = (weights[parameters.weight].pointer, weights[parameters.bias].pointer)
    compute.forEach(groups.chunks.count) { index in
      let chunk = groups.chunks[index]
      let (m, s) = (mean.row(chunk.group), scale.row(chunk.group))
      for row in chunk.rows {
        let (x, y) = (input.value.row(row), output.value.row(row))
        for j in 0..<features { y[j] = (x[j] - m[j]) * s[j] * weight[j] + bias[j] }
      }
    }
    record { [self] in
      guard let gradient = output.gradient, let gradients else { return }
      let target = input.gradientToAddTo(self)
      // Σ dy and Σ dy x̂ of each group, x̂ = (x - mean) · scale.
      let sums = groupSums(groups, features) { group, row, first, second in
        let (x, dy) = (input.value.row(row), gradient.row(row))
        let (m, s) = (mean.row(group), scale.row(group))
        for j in 0..<features {
          first[j] += Double(dy[j])
          second[j] += Double(dy[j] * ((x[j] - m[j]) * s[j]))
        }
      }
      let (dWeight, dBias) = (gradients[parameters.weight].pointer, gradients[parameters.bias].pointer)
      for j in 0..<features {
        var (first, second) = (0.0, 0.0)
        for group in 0..<groups.count {
          first += sums[2 * group * features + j]
          second += sums[(2 * group + 1) * features + j]
        }
        dBias[j] += Float(first)
        dWeight[j] += Float(second)
      }
      // dx = weight · scale · (dy - mean dy - x̂ mean(dy x̂)); both means are zero if the statistics are not
      // the group's own.
      let means = workspace.zeros(groups.count, 2 * features)
      for group in 0..<groups.count where isOwn[group] {
        for j in 0..<2 * features {
          means.row(group)[j] = Float(sums[2 * group * features + j] / Double(groups.size(group)))
        }
      }
      compute.forEach(groups.chunks.count) { index in
        let chunk = groups.chunks[index]
        let (m, s, first) = (mean.row(chunk.group), scale.row(chunk.group), means.row(chunk.group))
        let second = first + features
        for row in chunk.rows {
          let (x, dy, dx) = (input.value.row(row), gradient.row(row), target.matrix.row(row))
          for j in 0..<features {
            let normal = (x[j] - m[j]) * s[j]
            let value = weight[j] * s[j] * (dy[j] - first[j] - normal * second[j])
            dx[j] = target.accumulate ? dx[j] + value : value
          }
        }
      }
    }
    return output
  }

  /// Mean and 1 / √(variance + ε) of each group, and whether they are the group's own; moves the running
  /// ones.
  private func statistics(
    _ input: Matrix, _ groups: NormGroups, _ parameters: BatchNormParameters, mean: Matrix, scale: Matrix
  ) -> [Bool] {
    let features = input.columns
    let running = RunningStatistics(
      weights, mean: parameters.runningMean, variance: parameters.runningVariance,
      stepsSeen: parameters.stepsSeen)
    let isOwn = (0..<groups.count).map { isRecording && !isInference && groups.size($0) > 1 }
    let sums =
      isOwn.contains(true)
      ? groupSums(groups, features) { _, row, first, second in
        let x = input.row(row)
        for j in 0..<features {
          first[j] += Double(x[j])
          second[j] += Double(x[j]) * Double(x[j])
        }
      } : []
    // Groups do not grow from step to step, so those with statistics are the first ones.
    var seen = running.seen
    sums.withUnsafeBufferPointer { sums in
      for group in 0..<groups.count {
        let result = (mean.row(group), scale.row(group))
        if isOwn[group], let sums = sums.baseAddress {
          let start = sums + 2 * group * features
          running.takeOwn(
            group, count: groups.size(group), columns: 0..<features, sums: (start, start + features),
            moves: !keepsStatistics, into: result)
          if !keepsStatistics && group < running.limit { seen = max(seen, group + 1) }
        } else {
          running.takeRunning(group, seen: seen, columns: 0..<features, into: result)
        }
      }
    }
    if let stepsSeen = parameters.stepsSeen, !keepsStatistics {
      weights[stepsSeen].pointer[0] = Float(seen)
    }
    return isOwn
  }

  /// Two sums over the rows of each group, in a fixed order: [groups, 2, F]. `add` takes group and row.
  private func groupSums(
    _ groups: NormGroups, _ features: Int,
    _ add: (Int, Int, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>) -> Void
  ) -> [Double] {
    var result = [Double](repeating: 0, count: groups.count * 2 * features)
    let shares = UnsafeMutablePointer<Double>.allocate(capacity: groups.chunks.count * 2 * features)
    shares.initialize(repeating: 0, count: groups.chunks.count * 2 * features)
    defer { shares.deallocate() }
    compute.forEach(groups.chunks.count) { index in
      let share = shares + index * 2 * features
      let chunk = groups.chunks[index]
      for row in chunk.rows { add(chunk.group, row, share, share + features) }
    }
    for (index, chunk) in groups.chunks.enumerated() {
      for j in 0..<2 * features { result[chunk.group * 2 * features + j] += shares[index * 2 * features + j] }
    }
    return result
  }
}

/// A batch's rows, grouped by the statistics that they share and divided into chunks for threads.
private struct NormGroups {
  let count: Int
  let chunks: [(group: Int, rows: Range<Int>)]
  private let sizes: [Int]
  private let isPerStep: Bool

  init(_ layout: PackedLayout, isPerStep: Bool) {
    self.isPerStep = isPerStep
    sizes = isPerStep ? layout.batchSizes : [layout.tokenCount]
    count = sizes.count
    chunks = sizes.enumerated().flatMap { group, size in
      let start = isPerStep ? layout.offsets[group] : 0
      return stride(from: 0, to: size, by: rowBlock).map {
        (group: group, rows: start + $0..<start + min(size, $0 + rowBlock))
      }
    }
  }

  func size(_ group: Int) -> Int { sizes[group] }
}
