extension RecurrentConfiguration {
  /// - Parameter model: for people, a model whose answer the first layer alone could not give.
  package func requireNoEarlyExit(of model: String) throws(ModelError) {
    if hasEarlyExit {
      throw .invalidConfiguration(name: "early-exit", value: "true", expected: "false in \(model)")
    }
  }
}

extension EncoderConfiguration {
  /// Layers that each token of a text goes through; those that read sentences or pieces' places are not
  /// counted.
  package var layerCount: Int {
    switch self {
    case .recurrent(let configuration): configuration.layerCount + configuration.attentionLayers
    case .hierarchical(let configuration): configuration.words.layerCount
    case .transformer(let configuration): configuration.layerCount
    }
  }
}
