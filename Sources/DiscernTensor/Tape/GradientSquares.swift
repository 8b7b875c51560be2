import CDiscernKernels

/// The size of each weight's gradient in one step.
package struct GradientSquares: Sendable {
  /// A weight's share: the sum of squares over its elements.
  package struct Part: Sendable {
    package let name: String
    package let squares: Double
    package let elements: Int
    /// See `ParameterLayout.depth`.
    package let depth: Int

    package init(name: String, squares: Double, elements: Int, depth: Int = 0) {
      self.name = name
      self.depth = depth
      self.squares = squares
      self.elements = elements
    }
  }

  /// In the layout's order, then embedding tables that have a gradient.
  package let parts: [Part]

  package init(parts: [Part]) { self.parts = parts }

  /// The Euclidean norm of all gradients together.
  package var norm: Double { norm { _ in true } }

  /// The same for some of the depths.
  package func norm(ofDepths isCounted: (Int) -> Bool) -> Double {
    parts.reduce(0) { isCounted($1.depth) ? $0 + $1.squares : $0 }.squareRoot()
  }
}

extension Gradients {
  /// The size of each weight's gradient, summed in double precision in a fixed order.
  package func squares(_ compute: Compute) -> GradientSquares {
    let kernels = compute.kernels
    let parameters = layout.parameters
    let dense = [Double](unsafeUninitializedCapacity: parameters.count) { [self] squares, count in
      let target = squares.baseAddress
      compute.forEach(parameters.count) { index in
        let parameter = parameters[index]
        target?[index] = kernels.sum_of_squares(parameter.count, self.dense.pointer + parameter.offset)
      }
      count = parameters.count
    }
    var parts = zip(parameters, dense).map {
      GradientSquares.Part(name: $0.name, squares: $1, elements: $0.count, depth: $0.depth)
    }
    for table in layout.tables {
      guard let rows = self[table] else { continue }
      var squares = 0.0
      for (index, id) in rows.ids.enumerated() where id != 0 || !table.hasPadding {
        squares += kernels.sum_of_squares(rows.values.columns, rows.values.row(index))
      }
      parts.append(
        GradientSquares.Part(
          name: table.name, squares: squares, elements: rows.values.count, depth: table.depth))
    }
    return GradientSquares(parts: parts)
  }
}
