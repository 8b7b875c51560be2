/// The kind of encoder and decoder in a sequence model.
public enum SequenceForm: String, Codable, Hashable, Sendable, CaseIterable {
  /// Recurrent layers, with attention to the source after the decoder's first layer.
  case recurrent
  /// Self-attention blocks; those of the decoder also attend to the source.
  case transformer
}
