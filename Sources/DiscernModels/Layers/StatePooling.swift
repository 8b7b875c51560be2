import DiscernTensor

/// Pooling without weights: the largest or the mean value of each feature over a text's tokens, or each
/// direction's last state.
struct StatePooling: PoolingLayer {
  enum Kind: Sendable, Hashable {
    case max, mean
    case last(directions: Int)
  }

  let kind: Kind
  let outputSize: Int

  func callAsFunction(_ input: Variable, _ pass: Pass) -> Variable {
    switch kind {
    case .max: pass.tape.maxPooling(input, layout: pass.layout)
    case .mean: pass.tape.meanPooling(input, layout: pass.layout)
    case .last(let directions):
      pass.tape.lastStatePooling(input, layout: pass.layout, directions: directions)
    }
  }

  func describe(to description: inout NetworkDescription) {
    let (name, operation): (String, NetworkDescription.Operation) =
      switch kind {
      case .max: ("max", .maximum)
      case .mean: ("mean", .mean)
      case .last(let directions): ("last", .last(directions: directions))
      }
    description.add("\(name) pooling", .text(outputSize), operation)
  }
}
