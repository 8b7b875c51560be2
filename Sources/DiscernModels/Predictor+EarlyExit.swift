import DiscernCorpus
import DiscernTensor

/// Early exits, at which the first layer answers some of the texts. A text's logits have the same bits alone
/// and in any batch, whether the first layer or the whole network answers.
extension Predictor {
  /// Logits of many texts, row-major [count, C], in the texts' order: the early exit's for texts that leave
  /// there, and the whole network's for the others. The layers above the first read only the latter.
  ///
  /// - Parameters:
  ///   - isSure: given the indices of some texts and their logits [n, C] at the early exit, returns which of
  ///     them leave.
  ///   - onAttention: called as by `logits`; for texts that leave, with the early exit's α.
  /// - Returns: also which texts left.
  package func logits(
    _ texts: EncodedTexts, leaving isSure: ([Int], [Float]) -> [Bool],
    onAttention: ((Int, [Float]) -> Void)? = nil
  ) -> (logits: [Float], left: [Bool]) {
    let classes = outputs.count
    var result = [Float](repeating: 0, count: texts.count * classes)
    var left = [Bool](repeating: false, count: texts.count)
    texts.forEachBatch(tokensPerBatch: model.configuration.encoder.tokensPerBatch) { batch in
      let own = logits(batch, leaving: { isSure(batch.indices, $0) }, onAttention: onAttention)
      for (row, index) in batch.indices.enumerated() {
        left[index] = own.left[row]
        for c in 0..<classes { result[index * classes + c] = own.logits[row * classes + c] }
      }
    }
    return (result, left)
  }

  /// The early exit's logits of many texts, [count, C], in the texts' order.
  package func exitLogits(_ texts: EncodedTexts) -> [Float] {
    logits(texts, leaving: { indices, _ in indices.map { _ in true } }).logits
  }

  /// The same for a batch, in the batch's order.
  private func logits(
    _ batch: PackedBatch, leaving isSure: ([Float]) -> [Bool], onAttention: ((Int, [Float]) -> Void)?
  ) -> (logits: [Float], left: [Bool]) {
    workspace.reset()
    let passes = members.map { member in
      Pass(
        Tape(compute: compute, workspace: workspace, weights: member.model.weights, gradients: nil), batch,
        cache: member.cache)
    }
    let firsts = zip(members, passes).map { $0.model.upToExit($1) }
    var result = Ensemble.logits(firsts.map { sideBySide($0.logits.map(\.value)) }, outputs)
    let left = isSure(result)
    let asked = left.indices.filter { !left[$0] }
    let (layout, rows) = batch.layout.selecting(asked)
    let tokens = rows.map { TokenRows(rowOfToken: $0, rowCount: batch.tokenCount) }
    var uppers: [(logits: [Float], attention: [Float]?)] = []
    if let layout {
      for ((member, pass), first) in zip(zip(members, passes), firsts) {
        let states = tokens.map { pass.tape.expandRows(first.states, $0) } ?? first.states
        let own = member.model.logits(above: states, layout, pass)
        uppers.append((sideBySide(own.logits.map(\.value)), own.attention?.array))
      }
      let above = Ensemble.logits(uppers.map(\.logits), outputs)
      let classes = outputs.count
      for (place, row) in asked.enumerated() {
        result.replaceSubrange(
          row * classes..<(row + 1) * classes, with: above[place * classes..<(place + 1) * classes])
      }
    }
    for pass in passes { steps += pass.steps }
    if let onAttention, model.hasAttention {
      // A text that does not leave gets the attention of the part that answered it.
      var attention = [Float](repeating: 0, count: batch.tokenCount)
      let share = 1 / Float(members.count)
      for pass in passes {
        for (token, weight) in (pass.attention?.array ?? []).enumerated() {
          attention[token] += weight * share
        }
      }
      let places = rows ?? (layout == nil ? [] : (0..<Int32(batch.tokenCount)).map(\.self))
      for token in places { attention[Int(token)] = 0 }
      for upper in uppers {
        for (place, weight) in zip(places, upper.attention ?? []) { attention[Int(place)] += weight * share }
      }
      tell(attention, batch, onAttention)
    }
    return (result, left)
  }
}
