/// What reads and writes in a model of sequences.
public enum SequenceForm: String, Codable, Hashable, Sendable, CaseIterable {
  /// Recurrent layers, with attention to what was read behind the first that writes.
  case recurrent
  /// Blocks of self-attention, those that write with attention to what was read.
  case transformer
}
