import DiscernTensor

/// Sums the norms of gradients over an epoch's steps.
package struct GradientMeter: Codable, Sendable {
  struct Sum: Codable {
    let name: String
    var norms = 0.0
    var squares = 0.0
    var elements = 0
  }

  private(set) var sums: [Sum] = []
  private(set) var normSum = 0.0
  private(set) var steps = 0

  package init() {}

  package mutating func add(_ gradients: GradientSquares) {
    steps += 1
    normSum += gradients.norm
    for part in gradients.parts {
      let index = sums.firstIndex { $0.name == part.name } ?? sums.count
      if index == sums.count { sums.append(Sum(name: part.name)) }
      sums[index].norms += part.squares.squareRoot()
      sums[index].squares += part.squares
      sums[index].elements += part.elements
    }
  }

  /// The mean norm of all gradients together.
  package var meanNorm: Double { normSum / Double(max(1, steps)) }

  /// The mean norm of each weight's gradient.
  package var meanNorms: [String: Double] {
    Dictionary(uniqueKeysWithValues: sums.map { ($0.name, $0.norms / Double(max(1, steps))) })
  }

  /// The root mean square of each weight's gradient, over its elements and all steps.
  package var rootMeanSquares: [(name: String, value: Double)] {
    sums.map { ($0.name, ($0.squares / Double(max(1, $0.elements))).squareRoot()) }
  }
}
