/// A weight's name, shape and place.
public struct Parameter: Sendable, Hashable {
  /// PyTorch's name, such as `lstm.weight_ih_l0_reverse`.
  public let name: String
  /// Rows and columns of a matrix, or one size of a vector.
  public let shape: [Int]
  /// Where it begins in the flat buffer, in floats.
  package let offset: Int
  /// See `ParameterLayout.depth`.
  package let depth: Int
  /// See `ParameterLayout.isFixed`.
  package let isFixed: Bool

  /// The number of floats.
  public var count: Int { shape.reduce(1, *) }
  package var rows: Int { shape.count > 1 ? shape[0] : 1 }
  package var columns: Int { shape.count > 1 ? shape[1] : shape[0] }
}

/// Untrained values that a model stores in addition to its weights, such as running statistics (PyTorch's
/// buffers): name, shape and place. They have no gradient, and optimisers, norms and weight decay ignore
/// them; copies and files include them.
public struct StateTensor: Sendable, Hashable {
  /// PyTorch's name, such as `batch_norm.running_mean`.
  public let name: String
  /// As for a `Parameter`.
  public let shape: [Int]
  let offset: Int
  package let allowed: AllowedNumbers

  /// The number of floats.
  public var count: Int { shape.reduce(1, *) }
}

/// An embedding table: a row of features for each id. It is outside the flat buffer, since its gradient is a
/// set of rows.
public struct EmbeddingTable: Sendable, Hashable {
  /// PyTorch's name, such as `embedding.weight`.
  public let name: String
  /// V ids.
  public let rowCount: Int
  /// D features.
  public let columnCount: Int
  /// Whether training changes it.
  public let isTrainable: Bool
  /// Whether row 0 belongs to padding, which has no features and never changes.
  package let hasPadding: Bool
  /// Its index among the layout's tables.
  let index: Int
  /// See `ParameterLayout.depth`.
  package let depth: Int
  /// See `ParameterLayout.isFixed`.
  package let isFixed: Bool

  /// [V, D]
  public var shape: [Int] { [rowCount, columnCount] }
  /// The number of floats.
  public var count: Int { rowCount * columnCount }
}

/// The weights of a model: each one's name, shape, place and initial value, declared in one call by the layer
/// that has it. Dense weights are in one flat buffer, so that optimiser, norms and files need one loop each;
/// embedding tables and values that are kept but not trained are outside it.
public struct ParameterLayout: Sendable, Hashable {
  /// Dense weights, in the order of their places.
  public private(set) var parameters: [Parameter] = []
  /// The size of the flat buffer in floats; every parameter begins at a multiple of 16.
  package private(set) var count = 0
  /// Dense weights that never change, in the order of their places in a separate buffer.
  public private(set) var fixed: [Parameter] = []
  /// The size of that buffer in floats.
  private(set) var fixedCount = 0
  /// Embedding tables, in the order in which they were declared.
  public private(set) var tables: [EmbeddingTable] = []
  /// Stored values that are not trained, in the order in which they were declared.
  public private(set) var states: [StateTensor] = []
  /// The number of floats of all states.
  private(set) var stateCount = 0
  /// For weights added next: the number of layers below them. Weights of the same depth share a factor of the
  /// learning rate.
  package var depth = 0
  /// For weights added next: whether they are never trained, so that they have no gradient, and copies of the
  /// weights share them.
  package var isFixed = false
  /// For weights added next: the prefix of their names, if a model has several networks of the same kind.
  package var namePrefix = ""
  /// In the order of `parameters`, of `fixed`, of `tables` and of `states`.
  private(set) var initialParameters: [InitialValue] = []
  private(set) var initialFixed: [InitialValue] = []
  private(set) var initialTables: [InitialValue] = []
  private(set) var initialStates: [InitialValue] = []
  /// The names of the parameters that 8-bit models store in 8 bits: those of large products. So are all
  /// tables.
  package private(set) var quantizable: Set<String> = []

  package init() {}

  /// The names of tables and dense weights that never change.
  package var fixedNames: Set<String> { Set(tables.filter(\.isFixed).map(\.name) + fixed.map(\.name)) }

  /// The number of depths.
  package var depthCount: Int {
    max(parameters.map(\.depth).max() ?? 0, tables.map(\.depth).max() ?? 0) + 1
  }

  /// Whether any weights at that depth are trained.
  package func learns(atDepth depth: Int) -> Bool {
    parameters.contains { $0.depth == depth } || tables.contains { $0.isTrainable && $0.depth == depth }
  }

  /// The number of values that training changes, or could change: without states and fixed weights.
  package var trainedCount: Int {
    tables.reduce(0) { $0 + ($1.isFixed ? 0 : $1.count) } + parameters.reduce(0) { $0 + $1.count }
  }

  /// The number of values of all weights, without states.
  package var weightCount: Int {
    tables.reduce(0) { $0 + $1.count } + (parameters + fixed).reduce(0) { $0 + $1.count }
  }

  /// - Parameter isQuantizable: whether 8-bit models store it in 8 bits.
  package mutating func add(
    _ name: String, _ shape: [Int], _ initial: InitialValue = .zeros, isQuantizable: Bool = false
  ) -> Parameter {
    let name = namePrefix + name
    if isQuantizable { quantizable.insert(name) }
    precondition(!(parameters + fixed).contains { $0.name == name }, "two parameters named \(name)")
    let place = isFixed ? fixedCount : count
    let parameter = Parameter(name: name, shape: shape, offset: place, depth: depth, isFixed: isFixed)
    let size = (parameter.count + 15) / 16 * 16
    if isFixed {
      fixed.append(parameter)
      initialFixed.append(initial)
      fixedCount += size
    } else {
      parameters.append(parameter)
      initialParameters.append(initial)
      count += size
    }
    return parameter
  }

  /// Adds an embedding table [V, D].
  package mutating func addTable(
    _ name: String, rows: Int, columns: Int, _ initial: InitialValue = .zeros, isTrainable: Bool = true,
    hasPadding: Bool = true
  ) -> EmbeddingTable {
    let name = namePrefix + name
    precondition(!tables.contains { $0.name == name }, "two tables named \(name)")
    let table = EmbeddingTable(
      name: name, rowCount: rows, columnCount: columns, isTrainable: isTrainable && !isFixed,
      hasPadding: hasPadding, index: tables.count, depth: depth, isFixed: isFixed)
    tables.append(table)
    initialTables.append(initial)
    return table
  }

  /// - Parameter allowed: the numbers that it may hold; files with others are refused.
  package mutating func addState(
    _ name: String, _ shape: [Int], _ initial: InitialValue = .zeros,
    allowed: AllowedNumbers = .finite
  ) -> StateTensor {
    let name = namePrefix + name
    precondition(!states.contains { $0.name == name }, "two states named \(name)")
    let state = StateTensor(name: name, shape: shape, offset: stateCount, allowed: allowed)
    states.append(state)
    initialStates.append(initial)
    stateCount += state.count
    return state
  }
}
