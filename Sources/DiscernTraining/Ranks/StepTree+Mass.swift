extension StepTree {
  /// The mass of all batches of a step, on every rank.
  ///
  /// - Parameter leaf: the mass of one of this rank's batches.
  func mass(_ leaf: (Int) -> StepMass) -> StepMass {
    var sum = sum(
      leaf: leaf,
      add: { sum, other in
        var sum = sum
        sum += other
        return sum
      },
      send: { mass, rank in mass.send(link, to: rank) }, receive: { StepMass(link, from: $0) })
    link.spread(receive: { sum = StepMass(link, from: $0) }, send: { sum?.send(link, to: $0) })
    guard let sum else { preconditionFailure("a step without a mass") }
    return sum
  }
}

extension StepMass {
  fileprivate func send(_ link: any RankLink, to rank: Int) {
    for masses in [losses, divergences, distillations] { link.sendList(masses, to: rank) }
  }

  fileprivate init(_ link: any RankLink, from rank: Int) {
    let parts = (0..<3).map { _ in link.receiveList(of: 0.0, from: rank) }
    self.init(losses: parts[0], divergences: parts[1], distillations: parts[2])
  }
}
