import CDiscernKernels

// Notation: N rows of D features, Q queries, K rows requested for each.

/// Exact search for the rows of a matrix with the largest inner products: each query is multiplied by every
/// row.
///
/// A product is summed in one accumulator, so its bits depend neither on the other queries nor on the number
/// of threads. Cost: 2 Q N D operations; a single query is limited by memory bandwidth.
package final class NearestRows: Sendable {
  /// A row with its product.
  package struct Found: Sendable, Equatable {
    package let row: Int
    package let product: Float

    /// Of equal products, the earlier row comes first.
    static func precedes(_ a: Found, _ b: Found) -> Bool {
      a.product != b.product ? a.product > b.product : a.row < b.row
    }
  }

  /// N
  package let count: Int
  /// D
  package let size: Int
  private let compute: Compute
  /// Of `blockSize` rows each, except the last.
  private let blocks: [PackedMatrix]

  private static let blockSize = 2048
  /// The number of queries that are processed together: their products with a block stay in the cache.
  private static let queryBlock = 48

  /// - Parameter rows: [N, D], row-major, of finite numbers; they are copied into the kernels' order.
  package init(_ rows: UnsafeBufferPointer<Float>, size: Int, compute: Compute) {
    precondition(size > 0 && rows.count % size == 0, "\(rows.count) numbers for rows of \(size)")
    self.size = size
    self.compute = compute
    count = rows.count / size
    var blocks: [PackedMatrix] = []
    if let base = rows.baseAddress {
      for start in stride(from: 0, to: count, by: Self.blockSize) {
        let block = Matrix(
          UnsafeMutablePointer(mutating: base + start * size), rows: min(Self.blockSize, count - start),
          columns: size)
        blocks.append(PackedMatrix(block, .transposed, compute.kernels))
      }
    }
    self.blocks = blocks
  }

  package static func of(_ rows: [Float], size: Int, compute: Compute) -> NearestRows {
    rows.withUnsafeBufferPointer { NearestRows($0, size: size, compute: compute) }
  }

  /// For each query, the rows with the largest products, the largest first; all rows if there are fewer.
  ///
  /// - Parameters:
  ///   - queries: [Q, D], row-major.
  ///   - wanted: K, at least 1.
  package func nearest(to queries: [Float], wanted: Int) -> [[Found]] {
    precondition(queries.count % size == 0 && wanted > 0, "\(queries.count) numbers, \(wanted) wanted")
    let queryCount = queries.count / size
    var result: [[Found]] = []
    result.reserveCapacity(queryCount)
    queries.withUnsafeBufferPointer { queries in
      guard let base = queries.baseAddress else { return }
      for start in stride(from: 0, to: queryCount, by: Self.queryBlock) {
        let some = min(Self.queryBlock, queryCount - start)
        result += nearest(to: base + start * size, some, wanted)
      }
    }
    return result
  }

  private func nearest(to queries: UnsafePointer<Float>, _ queryCount: Int, _ wanted: Int) -> [[Found]] {
    var lists = [BestRows](repeating: BestRows(wanted), count: blocks.count * queryCount)
    lists.withUnsafeMutableBufferPointer { lists in
      compute.forEach(blocks.count) { block in
        let rows = blocks[block].columns
        withUnsafeTemporaryAllocation(of: Float.self, capacity: queryCount * rows) { products in
          guard let products = products.baseAddress else { return }
          blocks[block].multiply(
            compute.kernels, rows: queryCount, queries, stride: size, into: products, stride: rows)
          for query in 0..<queryCount {
            lists[block * queryCount + query].add(
              products + query * rows, count: rows, from: block * Self.blockSize)
          }
        }
      }
    }
    return (0..<queryCount).map { query in
      var list = BestRows(wanted)
      for block in blocks.indices { for found in lists[block * queryCount + query].found { list.add(found) } }
      return list.found
    }
  }
}

/// The best rows so far, in order.
private struct BestRows {
  private let wanted: Int
  private(set) var found: [NearestRows.Found] = []

  init(_ wanted: Int) { self.wanted = wanted }

  /// Adds those of some consecutive rows that are among the best.
  mutating func add(_ products: UnsafePointer<Float>, count: Int, from first: Int) {
    var least = found.count == wanted ? found[wanted - 1].product : -Float.infinity
    for index in 0..<count {
      // A later row with the same product as the last of the best comes after it.
      if found.count == wanted, products[index] <= least { continue }
      add(NearestRows.Found(row: first + index, product: products[index]))
      if found.count == wanted { least = found[wanted - 1].product }
    }
  }

  mutating func add(_ new: NearestRows.Found) {
    if found.count == wanted {
      guard NearestRows.Found.precedes(new, found[wanted - 1]) else { return }
      found.removeLast()
    }
    var (low, high) = (0, found.count)
    while low < high {
      let middle = (low + high) / 2
      if NearestRows.Found.precedes(found[middle], new) { low = middle + 1 } else { high = middle }
    }
    found.insert(new, at: low)
  }
}
