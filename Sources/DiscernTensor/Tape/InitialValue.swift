import DiscernIO

/// The initial values of a weight. Draws are keyed by seed and name, so that a weight's values do not depend
/// on the other weights.
package struct InitialValue: Sendable, Hashable {
  package enum Distribution: Sendable, Hashable {
    case constant(Float)
    /// Uniform between ±bound.
    case uniform(bound: Float)
    /// Mean 0.
    case normal(deviation: Float)
    /// 1 at row i, column j where i and j are the same modulo the period.
    case diagonals(period: Int, columns: Int)
  }

  /// Elements with another value.
  private struct Exception: Sendable, Hashable {
    let elements: Range<Int>
    let value: Float
  }

  private let distribution: Distribution
  private var exceptions: [Exception] = []

  private init(_ distribution: Distribution) { self.distribution = distribution }

  package static let zeros = InitialValue(.constant(0))
  package static let ones = InitialValue(.constant(1))

  package static func constant(_ value: Float) -> InitialValue { InitialValue(.constant(value)) }

  /// Uniform ±1/√fan-in: PyTorch's own default.
  package static func uniform(fanIn: Int) -> InitialValue {
    InitialValue(.uniform(bound: 1 / Float(fanIn).squareRoot()))
  }

  package static func normal(deviation: Float) -> InitialValue { InitialValue(.normal(deviation: deviation)) }

  /// Identity matrices of a given size, side by side and one below the other, over rows of a given number of
  /// columns.
  package static func identities(size: Int, columns: Int) -> InitialValue {
    InitialValue(.diagonals(period: size, columns: columns))
  }

  /// The same except for some elements, counted row by row.
  package func with(_ value: Float, at elements: Range<Int>) -> InitialValue {
    var result = self
    result.exceptions.append(Exception(elements: elements, value: value))
    return result
  }

  func fill(_ target: Matrix, seed: UInt64, name: String) {
    let stream = RandomStream(seed: seed, purpose: .initialisation, name: name)
    switch distribution {
    case .constant(let value): target.fill(value)
    case .uniform(let bound):
      for index in 0..<target.count { target.pointer[index] = (2 * stream.uniform(index) - 1) * bound }
    case .diagonals(let period, let columns):
      target.fill(0)
      for row in 0..<target.count / columns {
        for column in stride(from: row % period, to: columns, by: period) {
          target.pointer[row * columns + column] = 1
        }
      }
    case .normal(let deviation):
      for index in 0..<target.count { target.pointer[index] = deviation * stream.normal(index) }
    }
    for exception in exceptions {
      (target.pointer + exception.elements.lowerBound)
        .update(repeating: exception.value, count: exception.elements.count)
    }
  }
}
