import DiscernTensor

/// Σ α h over a text's tokens, where α is the softmax of a learned score: additive (Bahdanau et al. 2015) or
/// linear.
struct AttentionPooling: PoolingLayer {
  private let parameters: AttentionParameters
  let outputSize: Int

  /// - Parameter attentionSize: hidden units of additive attention; `nil`: linear.
  init(_ layout: inout ParameterLayout, prefix: String, size: Int, attentionSize: Int?) {
    outputSize = size
    parameters = AttentionParameters(&layout, prefix: prefix, inputSize: size, attentionSize: attentionSize)
  }

  func callAsFunction(_ input: Variable, _ pass: Pass) -> Variable {
    let (pooled, attention) = pass.tape.attentionPooling(input, layout: pass.layout, parameters)
    pass.note(attention: attention)
    return pooled
  }

  func describe(to description: inout NetworkDescription) {
    let projection = parameters.projection
    description.add(
      projection == nil ? "linear pooling" : "additive pooling", .text(outputSize), .attention(parameters),
      parameters: [projection?.weight, projection?.bias, parameters.score],
      productsPerToken: (projection?.weight.count ?? 0) + parameters.score.count + outputSize)
  }
}
