import CDiscernKernels

/// How the values that only a backward pass needs are stored.
public enum ActivationStorage: String, Codable, Hashable, Sendable, CaseIterable {
  /// As they were computed.
  case float32
  /// The upper half of their bits, rounded (bfloat16): half the memory, two to three significant digits.
  case bfloat16 = "bf16"
}

/// The values of each token that forward keeps for backward, which overwrites them with gradients.
struct SavedRows {
  private enum Content {
    case floats(UnsafeMutablePointer<Float>)
    /// bfloat16; read and written through a few rows of floats.
    case halves(UnsafeMutablePointer<UInt16>)
  }

  private let content: Content
  let rows: Int
  let columns: Int

  init(_ matrix: Matrix) {
    content = .floats(matrix.pointer)
    (rows, columns) = (matrix.rows, matrix.columns)
  }

  /// In half the memory.
  init(halves workspace: Workspace, rows: Int, columns: Int) {
    let memory = workspace.matrix(rows, (columns + 1) / 2)
    content = .halves(
      UnsafeMutableRawPointer(memory.pointer).bindMemory(to: UInt16.self, capacity: rows * columns))
    (self.rows, self.columns) = (rows, columns)
  }

  /// The number of floats of scratch memory for that many rows at a time.
  func scratchSize(rows: Int) -> Int {
    if case .halves = content { rows * columns } else { 0 }
  }

  /// Where rows from `row` on are written before `keep`.
  func place(_ row: Int, _ scratch: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<Float> {
    if case .floats(let pointer) = content { pointer + row * columns } else { scratch }
  }

  /// The same, with the content of the rows.
  func read(
    _ kernels: discern_kernel_family, _ row: Int, count: Int, _ scratch: UnsafeMutablePointer<Float>
  ) -> UnsafeMutablePointer<Float> {
    if case .halves(let pointer) = content {
      kernels.widen(count * columns, pointer + row * columns, scratch)
    }
    return place(row, scratch)
  }

  /// Keeps the rows in `place`.
  func keep(
    _ kernels: discern_kernel_family, _ row: Int, count: Int, _ scratch: UnsafeMutablePointer<Float>
  ) {
    if case .halves(let pointer) = content {
      kernels.narrow(count * columns, scratch, pointer + row * columns)
    }
  }

  /// sums[j] = Σ of column `column` + j over some rows, in their order.
  ///
  /// - Parameter scratch: room for `count` floats.
  func sum(
    _ kernels: discern_kernel_family, of tokens: UnsafeBufferPointer<Int32>, column: Int, count: Int,
    _ scratch: UnsafeMutablePointer<Float>, into sums: UnsafeMutablePointer<Float>
  ) {
    switch content {
    case .floats(let pointer):
      kernels.gather_sum(tokens.count, tokens.baseAddress, count, pointer + column, columns, sums)
    case .halves(let pointer):
      sums.update(repeating: 0, count: count)
      for token in tokens {
        kernels.widen(count, pointer + Int(token) * columns + column, scratch)
        kernels.axpy(count, 1, scratch, sums)
      }
    }
  }

  // MARK: Many rows at a time

  /// Four of the blocks in which products sum over their inner size.
  private static let chunkSize = 768

  /// The row ranges that products take one at a time: all rows at once if they are floats.
  var chunks: [Range<Int>] {
    guard case .halves = content else { return [0..<rows] }
    return stride(from: 0, to: rows, by: Self.chunkSize).map { $0..<min(rows, $0 + Self.chunkSize) }
  }

  /// Memory for the floats of one chunk; none if they are floats already.
  func chunkMemory(_ workspace: Workspace, columns: Int? = nil) -> Matrix {
    guard case .halves = content else { return workspace.matrix(0, 1) }
    return workspace.matrix(min(rows, Self.chunkSize), columns ?? self.columns)
  }

  /// A chunk's floats  // [chunk, columns]
  func floats(_ chunk: Range<Int>, _ compute: Compute, into memory: Matrix) -> Matrix {
    switch content {
    case .floats(let pointer):
      return Matrix(pointer + chunk.lowerBound * columns, rows: chunk.count, columns: columns)
    case .halves(let pointer):
      let kernels = compute.kernels
      compute.forEachBlock(of: chunk.count, size: 64) { block in
        kernels.widen(
          block.count * columns, pointer + (chunk.lowerBound + block.lowerBound) * columns,
          memory.row(block.lowerBound))
      }
      return Matrix(memory.pointer, rows: chunk.count, columns: columns)
    }
  }
}
