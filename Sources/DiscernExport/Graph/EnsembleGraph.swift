import DiscernModels
import DiscernSystem

/// Several networks as one: logits that give the mean of their probabilities, computed from logarithms, so
/// that small probabilities do not underflow.
enum EnsembleGraph {
  /// - Parameter members: [batch, labels] each.
  static func logits(
    _ members: [String], _ head: HeadConfiguration, _ name: String, _ graph: inout GraphBuilder
  ) -> String {
    if members.count == 1 { return members[0] }
    switch head.kind {
    case .classes:
      let logarithms = members.enumerated().map { index, logits in
        graph.add("LogSoftmax", [logits], "\(name).log\(index + 1)", [("axis", .int(1))])
      }
      let sum = logarithmOfSum(logarithms, name, &graph)
      return graph.add("Sub", [sum, graph.number(Float(log(Double(members.count))))], name + ".mean")
    case .labels:
      // log(mean p) - log(mean (1 - p)), and log p = -log(1 + exp(-x)).
      let parts = [Float(-1), 1].map { sign in
        let terms = members.map { logits in
          let turned = sign < 0 ? graph.add("Neg", [logits], name + ".turned") : logits
          let soft = graph.add("Softplus", [turned], name + ".soft")
          return graph.add("Neg", [soft], name + ".log")
        }
        return logarithmOfSum(terms, name, &graph)
      }
      return graph.add("Sub", parts, name + ".mean")
    }
  }

  /// The mean of the networks' attention [batch, time].
  static func mean(_ members: [String], _ graph: inout GraphBuilder) -> String {
    if members.count == 1 { return members[0] }
    let sum = graph.add("Sum", members, "attention.sum")
    return graph.add("Div", [sum, graph.number(Float(members.count))], "attention.mean")
  }

  /// log Σ exp x over the values, element by element.
  private static func logarithmOfSum(
    _ values: [String], _ name: String, _ graph: inout GraphBuilder
  ) -> String {
    let largest = graph.add("Max", values, name + ".largest")
    let terms = values.map { value in
      let distance = graph.add("Sub", [value, largest], name + ".distance")
      return graph.add("Exp", [distance], name + ".term")
    }
    let sum = graph.add("Sum", terms, name + ".sum")
    let logarithm = graph.add("Log", [sum], name + ".sum.log")
    return graph.add("Add", [logarithm, largest], name + ".sum.whole")
  }
}
