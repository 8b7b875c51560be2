import DiscernTensor

/// Turns a batch's words into one vector per text by way of its sentences: words → recurrent layers → pooling
/// for each sentence, then a recurrent layer → attention over the sentences of each text.
///
/// A sentence's vector v becomes v + W c, where the context c is the forward direction's state after the
/// previous sentence and the backward direction's after the next one; W is left out if the sizes are the
/// same. Attention then weights the results. The context of a lone sentence is zero, so that a text of one
/// sentence has the vector that the words' network computes.
struct HierarchicalEncoder: SentenceEncoder {
  private let configuration: HierarchicalConfiguration
  private let words: RecurrentEncoder
  private let dropout: FeatureDropout
  private let context: SentenceContext
  private let attention: AttentionPooling

  init(_ configuration: HierarchicalConfiguration, _ layout: inout ParameterLayout, vocabularySize: Int) {
    self.configuration = configuration
    let network = configuration.words
    words = RecurrentEncoder(network, &layout, vocabularySize: vocabularySize)
    let size = words.featureSize
    dropout = FeatureDropout(
      kind: network.dropoutKind, place: .between(layer: network.layerCount),
      rate: configuration.layerDropoutRate, size: size)
    layout.depth += 1
    context = SentenceContext(
      &layout,
      Recurrent(
        &layout, cell: network.cell, index: 0, inputSize: size,
        hiddenSize: configuration.sentenceHiddenSize, isBidirectional: network.isBidirectional, window: nil,
        weightDropout: network.weightDropout,
        stack: Recurrent.Stack(name: "sentences.", below: network.layerCount)),
      directions: network.directionCount, hiddenSize: configuration.sentenceHiddenSize, outputSize: size)
    attention = AttentionPooling(
      &layout, prefix: "sentences.attention", size: size, attentionSize: network.attentionSize)
  }

  var wordTable: EmbeddingTable { words.wordTable }

  var letterTable: EmbeddingTable? { words.letterTable }

  var acceptsPerturbation: Bool { words.acceptsPerturbation }

  var featureSize: Int { words.featureSize }

  var hasAttention: Bool { words.hasAttention }

  func callAsFunction(_ pass: Pass) -> Variable {
    guard let sentences = pass.batch.sentences else {
      preconditionFailure("a hierarchical network reads texts that were divided into sentences")
    }
    let tokens = words.words(pass).rearranged(sentences, pass)
    let own = pass.over(sentences.words) { words.pooled(tokens, pass) }  // [M, F]
    let vectors = pass.tape.expandRows(own.result, sentences.sentences)  // [M, F]
    let texts = pass.over(sentences.texts) {
      let read = dropout(Sequences(vectors), pass)
      return attention(context(vectors, read, pass), pass)  // [N, F]
    }
    if let ofWords = own.attention, let ofSentences = texts.attention {
      pass.note(attention: Self.product(ofWords, ofSentences, sentences, pass))
    }
    return words.dropped(pass.tape.expandRows(texts.result, sentences.places), pass)
  }

  /// The weight of each word in its text: its weight in its sentence times the sentence's weight.
  ///
  /// - Parameters:
  ///   - words: [S, 1] in the order of the sentences' words.
  ///   - texts: [M, 1] in the order of the texts' sentences.
  /// - Returns: [S, 1] in the batch's order.
  private static func product(
    _ words: Matrix, _ texts: Matrix, _ sentences: PackedSentences, _ pass: Pass
  ) -> Matrix {
    let result = pass.tape.workspace.matrix(words.rows, 1)
    var ofSentence = [Float](repeating: 0, count: sentences.count)
    for (row, sentence) in sentences.sentences.rowOfToken.enumerated() {
      ofSentence[Int(sentence)] = texts.pointer[row]
    }
    let layout = sentences.words
    for step in 0..<layout.stepCount {
      for sentence in 0..<layout.batchSizes[step] {
        let row = layout.offsets[step] + sentence
        let token = Int(sentences.tokens.rowOfToken[row])
        result.pointer[token] = words.pointer[row] * ofSentence[sentence]
      }
    }
    return result
  }

  func describe(to description: inout NetworkDescription) {
    description.of(.words) { words.describeLayers(to: &$0) }
    description.of(.sentences) {
      $0.add("sentences", .tokens(featureSize), .sentences)
      dropout.describe(to: &$0)
      context.describe(to: &$0)
      attention.describe(to: &$0)
    }
    words.describeDropout(to: &description)
  }

  func makeProjectionCache() -> ProjectionCache? { words.makeProjectionCache() }
}
