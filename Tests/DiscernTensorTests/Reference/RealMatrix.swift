/// A row-major matrix of doubles. The reference in this folder is as naive as possible: it reads like
/// a textbook and shares no code with the code under test.
struct RealMatrix: Equatable {
  let rows: Int
  let columns: Int
  var values: [Double]

  init(_ rows: Int, _ columns: Int) {
    self.init(rows, columns, [Double](repeating: 0, count: rows * columns))
  }

  init(_ rows: Int, _ columns: Int, _ values: [Double]) {
    precondition(values.count == rows * columns, "\(values.count) values for [\(rows), \(columns)]")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  init(_ lines: [[Double]]) {
    self.init(lines.count, lines.first?.count ?? 0, lines.flatMap(\.self))
  }

  subscript(row: Int, column: Int) -> Double {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  subscript(row: Int) -> [Double] {
    get { Array(values[row * columns..<(row + 1) * columns]) }
    set { for column in 0..<columns { self[row, column] = newValue[column] } }
  }

  var floats: [Float] { values.map { Float($0) } }

  /// W x
  func times(_ x: [Double]) -> [Double] {
    (0..<rows).map { row in
      var sum = 0.0
      for column in 0..<columns { sum += self[row, column] * x[column] }
      return sum
    }
  }

  /// Wᵀ y
  func transposedTimes(_ y: [Double]) -> [Double] {
    (0..<columns).map { column in
      var sum = 0.0
      for row in 0..<rows { sum += self[row, column] * y[row] }
      return sum
    }
  }

  /// W += y xᵀ
  mutating func addOuterProduct(_ y: [Double], _ x: [Double]) {
    for row in 0..<rows {
      for column in 0..<columns { self[row, column] += y[row] * x[column] }
    }
  }

  mutating func add(_ other: RealMatrix) {
    precondition(rows == other.rows && columns == other.columns)
    for index in values.indices { values[index] += other.values[index] }
  }
}

extension [Double] {
  /// Element by element; `+` would join the arrays.
  func plus(_ other: [Double]) -> [Double] { zip(self, other).map { $0 + $1 } }
}

func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for index in a.indices { sum += a[index] * b[index] }
  return sum
}
