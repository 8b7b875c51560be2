import CDiscernKernels

/// How a weight is packed.
enum Packing: Hashable {
  /// W transposed, for x Wᵀ: the weight is [outputs, inputs], as PyTorch keeps a linear layer.
  case transposed
  /// W itself, for dy W.
  case plain
  /// `weight_hh` [4H, H] transposed, with a unit's four gates side by side.
  case gates
}

/// The right-hand side of a product, rearranged once into the panels that the kernels read.
package struct PackedMatrix: Sendable {
  let buffer: AlignedBuffer
  let innerSize: Int
  let columns: Int

  /// - Parameter reusing: memory of an older form of the same weight.
  init(
    _ weight: Matrix, _ packing: Packing, _ kernels: discern_kernel_family,
    reusing old: AlignedBuffer? = nil
  ) {
    let (outputs, inputs) = (weight.rows, weight.columns)
    (innerSize, columns) = packing == .plain ? (outputs, inputs) : (inputs, outputs)
    let size =
      packing == .gates
      ? kernels.packed_gates_size(inputs, inputs) : kernels.packed_size(innerSize, columns)
    buffer = old ?? AlignedBuffer(count: size)
    switch packing {
    case .transposed: kernels.pack(inputs, outputs, weight.pointer, 1, inputs, buffer.pointer)
    case .plain: kernels.pack(outputs, inputs, weight.pointer, inputs, 1, buffer.pointer)
    case .gates: kernels.pack_gates(inputs, inputs, weight.pointer, buffer.pointer)
    }
  }
}
