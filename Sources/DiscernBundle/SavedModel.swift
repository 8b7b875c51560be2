/// The place where a model was saved, and notes for users about it.
public struct SavedModel: Sendable, Equatable {
  /// The path as given.
  public let path: String
  /// Events during the save, in order; usually none.
  public let notes: [SaveNote]

  package init(path: String, notes: [SaveNote]) {
    self.path = path
    self.notes = notes
  }
}

/// An event while a model was saved; the model is in its place nevertheless.
public enum SaveNote: Sendable, Equatable, CustomStringConvertible {
  /// After the destination was checked, another program put a model there; it was replaced.
  case replacedNewerModel(path: String)
  /// Folders that killed saves had left were removed from a folder.
  case removedLeftovers(path: String, count: Int)
  /// A killed save left a folder with files that are not a model's; it is kept.
  case leftoverHoldsOtherFiles(path: String)
  /// A folder could not be searched for the remains of killed saves.
  case cannotLookForLeftovers(reason: String)
  /// The old model, or a file beside it, could not be moved away.
  case oldModelIsLeft(path: String)
  /// The card was not written: the file at its path stays unchanged.
  case cardIsLeft(path: String, reason: String)
  /// The card's test figures belonged to the previous model and are left out of the new one's.
  case testsAreLeftOut(path: String, data: [String])

  public var description: String {
    switch self {
    case .replacedNewerModel(let path):
      "\(path): another model was saved there after this training began; this one has replaced it"
    case .removedLeftovers(let path, let count):
      "\(path): removed \(count == 1 ? "a folder" : "\(count) folders") left there by killed saves"
    case .leftoverHoldsOtherFiles(let path):
      "\(path) was left by a killed save, and contains files that are not part of a model; move them away "
        + "and remove it"
    case .cannotLookForLeftovers(let reason): "cannot look for folders left by killed saves: \(reason)"
    case .oldModelIsLeft(let path):
      "\(path) holds files of the replaced model that could not be moved away; move any files of your own "
        + "into the new folder"
    case .cardIsLeft(let path, let reason): "\(path) is left unchanged: \(reason)"
    case .testsAreLeftOut(let path, let data):
      "\(path): the figures on \(data.joined(separator: ", ")) were those of another model and are left out; "
        + "evaluate this one with discern evaluate MODEL --data TEXTS --update-card"
    }
  }
}
