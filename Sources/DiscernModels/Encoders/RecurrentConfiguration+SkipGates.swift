import DiscernTensor

extension RecurrentConfiguration {
  /// - Parameter model: the kind of model, in words, for the message.
  /// - Throws: `ModelError.invalidConfiguration` if the network has an early exit or skip gates.
  package func requireEveryStep(of model: String) throws(ModelError) {
    for (name, isChosen) in [("early-exit", hasEarlyExit), ("skip-gates", hasSkipGates)] where isChosen {
      throw .invalidConfiguration(name: name, value: "true", expected: "false in \(model)")
    }
  }

  /// - Throws: `ModelError.invalidConfiguration` naming the first setting that skip gates do not allow.
  func validateSkipGates() throws(ModelError) {
    guard hasSkipGates else { return }
    func require(_ holds: Bool, _ name: String, _ value: String, _ expected: String) throws(ModelError) {
      if !holds { throw .invalidConfiguration(name: name, value: value, expected: expected) }
    }
    try require(layerCount > 0, "skip-gates", "true", "false without recurrent layers")
    try require(cell == .lstm, "cell", cell.rawValue, "lstm with --skip-gates")
    try require(
      batchNorm != .recurrent, "batch-norm", batchNorm.rawValue,
      "another one with --skip-gates: skipped steps have no statistics")
    try require(
      backpropagationWindow == nil, "bptt", "\(backpropagationWindow ?? 0)",
      "0 with --skip-gates, whose gradient cannot be cut")
    try require(
      weightDropout == 0, "weight-drop", "\(weightDropout)",
      "0 with --skip-gates, which have no mask of weights")
  }
}
