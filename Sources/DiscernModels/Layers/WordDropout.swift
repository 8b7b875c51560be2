import DiscernIO
import DiscernTensor

/// Drops whole words: all occurrences of a word in a batch, or none (Gal and Ghahramani 2016).
struct WordDropout: SequenceLayer {
  /// The rate without a schedule.
  let rate: Float
  /// The number of features of a word.
  let size: Int

  func callAsFunction(_ input: Sequences, _ pass: Pass) -> Sequences {
    let rate = pass.rates?.words ?? rate
    guard pass.tape.isRecording, rate > 0 else { return input }
    return input.map {
      pass.tape.rowDropout(
        $0, keys: pass.batch.drawKeys, probability: rate,
        stream: pass.stream(.wordDropout))
    }
  }

  func describe(to description: inout NetworkDescription) {
    if rate > 0 { description.add("dropout \(rate) of words", .tokens(size), .dropout) }
  }
}
