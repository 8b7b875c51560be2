/// A row-major matrix of floats in memory that belongs to a `Workspace` or an `AlignedBuffer`; rows follow
/// one another without gaps.
package struct Matrix {
  package let pointer: UnsafeMutablePointer<Float>
  package let rows: Int
  package let columns: Int

  package init(_ pointer: UnsafeMutablePointer<Float>, rows: Int, columns: Int) {
    self.pointer = pointer
    self.rows = rows
    self.columns = columns
  }

  package var count: Int { rows * columns }

  package func row(_ index: Int) -> UnsafeMutablePointer<Float> { pointer + index * columns }

  package func fill(_ value: Float) { pointer.update(repeating: value, count: count) }

  package var array: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
}
