import DiscernIO
import DiscernTensor

/// Missing keys get their defaults. Models of the first format store a number of directions instead of
/// `isBidirectional`.
extension RecurrentConfiguration: Codable {
  private enum CodingKeys: String, CodingKey {
    case embeddingSize, cell, hiddenSize, layerCount, isBidirectional, pooling, attentionSize, layerNorm
    case batchNorm, batchNormSteps, residual, trainsEmbedding, dropoutKind, embeddingDropout, wordDropout
    case subwordBuckets, subwordDropout, layerDropout, weightDropout, outputDropout, backpropagationWindow
    case directionCount, attentionLayers, attentionHeads, attentionWindow
    case attentionMemory, relativePositions
    case attentionProjection, attentionProjectionPerHead, attentionProjectionTokens
    case hasEarlyExit, hasSkipGates
  }

  public init(from decoder: any Decoder) throws { try self.init(from: decoder, isFirstFormat: false) }

  init(from decoder: any Decoder, isFirstFormat: Bool) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    try values.read(.embeddingSize, into: &embeddingSize)
    try values.read(.cell, into: &cell)
    try values.read(.hiddenSize, into: &hiddenSize)
    try values.read(.layerCount, into: &layerCount)
    try values.read(.pooling, into: &pooling)
    try values.read(.attentionSize, into: &attentionSize)
    try values.read(.layerNorm, into: &layerNorm)
    try values.read(.batchNorm, into: &batchNorm)
    batchNormSteps = try values.decodeIfPresent(Int.self, forKey: .batchNormSteps)
    try values.read(.residual, into: &residual)
    try values.read(.trainsEmbedding, into: &trainsEmbedding)
    try values.read(.dropoutKind, into: &dropoutKind)
    try values.read(.embeddingDropout, into: &embeddingDropout)
    try values.read(.wordDropout, into: &wordDropout)
    subwordBuckets = try values.decodeIfPresent(Int.self, forKey: .subwordBuckets) ?? 0
    subwordDropout = try values.decodeIfPresent(Float.self, forKey: .subwordDropout) ?? 0
    attentionLayers = try values.decodeIfPresent(Int.self, forKey: .attentionLayers) ?? 0
    attentionHeads = try values.decodeIfPresent(Int.self, forKey: .attentionHeads) ?? attentionHeads
    attentionWindow = try values.decodeIfPresent(Int.self, forKey: .attentionWindow)
    attentionMemory = try values.decodeIfPresent(Int.self, forKey: .attentionMemory)
    relativePositions = try values.decodeIfPresent(Bool.self, forKey: .relativePositions)
    attentionProjection = try values.decodeIfPresent(Int.self, forKey: .attentionProjection)
    attentionProjectionPerHead =
      try values.decodeIfPresent(Bool.self, forKey: .attentionProjectionPerHead) ?? false
    attentionProjectionTokens = try values.decodeIfPresent(Int.self, forKey: .attentionProjectionTokens)
    hasEarlyExit = try values.decodeIfPresent(Bool.self, forKey: .hasEarlyExit) ?? false
    hasSkipGates = try values.decodeIfPresent(Bool.self, forKey: .hasSkipGates) ?? false
    layerDropout = try values.decodeIfPresent(Float.self, forKey: .layerDropout)
    try values.read(.weightDropout, into: &weightDropout)
    try values.read(.outputDropout, into: &outputDropout)
    backpropagationWindow = try values.decodeIfPresent(Int.self, forKey: .backpropagationWindow)
    guard isFirstFormat else {
      try values.read(.isBidirectional, into: &isBidirectional)
      return
    }
    var count = 2
    try values.read(.directionCount, into: &count)
    guard (1...2).contains(count) else {
      throw DecodingError.dataCorruptedError(
        forKey: .directionCount, in: values, debugDescription: "is \(count), expected 1 or 2")
    }
    isBidirectional = count == 2
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(embeddingSize, forKey: .embeddingSize)
    try values.encode(cell, forKey: .cell)
    try values.encode(hiddenSize, forKey: .hiddenSize)
    try values.encode(layerCount, forKey: .layerCount)
    try values.encode(isBidirectional, forKey: .isBidirectional)
    try values.encode(pooling, forKey: .pooling)
    try values.encode(attentionSize, forKey: .attentionSize)
    try values.encode(layerNorm, forKey: .layerNorm)
    try values.encode(batchNorm, forKey: .batchNorm)
    try values.encodeIfPresent(batchNormSteps, forKey: .batchNormSteps)
    try values.encode(residual, forKey: .residual)
    try values.encode(trainsEmbedding, forKey: .trainsEmbedding)
    try values.encode(dropoutKind, forKey: .dropoutKind)
    try values.encode(embeddingDropout, forKey: .embeddingDropout)
    try values.encode(wordDropout, forKey: .wordDropout)
    // Older versions can read configurations without these keys.
    if subwordBuckets > 0 {
      try values.encode(subwordBuckets, forKey: .subwordBuckets)
      try values.encode(subwordDropout, forKey: .subwordDropout)
    }
    if attentionLayers > 0 {
      try values.encode(attentionLayers, forKey: .attentionLayers)
      try values.encode(attentionHeads, forKey: .attentionHeads)
      try values.encodeIfPresent(attentionWindow, forKey: .attentionWindow)
      try values.encodeIfPresent(attentionMemory, forKey: .attentionMemory)
      try values.encodeIfPresent(relativePositions, forKey: .relativePositions)
      if attentionProjection != nil {
        try values.encodeIfPresent(attentionProjection, forKey: .attentionProjection)
        try values.encode(attentionProjectionPerHead, forKey: .attentionProjectionPerHead)
        try values.encodeIfPresent(attentionProjectionTokens, forKey: .attentionProjectionTokens)
      }
    }
    if hasEarlyExit { try values.encode(hasEarlyExit, forKey: .hasEarlyExit) }
    if hasSkipGates { try values.encode(hasSkipGates, forKey: .hasSkipGates) }
    try values.encodeIfPresent(layerDropout, forKey: .layerDropout)
    try values.encode(weightDropout, forKey: .weightDropout)
    try values.encode(outputDropout, forKey: .outputDropout)
    try values.encodeIfPresent(backpropagationWindow, forKey: .backpropagationWindow)
  }
}
