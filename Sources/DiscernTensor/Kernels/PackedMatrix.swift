import CDiscernKernels

/// The right-hand side of a product, rearranged once into the panels that the kernels read.
package struct PackedMatrix: Sendable {
  let buffer: AlignedBuffer
  let innerSize: Int
  let columns: Int

  /// W transposed, for x Wᵀ: `weight` is [outputs, inputs], as PyTorch keeps a linear layer.
  static func transposed(_ weight: Matrix, _ kernels: discern_kernel_family) -> PackedMatrix {
    let (outputs, inputs) = (weight.rows, weight.columns)
    let buffer = AlignedBuffer(count: kernels.packed_size(inputs, outputs))
    kernels.pack(inputs, outputs, weight.pointer, 1, inputs, buffer.pointer)
    return PackedMatrix(buffer: buffer, innerSize: inputs, columns: outputs)
  }

  /// W itself, for dy W.
  static func plain(_ weight: Matrix, _ kernels: discern_kernel_family) -> PackedMatrix {
    let buffer = AlignedBuffer(count: kernels.packed_size(weight.rows, weight.columns))
    kernels.pack(weight.rows, weight.columns, weight.pointer, weight.columns, 1, buffer.pointer)
    return PackedMatrix(buffer: buffer, innerSize: weight.rows, columns: weight.columns)
  }

  /// `weight_hh` [4H, H] with a unit's four gates side by side.
  static func gates(_ weight: Matrix, _ kernels: discern_kernel_family) -> PackedMatrix {
    let units = weight.columns
    let buffer = AlignedBuffer(count: kernels.packed_gates_size(units, units))
    kernels.pack_gates(units, units, weight.pointer, buffer.pointer)
    return PackedMatrix(buffer: buffer, innerSize: units, columns: 4 * units)
  }
}

/// How a weight is packed.
enum Packing: Hashable { case transposed, plain, gates }
