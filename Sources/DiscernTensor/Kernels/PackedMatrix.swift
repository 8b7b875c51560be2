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
  /// The panels: floats, or bytes if there are `integers`.
  let buffer: AlignedBuffer
  let innerSize: Int
  let columns: Int
  /// The inputs of an 8-bit product apart from its weights; nil for floats.
  let integers: Integers?

  struct Integers: Sendable {
    /// By column of the panels: the initial values of sums, 32-bit integers.
    let starts: AlignedBuffer
    /// [columns]; for gates, by column of the panels.
    let scales: AlignedBuffer
  }

  /// - Parameter reusing: the memory of an earlier packing of the same weight.
  init(
    _ weight: Matrix, _ packing: Packing, _ kernels: discern_kernel_family,
    reusing old: AlignedBuffer? = nil
  ) {
    let (outputs, inputs) = (weight.rows, weight.columns)
    (innerSize, columns) = packing == .plain ? (outputs, inputs) : (inputs, outputs)
    integers = nil
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

  /// A weight [outputs, inputs] of 8 bits; `kernels` are those of an exact family.
  init(_ weight: QuantizedMatrix, _ packing: Packing, _ kernels: discern_kernel_family) {
    precondition(packing != .plain, "weights of 8 bits have no gradient")
    guard let products = kernels.int8?.pointee else { preconditionFailure("not an exact family") }
    (innerSize, columns) = (weight.columns, weight.rows)
    let panelUnits = packing == .gates ? kernels.panel / 4 : kernels.panel
    let units = packing == .gates ? weight.columns : weight.rows
    let panels = (units + panelUnits - 1) / panelUnits
    let columnCount = panels * kernels.panel
    buffer = AlignedBuffer(count: panels * kernels.panel * products.inner_size(innerSize) / 4)
    let starts = AlignedBuffer(count: columnCount)
    let scales = AlignedBuffer(count: columnCount)
    integers = Integers(starts: starts, scales: scales)
    let (inputs, outputs) = (innerSize, columns)
    buffer.pointer.withMemoryRebound(to: Int8.self, capacity: 4 * buffer.count) { packed in
      starts.pointer.withMemoryRebound(to: Int32.self, capacity: columnCount) { starts in
        if packing == .gates {
          products.pack_gates(
            inputs, units, weight.values, weight.scales, packed, starts, scales.pointer)
        } else {
          products.pack(inputs, outputs, weight.values, packed, starts)
          scales.pointer.update(from: weight.scales, count: outputs)
        }
      }
    }
  }

  /// C [M, N] = A [M, K] B (+ bias [N]) (+ C), on the calling thread. A row of C depends on its own row of A
  /// alone.
  ///
  /// - Parameter isState: whether all of A is between -1 and 1, as a cell's state is, so that one scale fits
  ///   all rows if B has 8 bits.
  func multiply(
    _ kernels: discern_kernel_family, rows: Int, _ a: UnsafePointer<Float>, stride: Int,
    bias: UnsafePointer<Float>? = nil, accumulate: Bool = false, isState: Bool = false,
    into c: UnsafeMutablePointer<Float>, stride resultStride: Int
  ) {
    guard integers != nil else {
      kernels.gemm(
        rows, columns, innerSize, a, stride, buffer.pointer, bias, accumulate ? 1 : 0, c, resultStride)
      return
    }
    // This many rows of bytes stay in the first-level cache.
    let block = 48
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: min(block, rows) * byteCount(kernels)) { bytes in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: isState ? 0 : min(block, rows)) { scales in
        for start in Swift.stride(from: 0, to: rows, by: block) {
          var product = product(
            kernels, rows: min(block, rows - start), a + start * stride, stride: stride,
            bytes: bytes.baseAddress, rowScales: isState ? nil : scales.baseAddress)
          product.bias = bias
          product.accumulate = accumulate ? 1 : 0
          product.c = c + start * resultStride
          product.c_stride = resultStride
          kernels.int8.pointee.gemm(&product)
        }
      }
    }
  }

  /// The number of bytes of a row in 8 bits; 0 if weights are floats.
  func byteCount(_ kernels: discern_kernel_family) -> Int {
    integers == nil ? 0 : kernels.int8.pointee.inner_size(innerSize)
  }

  /// Quantizes rows to 8 bits, and describes their product with these 8-bit weights, without the destination.
  ///
  /// - Parameters:
  ///   - a: nil: zeros.
  ///   - bytes: [rows, byteCount], which must outlive the product.
  ///   - rowScales: [rows], likewise; nil if all of A is between -1 and 1.
  @inline(__always) func product(
    _ kernels: discern_kernel_family, rows: Int, _ a: UnsafePointer<Float>?, stride: Int,
    bytes: UnsafeMutablePointer<UInt8>?, rowScales: UnsafeMutablePointer<Float>? = nil
  ) -> discern_int8_product {
    guard let integers else { preconditionFailure("weights of floats") }
    if let a { kernels.int8.pointee.quantize(rows, innerSize, a, stride, bytes, rowScales) }
    var product = discern_int8_product()
    product.m = rows
    product.n = columns
    product.k = innerSize
    product.a = a == nil ? nil : bytes.map { UnsafePointer($0) }
    product.a_scales = rowScales.map { UnsafePointer($0) }
    product.weights = UnsafeRawPointer(buffer.pointer).assumingMemoryBound(to: Int8.self)
    product.starts = UnsafeRawPointer(integers.starts.pointer).assumingMemoryBound(to: Int32.self)
    product.scales = UnsafePointer(integers.scales.pointer)
    return product
  }
}
