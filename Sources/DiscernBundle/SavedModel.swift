/// Where a model was saved, and what is worth telling people about it.
public struct SavedModel: Sendable, Equatable {
  /// The path as it was given.
  public let path: String
  /// What happened beside the saving, in its order; most often nothing.
  public let notes: [SaveNote]
}

/// Something that happened while a model was saved, though the model is in its place.
public enum SaveNote: Sendable, Equatable, CustomStringConvertible {
  /// Since the destination was checked, another program had put a model there; it was replaced.
  case replacedNewerModel(path: String)

  public var description: String {
    switch self {
    case .replacedNewerModel(let path):
      "\(path): another model was saved there since this training began; it has been replaced by this one"
    }
  }
}
