import DiscernIO
import DiscernTensor

/// Drops features of word vectors, or of states between layers.
struct FeatureDropout: SequenceLayer {
  let kind: DropoutKind
  let place: Place
  /// The rate without a schedule.
  let rate: Float
  let size: Int

  enum Place: Sendable, Hashable {
    case words
    /// Between this layer and the one before it.
    case between(layer: Int)
  }

  func callAsFunction(_ input: Sequences, _ pass: Pass) -> Sequences {
    let rate: Float
    let stream: RandomStream
    switch place {
    case .words: (rate, stream) = (pass.rates?.embedding ?? self.rate, pass.stream(.embeddingDropout))
    case .between(let layer):
      (rate, stream) = (pass.rates?.layers ?? self.rate, pass.stream(.layerDropout, layer))
    }
    guard pass.tape.isRecording, rate > 0 else { return input }
    switch kind {
    // While rows are distinct words, all occurrences of a word are dropped together.
    case .word: return input.map { pass.tape.dropout($0, probability: rate, stream: stream) }
    case .element:
      return Sequences(pass.tape.dropout(input.tokens(pass), probability: rate, stream: stream))
    case .locked:
      return Sequences(
        pass.tape.lockedDropout(input.tokens(pass), layout: pass.layout, probability: rate, stream: stream))
    }
  }

  func describe(to description: inout NetworkDescription) {
    guard rate > 0 else { return }
    let words: String
    switch (place, kind) {
    case (.words, .word): words = " by word type"
    case (.words, .element): words = " by element"
    case (_, .locked): words = " locked"
    case (.between, .word), (.between, .element): words = ""
    }
    description.add("dropout \(rate)\(words)", .tokens(size), .dropout)
  }
}
