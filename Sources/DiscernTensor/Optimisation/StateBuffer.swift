/// Numbers of a training run's state, in the memory where they are used: they are read there when the state
/// is saved, and written there when it is restored, so that no copy of them is made.
///
/// Valid until the next step of the run.
package struct StateBuffer {
  package enum Numbers {
    case floats(UnsafeMutableBufferPointer<Float>)
    case doubles(UnsafeMutableBufferPointer<Double>)
  }

  /// Unique in a state, such as `weights/lstm.weight_ih_l0`.
  package let name: String
  package let shape: [Int]
  package let numbers: Numbers
  package let allowed: AllowedNumbers
  /// Keeps the memory alive.
  private let owner: AnyObject

  package init(
    _ name: String, shape: [Int], _ numbers: Numbers, allowed: AllowedNumbers = .finite, of owner: AnyObject
  ) {
    let count =
      switch numbers {
      case .floats(let values): values.count
      case .doubles(let values): values.count
      }
    precondition(shape.reduce(1, *) == count, "“\(name)” of shape \(shape) has \(count) numbers")
    self.name = name
    self.shape = shape
    self.numbers = numbers
    self.allowed = allowed
    self.owner = owner
  }

  /// Some floats of a buffer.
  package init(
    _ name: String, shape: [Int], _ buffer: AlignedBuffer, from offset: Int = 0,
    allowed: AllowedNumbers = .finite
  ) {
    let count = shape.reduce(1, *)
    precondition(offset >= 0 && offset + count <= buffer.count, "“\(name)” reaches out of its buffer")
    self.init(
      name, shape: shape, .floats(.init(start: buffer.pointer + offset, count: count)), allowed: allowed,
      of: buffer)
  }

  /// The first number that training cannot have produced, checked after reading.
  package var firstImpossible: (index: Int, value: Double)? {
    switch numbers {
    case .floats(let values):
      values.firstIndex { !allowed.contains(Double($0)) }.map { ($0, Double(values[$0])) }
    case .doubles(let values):
      values.firstIndex { !allowed.contains($0) }.map { ($0, values[$0]) }
    }
  }

  package var byteCount: Int {
    switch numbers {
    case .floats(let values): values.count * MemoryLayout<Float>.stride
    case .doubles(let values): values.count * MemoryLayout<Double>.stride
    }
  }
}

extension ParameterLayout {
  /// The floats of every parameter in a buffer that has this layout.
  func stateBuffers(
    _ prefix: String, in buffer: AlignedBuffer, allowed: AllowedNumbers = .finite
  ) -> [StateBuffer] {
    guard buffer.count > 0 else { return [] }
    return parameters.map {
      StateBuffer("\(prefix)/\($0.name)", shape: $0.shape, buffer, from: $0.offset, allowed: allowed)
    }
  }
}
