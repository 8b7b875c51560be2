/// What the writing side of an encoder-decoder remembers of sequences that are gone on with token by token.
package enum WritingStates: Sendable {
  /// The layers' states.
  case recurrent(LayerStates)
  /// What was asked for and answered by each token of each sequence.
  case transformer(KeyValueStates)

  /// N sequences.
  package var count: Int {
    switch self {
    case .recurrent(let states): states.count
    case .transformer(let states): states.count
    }
  }

  /// Those of some of the sequences, in that order; one may be there several times.
  package func selecting(_ sequences: [Int]) -> WritingStates {
    switch self {
    case .recurrent(let states): .recurrent(states.selecting(sequences))
    case .transformer(let states): .transformer(states.selecting(sequences))
    }
  }
}
