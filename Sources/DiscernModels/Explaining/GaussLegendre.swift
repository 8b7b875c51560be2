import DiscernSystem

/// Points between 0 and 1 and their weights, which integrate polynomials up to degree 2n - 1 exactly.
package struct GaussLegendre {
  package let points: [Double]
  package let weights: [Double]

  /// Newton's method on the n-th Legendre polynomial, starting at Chebyshev nodes. Cost: O(n²).
  package init(count: Int) {
    var points = [Double](repeating: 0, count: count)
    var weights = points
    for index in 0..<(count + 1) / 2 {
      var x = cos(.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
      var slope = 1.0
      for _ in 0..<100 {
        var (previous, value) = (1.0, x)
        for degree in 1..<max(1, count) {
          let n = Double(degree)
          (previous, value) = (value, ((2 * n + 1) * x * value - n * previous) / (n + 1))
        }
        slope = Double(count) * (x * value - previous) / (x * x - 1)
        let step = value / slope
        x -= step
        if abs(step) < 1e-15 { break }
      }
      let weight = 1 / ((1 - x * x) * slope * slope)
      points[index] = (1 - x) / 2
      points[count - 1 - index] = (1 + x) / 2
      weights[index] = weight
      weights[count - 1 - index] = weight
    }
    self.points = points
    self.weights = weights
  }
}
