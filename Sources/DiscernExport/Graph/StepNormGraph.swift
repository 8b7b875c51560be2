import DiscernTensor

/// A batch normalisation by running statistics; each step may have its own.
struct StepNormGraph {
  /// [time, F], or [F] if they are the same for all steps.
  let means: String
  let factors: String
  /// [F]; nil if there is none.
  let biases: String?
  let isByStep: Bool
  /// The number of features, F.
  let columns: Int
  private let name: String

  /// - Parameters:
  ///   - positions: int64 [time].
  ///   - skipsFirst: whether the first step, which has nothing to normalise, has a result of 0, and the
  ///     statistics begin with the second.
  init(
    _ norm: FixedNorm, positions: String, _ name: String, skipsFirst: Bool = false,
    _ graph: inout GraphBuilder
  ) {
    self.name = name
    columns = norm.columns
    let none = skipsFirst ? [Float](repeating: 0, count: columns) : []
    let rows = norm.rows + (skipsFirst ? 1 : 0)
    isByStep = rows > 1
    biases = norm.biases.map { graph.tensor(name + ".bias", [norm.columns], $0) }
    let shape = isByStep ? [rows, columns] : [columns]
    let (allMeans, allFactors) = (none + norm.means, none + norm.factors)
    if !isByStep {
      means = graph.tensor(name + ".means", shape, allMeans)
      factors = graph.tensor(name + ".factors", shape, allFactors)
      return
    }
    let steps = graph.add("Min", [positions, graph.number(rows - 1)], name + ".steps")
    means = graph.add(
      "Gather", [graph.tensor(name + ".table.means", shape, allMeans), steps], name + ".means",
      [("axis", .int(0))])
    factors = graph.add(
      "Gather", [graph.tensor(name + ".table.factors", shape, allFactors), steps], name + ".factors",
      [("axis", .int(0))])
  }

  /// Normalises [time, batch, F].
  func apply(to states: String, _ graph: inout GraphBuilder) -> String {
    func byStep(_ values: String, _ ending: String) -> String {
      isByStep ? graph.add("Unsqueeze", [values, graph.list([1])], name + ending) : values
    }
    let (means, factors) = (byStep(means, ".means.column"), byStep(factors, ".factors.column"))
    let centred = graph.add("Sub", [states, means], name + ".centred")
    let scaled = graph.add("Mul", [centred, factors], name + ".scaled")
    return biases.map { graph.add("Add", [scaled, $0], name + ".normalised") } ?? scaled
  }
}
