/// The decoder's state for sequences that are continued token by token.
package enum WritingStates: Sendable {
  /// The layers' states.
  case recurrent(LayerStates)
  /// The keys and values of each token of each sequence.
  case transformer(KeyValueStates)

  /// N sequences.
  package var count: Int {
    switch self {
    case .recurrent(let states): states.count
    case .transformer(let states): states.count
    }
  }

  /// The states of some of the sequences, in the given order; a sequence may occur several times.
  package func selecting(_ sequences: [Int]) -> WritingStates {
    switch self {
    case .recurrent(let states): .recurrent(states.selecting(sequences))
    case .transformer(let states): .transformer(states.selecting(sequences))
    }
  }
}
