import CDiscernKernels

/// How rows are composed of others: each starts as a source row, and some have the mean of several parts
/// added.
///
/// Notation: U rows, L of them with parts, M parts of all of them, P distinct parts, K rows to start from.
package struct RowParts: Sendable {
  /// The source row, of K, of each of the U rows.
  package let sources: TokenRows
  /// [U] the index of each row among the L with parts; -1: it has no parts.
  private(set) var places: [Int32]
  /// [L] the rows that have parts.
  private(set) var rows: [Int32] = []
  /// [L + 1] where each row's parts begin.
  private(set) var offsets = [0]
  /// The distinct part, of P, of each of the M parts.
  let parts: TokenRows
  /// [M] the row that each part belongs to.
  private(set) var rowOfPart: [Int32] = []

  /// - Parameters:
  ///   - sources: [U] the row that each starts from.
  ///   - sourceCount: K.
  ///   - parts: by row, the parts whose mean is added, if any. Rows ascend, and each occurs at most once.
  ///   - partCount: P.
  package init(
    sources: [Int32], sourceCount: Int, parts: [(row: Int, parts: [Int32])], partCount: Int
  ) {
    self.sources = TokenRows(rowOfToken: sources, rowCount: sourceCount)
    places = Array(repeating: -1, count: sources.count)
    var all: [Int32] = []
    for (row, own) in parts where !own.isEmpty {
      places[row] = Int32(rows.count)
      rows.append(Int32(row))
      all.append(contentsOf: own)
      offsets.append(all.count)
      rowOfPart.append(contentsOf: repeatElement(Int32(row), count: own.count))
    }
    self.parts = TokenRows(rowOfToken: all, rowCount: partCount)
  }

  fileprivate func share(ofRow row: Int) -> Float {
    let place = Int(places[row])
    return 1 / Float(offsets[place + 1] - offsets[place])
  }
}

extension Tape {
  /// Rows [U, D] that start as rows of one matrix and have the means of rows of another added. A row's bits
  /// depend on its own source and parts, in their order.
  ///
  /// - Parameters:
  ///   - sources: [K, D].
  ///   - parts: [P, D].
  ///   - perturbation: [U, D] added to the result (adversarial training).
  package func rowsWithParts(
    _ sources: Variable, _ parts: Variable, _ structure: RowParts, perturbation: Matrix? = nil
  ) -> Variable {
    let size = sources.value.columns
    let result = variable(structure.places.count, size)
    precondition(
      sources.value.rows == structure.sources.rowCount && parts.value.rows == structure.parts.rowCount
        && parts.value.columns == size, "rows and parts of other shapes")
    if let perturbation {
      precondition(perturbation.rows == result.value.rows && perturbation.columns == size, "its shape")
    }
    compute.forEachBlock(of: result.value.rows, size: 64) { block in
      for row in block {
        let target = result.value.row(row)
        target.update(from: sources.value.row(Int(structure.sources.rowOfToken[row])), count: size)
        let place = Int(structure.places[row])
        if place >= 0 {
          let share = structure.share(ofRow: row)
          for member in structure.offsets[place]..<structure.offsets[place + 1] {
            kernels.axpy(size, share, parts.value.row(Int(structure.parts.rowOfToken[member])), target)
          }
        }
        if let perturbation { kernels.axpy(size, 1, perturbation.row(row), target) }
      }
    }
    record { [self] in
      guard let gradient = result.gradient else { return }
      addRowSums(of: gradient, structure.sources, to: sources)
      let target = parts.gradientToAddTo(self)
      compute.forEachBlock(of: structure.parts.rowCount, size: 64) { block in
        for part in block {
          let own = target.matrix.row(part)
          if !target.accumulate { own.update(repeating: 0, count: size) }
          let range = structure.parts.tokenOffsets[part]..<structure.parts.tokenOffsets[part + 1]
          for member in structure.parts.tokens[range] {
            let row = Int(structure.rowOfPart[Int(member)])
            kernels.axpy(size, structure.share(ofRow: row), gradient.row(row), own)
          }
        }
      }
    }
    return result
  }
}
