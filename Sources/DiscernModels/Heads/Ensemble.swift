/// Combines several models of the same shape into one: the mean of their probabilities, as logits.
enum Ensemble {
  /// Logits that each head turns into the mean of the members' probabilities. A row's result depends on that
  /// row alone.
  ///
  /// - Parameter members: at least one; each row-major [n, C] with all heads' outputs.
  static func logits(_ members: [[Float]], _ outputs: HeadOutputs) -> [Float] {
    if members.count == 1 { return members[0] }
    var result = members[0]
    let heads = Array(zip(outputs.heads.map(\.rules), outputs.ranges))
    for row in stride(from: 0, to: result.count, by: outputs.count) {
      for (rules, range) in heads {
        let place = row + range.lowerBound..<row + range.upperBound
        result.replaceSubrange(place, with: rules.average(members.map { $0[place] }))
      }
    }
    return result
  }
}
