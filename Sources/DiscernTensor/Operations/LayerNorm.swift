import CDiscernKernels

/// The weights of layer normalisation with PyTorch's names: weight [F] and bias [F].
package struct LayerNormParameters: Sendable, Hashable {
  package let weight: Parameter
  package let bias: Parameter
  package let epsilon: Float

  package init(_ layout: inout ParameterLayout, prefix: String, size: Int, epsilon: Float = 1e-5) {
    self.epsilon = epsilon
    weight = layout.add("\(prefix).weight", [size], .ones)
    bias = layout.add("\(prefix).bias", [size])
  }
}

extension Tape {
  /// y = (x - mean) / √(variance + ε) · weight + bias, row by row: [M, F] to [M, F] (Ba et al. 2016;
  /// PyTorch's `LayerNorm`).
  package func layerNorm(_ input: Variable, _ parameters: LayerNormParameters) -> Variable {
    let (rows, features) = (input.value.rows, input.value.columns)
    precondition(
      parameters.weight.count == features, "\(features) features for \(parameters.weight.count) weights")
    let output = variable(rows, features)
    let statistics = workspace.matrix(rows, 2)
    let (weight, bias) = (weights[parameters.weight].pointer, weights[parameters.bias].pointer)
    func norm(_ block: Range<Int>) -> discern_layer_norm {
      discern_layer_norm(
        rows: block.count, n: features, epsilon: parameters.epsilon, x: input.value.row(block.lowerBound),
        weight: weight,
        bias: bias, statistics: statistics.row(block.lowerBound))
    }
    compute.forEachBlock(of: rows, size: rowBlock) { block in
      var task = norm(block)
      kernels.layer_norm_forward(&task, output.value.row(block.lowerBound))
    }
    record { [self] in
      guard let gradient = output.gradient, let gradients else { return }
      let target = input.gradientToAddTo(self)
      // Each block's share of dweight and dbias, added up in the blocks' order.
      let shares = workspace.zeros((rows + rowBlock - 1) / rowBlock, 2 * features)
      compute.forEachBlock(of: rows, size: rowBlock) { block in
        var task = norm(block)
        let share = shares.row(block.lowerBound / rowBlock)
        kernels.layer_norm_backward(
          &task, gradient.row(block.lowerBound), target.accumulate ? 1 : 0,
          target.matrix.row(block.lowerBound), share, share + features)
      }
      for (index, parameter) in [parameters.weight, parameters.bias].enumerated() where !parameter.isFixed {
        kernels.column_sums(
          shares.rows, features, shares.pointer + index * features, shares.columns, 1,
          gradients[parameter].pointer)
      }
    }
    return output
  }
}
