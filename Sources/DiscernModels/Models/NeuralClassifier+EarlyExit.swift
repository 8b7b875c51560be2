import DiscernTensor

extension NeuralClassifier {
  /// Whether the first layer has heads of its own, which may answer in place of the whole network.
  public var hasEarlyExit: Bool { !exitHeads.isEmpty }

  private var exiting: RecurrentEncoder {
    guard let encoder = encoder as? RecurrentEncoder, encoder.hasEarlyExit else {
      preconditionFailure("a network without an early exit")
    }
    return encoder
  }

  /// Each head's logits [N, C] of a batch, and those of the early exit's heads; the latter are empty without
  /// one.
  package func withExit(_ pass: Pass) -> (logits: [Variable], exit: [Variable]) {
    if !hasEarlyExit { return (self(pass), []) }
    let states = exiting.firstStates(pass)
    let features = exiting.features(above: states, pass)
    return (heads.map { $0(features, pass.tape) }, exitLogits(states, pass))
  }

  /// The first layer's states [S, H], and each head's logits [N, C] at the early exit.
  func upToExit(_ pass: Pass) -> (states: Variable, logits: [Variable]) {
    let states = exiting.firstStates(pass)
    return (states, exitLogits(states, pass))
  }

  private func exitLogits(_ states: Variable, _ pass: Pass) -> [Variable] {
    let features = exiting.exitFeatures(states, pass)
    return exitHeads.map { $0(features, pass.tape) }
  }

  /// Each head's logits of the sequences of another layout, from the first layer's states of their tokens;
  /// and α of the first attention pooling among the layers above.
  func logits(
    above states: Variable, _ layout: PackedLayout, _ pass: Pass
  ) -> (logits: [Variable], attention: Matrix?) {
    let features = pass.over(layout) { exiting.features(above: states, pass) }
    return (heads.map { $0(features.result, pass.tape) }, features.attention)
  }

  /// The early exit, step by step from the states of the first layer; nil without one.
  public var exitDescription: NetworkDescription? {
    guard hasEarlyExit else { return nil }
    var description = NetworkDescription()
    exiting.describeEarlyExit(to: &description)
    for head in exitHeads { head.describe(to: &description) }
    return description
  }
}
