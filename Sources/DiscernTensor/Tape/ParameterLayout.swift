/// A weight's name, shape and place.
public struct Parameter: Sendable, Hashable {
  /// PyTorch's name, such as `lstm.weight_ih_l0_reverse`.
  public let name: String
  public let shape: [Int]
  /// Where it begins in the flat buffer, in floats.
  package let offset: Int

  public var count: Int { shape.reduce(1, *) }
  package var rows: Int { shape.count > 1 ? shape[0] : 1 }
  package var columns: Int { shape.count > 1 ? shape[1] : shape[0] }
}

/// What a model keeps beside its weights and nobody trains, such as running statistics (PyTorch's buffers):
/// its name, shape and place. No gradient, optimiser, norm or weight decay knows of it; copies and files do.
public struct StateTensor: Sendable, Hashable {
  public let name: String
  public let shape: [Int]
  let offset: Int

  public var count: Int { shape.reduce(1, *) }
}

/// The dense parameters of a model in one flat buffer: optimiser, norm and file are one loop each.
/// Embedding tables stand apart, since their gradients are sets of rows.
public struct ParameterLayout: Sendable, Hashable {
  public private(set) var parameters: [Parameter] = []
  /// Floats in all; every parameter begins at a multiple of 16.
  package private(set) var count = 0
  public private(set) var states: [StateTensor] = []
  /// Floats of all states.
  private(set) var stateCount = 0

  package init() {}

  package mutating func add(_ name: String, _ shape: [Int]) -> Parameter {
    precondition(!parameters.contains { $0.name == name }, "two parameters named \(name)")
    let parameter = Parameter(name: name, shape: shape, offset: count)
    parameters.append(parameter)
    count += (parameter.count + 15) / 16 * 16
    return parameter
  }

  mutating func addState(_ name: String, _ shape: [Int]) -> StateTensor {
    precondition(!states.contains { $0.name == name }, "two states named \(name)")
    let state = StateTensor(name: name, shape: shape, offset: stateCount)
    states.append(state)
    stateCount += state.count
    return state
  }
}
