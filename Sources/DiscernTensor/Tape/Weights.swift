import Synchronization

/// All weights of a model: the dense ones, flat, the embedding table [V, D], and what is kept beside them.
///
/// Packed forms are made on first use and kept until the weights change.
package final class Weights: Sendable {
  package let layout: ParameterLayout
  package let dense: AlignedBuffer
  /// What is kept beside the weights and not trained.
  private let states: AlignedBuffer
  package let embedding: AlignedBuffer
  package let vocabularySize: Int
  package let embeddingSize: Int

  private struct PackingKey: Hashable {
    let parameter: Parameter
    let packing: Packing
    let family: String
  }
  private struct Packed {
    var matrix: PackedMatrix
    var isCurrent: Bool
  }
  private let packed = Mutex<[PackingKey: Packed]>([:])

  package init(layout: ParameterLayout, vocabularySize: Int, embeddingSize: Int) {
    self.layout = layout
    self.vocabularySize = vocabularySize
    self.embeddingSize = embeddingSize
    dense = AlignedBuffer(count: layout.count)
    states = AlignedBuffer(count: layout.stateCount)
    embedding = AlignedBuffer(count: vocabularySize * embeddingSize)
  }

  package init(copying other: Weights) {
    layout = other.layout
    vocabularySize = other.vocabularySize
    embeddingSize = other.embeddingSize
    dense = AlignedBuffer(copying: other.dense)
    states = AlignedBuffer(copying: other.states)
    embedding = AlignedBuffer(copying: other.embedding)
  }

  /// Overwrites these weights with others of the same layout.
  package func update(from other: Weights) {
    precondition(other.layout == layout, "weights of different layouts")
    dense.pointer.update(from: other.dense.pointer, count: dense.count)
    updateStates(from: other)
    embedding.pointer.update(from: other.embedding.pointer, count: embedding.count)
    didChange()
  }

  /// Overwrites what is kept beside the weights.
  func updateStates(from other: Weights) {
    states.pointer.update(from: other.states.pointer, count: states.count)
  }

  package subscript(parameter: Parameter) -> Matrix {
    Matrix(dense.pointer + parameter.offset, rows: parameter.rows, columns: parameter.columns)
  }

  package subscript(state: StateTensor) -> Matrix {
    let rows = state.shape.count > 1 ? state.shape[0] : 1
    return Matrix(states.pointer + state.offset, rows: rows, columns: state.count / rows)
  }

  package func embeddingRow(_ id: Int) -> UnsafeMutablePointer<Float> {
    embedding.pointer + id * embeddingSize
  }

  /// Gives every column of the table mean 0 and deviation 1, words weighted by how often they occur, so
  /// that a perturbation's norm means the same whatever scale the vectors had (Miyato et al. 2017,
  /// eq. 1). `<pad>` stays zeros.
  ///
  /// - Parameter counts: [V] occurrences of each word.
  package func standardizeEmbedding(counts: [Int]) {
    precondition(counts.count == vocabularySize, "\(counts.count) counts for \(vocabularySize) words")
    let total = Double(counts.dropFirst().reduce(0, +))
    guard total > 0 else { return }
    var means = [Double](repeating: 0, count: embeddingSize)
    var variances = means
    for id in 1..<vocabularySize where counts[id] > 0 {
      let (share, row) = (Double(counts[id]) / total, embeddingRow(id))
      for j in 0..<embeddingSize { means[j] += share * Double(row[j]) }
    }
    for id in 1..<vocabularySize where counts[id] > 0 {
      let (share, row) = (Double(counts[id]) / total, embeddingRow(id))
      for j in 0..<embeddingSize {
        let distance = Double(row[j]) - means[j]
        variances[j] += share * distance * distance
      }
    }
    let scales = variances.map { $0 > 0 ? 1 / $0.squareRoot() : 1 }
    for id in 1..<vocabularySize {
      let row = embeddingRow(id)
      for j in 0..<embeddingSize { row[j] = Float((Double(row[j]) - means[j]) * scales[j]) }
    }
    didChange()
  }

  /// To be called after every change of the dense weights.
  package func didChange() {
    packed.withLock { packed in
      for key in packed.keys { packed[key]?.isCurrent = false }
    }
  }

  func packed(_ parameter: Parameter, _ packing: Packing, _ family: KernelFamily) -> PackedMatrix {
    let key = PackingKey(parameter: parameter, packing: packing, family: family.name)
    return packed.withLock { cache in
      let found = cache[key]
      if let found, found.isCurrent { return found.matrix }
      let made = PackedMatrix(
        self[parameter], packing, family.table.pointee, reusing: found?.matrix.buffer)
      cache[key] = Packed(matrix: made, isCurrent: true)
      return made
    }
  }

  /// Makes the packed forms that were in use before the weights changed, on several threads.
  package func packAgain(_ compute: Compute) {
    packed.withLock { cache in
      // The largest first, so that no thread is left with one of them at the end.
      let stale = cache.filter { !$1.isCurrent && $0.family == compute.family.name }
        .sorted { $0.key.parameter.count > $1.key.parameter.count }
      compute.forEach(stale.count) { index in
        let (key, form) = stale[index]
        _ = PackedMatrix(self[key.parameter], key.packing, compute.kernels, reusing: form.matrix.buffer)
      }
      for (key, _) in stale { cache[key]?.isCurrent = true }
    }
  }
}
