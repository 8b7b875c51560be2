import DiscernModels
import DiscernTensor

/// One network as operations, made step by step from its description.
struct NetworkGraph {
  let weights: Weights
  /// The current input of the layers: words, or sentences.
  private(set) var inputs: SequenceInputs
  /// The sentences of a network that reads them one by one.
  private let sentenceInputs: SequenceInputs?
  let options: ONNXOptions
  /// The precision of the weights.
  let precision: ONNXOptions.Weights
  /// The prefix of all names that belong to the network.
  let prefix: String
  /// [time, batch, features] the output of the last step.
  private var states = ""
  /// By step, its input.
  private var stepInputs: [String] = []
  /// [batch, time, features] the last layer's states, once the first pooling needs them.
  private var textStates: String?
  /// The results of poolings, [batch, features] each.
  private var pooled: [String] = []
  /// [batch, features] of all poolings.
  private var features: String?
  /// [batch, time] the weights of the first attention; [sentences, time] if the network reads sentences one
  /// by one.
  private(set) var attention: String?
  /// [batch, places] the weights of the attention to sentences.
  private(set) var sentenceAttention: String?
  /// By head: [batch, labels].
  private(set) var logits: [String] = []

  init(
    _ network: NeuralClassifier, _ inputs: SequenceInputs, _ sentences: SequenceInputs?,
    _ options: ONNXOptions, prefix: String, _ graph: inout GraphBuilder
  ) {
    weights = network.weights
    self.inputs = inputs
    sentenceInputs = sentences
    self.options = options
    precision = options.weights ?? (network.isQuantized ? .int8 : .float32)
    self.prefix = prefix
    for step in network.description.steps { add(step.operation, &graph) }
  }

  private mutating func add(_ operation: NetworkDescription.Operation, _ graph: inout GraphBuilder) {
    stepInputs.append(states)
    switch operation {
    case .embedding(let table): states = embedding(table, &graph)
    case .letters(let table): states = letters(table, &graph)
    case .dropout: break
    case .layerNormalisation(let parameters):
      states = graph.add(
        "LayerNormalization", [states, vector(parameters.weight, &graph), vector(parameters.bias, &graph)],
        name(parameters.weight.name, "normalised"), [("axis", .int(-1)), ("epsilon", .float(1e-5))])
      textStates = nil
    case .batchNormalisation(let parameters):
      let norm = StepNormGraph(
        weights.fixedNorm(parameters), positions: inputs.positions, name(parameters.weight.name, "norm"),
        &graph)
      states = norm.apply(to: states, &graph)
    case .recurrent(let directions): states = recurrent(directions, of: states, &graph)
    case .batchNormalisedLSTM(let directions): states = normalisedLSTM(directions, of: states, &graph)
    case .skippingLSTM: preconditionFailure("refused before")
    case .shortcut(let step, let projection):
      let input = projection.map { product(stepInputs[step], $0.weight, &graph) } ?? stepInputs[step]
      states = graph.add("Add", [states, input], prefix + "residual")
    case .attention(let parameters): addAttention(parameters, &graph)
    case .maximum, .mean, .last: addPooling(operation, &graph)
    case .sentences: beginSentences(&graph)
    case .context(let directions, let projection):
      let context = context(states, directions, projection, &graph)
      states = graph.add("Add", [stepInputs[stepInputs.count - 2], context], prefix + "sentences.read")
    case .tokenEmbedding(let embedding):
      states = tokenEmbedding(embedding, &graph)
      textStates = states
    case .transformerBlock(let block):
      states = transformerBlock(block, of: states, &graph)
      textStates = states
    case .positionEncodedWords(let projection, let waves): states = placed(states, projection, waves, &graph)
    case .selfAttentionBlock(let block):
      textStates = selfAttentionBlock(block, of: statesByText(&graph), &graph)
      states = graph.add(
        "Transpose", [textStates ?? states], name(block.output.weight.name, "turned"),
        [("perm", .ints([1, 0, 2]))])
    case .first:
      pooled.append(
        graph.add("Gather", [statesByText(&graph), graph.number(0)], prefix + "first", [("axis", .int(1))]))
    case .unitLength: pooled[pooled.count - 1] = unitLength(pooled[pooled.count - 1], &graph)
    case .scaling(let scaling): pooled[pooled.count - 1] = scaled(pooled[pooled.count - 1], scaling, &graph)
    case .output(let parameters): addHead(parameters, &graph)
    }
  }

  func name(_ weight: String, _ ending: String) -> String { "\(prefix)\(weight).\(ending)" }

  // MARK: Words

  /// [time, batch, D]
  private func embedding(_ table: EmbeddingTable, _ graph: inout GraphBuilder) -> String {
    let vectors = rows(of: table, inputs.tokens, &graph)
    return graph.add("Transpose", [vectors], prefix + "words", [("perm", .ints([1, 0, 2]))])
  }

  /// The word vectors, plus those of the letters of unknown words.
  private func letters(_ table: EmbeddingTable, _ graph: inout GraphBuilder) -> String {
    guard let letters = inputs.letters else { return states }
    let name = prefix + "letters"
    let rows = rows(of: table, letters.buckets, &graph)  // [words, buckets, D]
    let counts = graph.add("Cast", [letters.mask], name + ".mask", [("to", .int(ONNXType.float32.rawValue))])
    let column = graph.add("Unsqueeze", [counts, graph.list([2])], name + ".column")
    let kept = graph.add("Mul", [rows, column], name + ".kept")
    let sums = graph.add("ReduceSum", [kept, graph.list([1])], name + ".sums", [("keepdims", .int(0))])
    let count = graph.add("ReduceSum", [counts, graph.list([1])], name + ".count", [("keepdims", .int(1))])
    let divisor = graph.add("Max", [count, graph.number(Float(1))], name + ".divisor")
    let means = graph.add("Div", [sums, divisor], name + ".means")  // [words, D]
    let none = graph.tensor(
      name + ".none", [1, table.columnCount], [Float](repeating: 0, count: table.columnCount))
    let choices = graph.add("Concat", [none, means], name + ".choices", [("axis", .int(0))])
    let added = graph.add("Gather", [choices, letters.words], name + ".added", [("axis", .int(0))])
    let turned = graph.add("Transpose", [added], name + ".turned", [("perm", .ints([1, 0, 2]))])
    return graph.add("Add", [states, turned], name + ".words")
  }

  // MARK: Texts

  /// [batch, time, features]
  private mutating func statesByText(_ graph: inout GraphBuilder) -> String {
    if let textStates { return textStates }
    let result = graph.add("Transpose", [states], prefix + "states", [("perm", .ints([1, 0, 2]))])
    textStates = result
    return result
  }

  /// Continues from the words of all sentences with the sentences of the texts.
  private mutating func beginSentences(_ graph: inout GraphBuilder) {
    guard let sentenceInputs else { return }
    states = sentences(pooledFeatures(&graph), sentenceInputs, &graph)
    (pooled, features, textStates) = ([], nil, nil)
    inputs = sentenceInputs
  }

  private mutating func addAttention(_ parameters: AttentionParameters, _ graph: inout GraphBuilder) {
    let states = statesByText(&graph)
    let name = name(parameters.score.name, "attention")
    var keys = states
    if let projection = parameters.projection {
      keys = product(states, projection.weight, &graph)
      if let bias = projection.bias {
        keys = graph.add("Add", [keys, vector(bias, &graph)], name + ".moved")
      }
      keys = graph.add("Tanh", [keys], name + ".keys")
    }
    let score = graph.tensor(
      prefix + parameters.score.name, [parameters.score.count, 1], weights[parameters.score].array)
    let column = graph.add("MatMul", [keys, score], name + ".column")
    let scores = graph.add("Squeeze", [column, graph.list([2])], name + ".scores")
    let kept = graph.add("Where", [inputs.mask, scores, graph.number(-Float.infinity)], name + ".kept")
    let shares = graph.add("Softmax", [kept], name, [("axis", .int(1))])  // [batch, time]
    let row = graph.add("Unsqueeze", [shares, graph.list([1])], name + ".row")
    let sum = graph.add("MatMul", [row, states], name + ".sum")  // [batch, 1, F]
    pooled.append(graph.add("Squeeze", [sum, graph.list([1])], name + ".pooled"))
    if inputs.tokens == sentenceInputs?.tokens {
      sentenceAttention = shares
    } else {
      attention = attention ?? shares
    }
  }

  private mutating func addPooling(
    _ operation: NetworkDescription.Operation, _ graph: inout GraphBuilder
  ) {
    let states = statesByText(&graph)
    func kept(_ name: String, otherwise value: Float) -> String {
      let mask = graph.add("Unsqueeze", [inputs.mask, graph.list([2])], name + ".mask")
      return graph.add("Where", [mask, states, graph.number(value)], name + ".kept")
    }
    switch operation {
    case .maximum:
      let kept = kept(prefix + "max", otherwise: -.infinity)
      pooled.append(
        graph.add("ReduceMax", [kept], prefix + "max.pooled", [("axes", .ints([1])), ("keepdims", .int(0))]))
    case .mean:
      let kept = kept(prefix + "mean", otherwise: 0)
      let sum = graph.add(
        "ReduceSum", [kept, graph.list([1])], prefix + "mean.sum", [("keepdims", .int(0))])
      let count = graph.add(
        "Cast", [inputs.lengths], prefix + "mean.count", [("to", .int(ONNXType.float32.rawValue))])
      let column = graph.add("Unsqueeze", [count, graph.list([1])], prefix + "mean.column")
      pooled.append(graph.add("Div", [sum, column], prefix + "mean.pooled"))
    case .last(let directions): pooled.append(last(states, directions, &graph))
    default: break
    }
  }

  /// The forward half of a text's last token and the backward half of its first, side by side.
  private func last(_ states: String, _ directions: Int, _ graph: inout GraphBuilder) -> String {
    let name = prefix + "last"
    let ends = graph.add("Sub", [inputs.longLengths, graph.number(1)], name + ".ends")
    let places = graph.add("Unsqueeze", [ends, graph.list([1])], name + ".places")
    let end = graph.add("GatherND", [states, places], name + ".end", [("batch_dims", .int(1))])  // [batch, F]
    if directions == 1 { return end }
    let start = graph.add("Gather", [states, graph.number(0)], name + ".start", [("axis", .int(1))])
    let (ahead, back) = (halves(end, &graph, name + ".end").0, halves(start, &graph, name + ".start").1)
    return graph.add("Concat", [ahead, back], name + ".pooled", [("axis", .int(1))])
  }

  private func halves(_ value: String, _ graph: inout GraphBuilder, _ name: String) -> (String, String) {
    let parts = graph.add("Split", [value], outputs: [name + ".ahead", name + ".back"], [("axis", .int(1))])
    return (parts[0], parts[1])
  }

  /// All poolings side by side.
  private mutating func pooledFeatures(_ graph: inout GraphBuilder) -> String {
    let all =
      features
      ?? (pooled.count == 1
        ? pooled[0] : graph.add("Concat", pooled, prefix + "features", [("axis", .int(1))]))
    features = all
    return all
  }

  private mutating func addHead(_ parameters: LinearParameters, _ graph: inout GraphBuilder) {
    let pooled = pooledFeatures(&graph)
    let weight = graph.tensor(
      prefix + parameters.weight.name, parameters.weight.shape, weights[parameters.weight].array)
    let bias = parameters.bias.map { [vector($0, &graph)] } ?? []
    logits.append(
      graph.add(
        "Gemm", [pooled, weight] + bias, name(parameters.weight.name, "logits"), [("transB", .int(1))]))
  }
}
