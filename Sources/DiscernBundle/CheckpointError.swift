import DiscernIO

/// The reasons why checkpoints cannot be written, read or resumed. Every case names the folder and the
/// remedy.
public enum CheckpointError: Equatable, KnownFailure {
  /// Another training is writing to the folder.
  case inUse(path: String)
  /// There is no such folder.
  case notFound(path: String)
  /// The folder holds no checkpoint.
  case none(path: String)
  /// The folder is of another known kind.
  case another(path: String, reason: String)
  /// The system refused to read, or the path is not a folder.
  case cannotRead(path: String, reason: String)
  /// No checkpoint in the folder is complete; the error is the newest one's.
  case damaged(path: String, BundleError)
  /// A new training was given a folder that holds another one's checkpoints.
  case taken(path: String)
  /// The name is not allowed for the folder.
  case folderName(path: String, reason: String)
  /// The system refused to write.
  case cannotWrite(path: String, reason: String)
  /// The checkpoint's training differs from the one to be resumed.
  case differs(path: String, what: String, checkpoint: String, now: String, advice: String)
  /// The data differs from that of the checkpoint's training.
  case otherData(path: String, what: String, checkpoint: String, now: String, advice: String)
  /// The training cannot be resumed for another reason.
  case cannotResume(path: String, reason: String)

  public var kind: ErrorKind {
    switch self {
    case .notFound, .none, .another: .notFound
    case .damaged, .otherData: .badInput
    case .inUse, .taken, .cannotWrite, .cannotRead: .io
    case .folderName, .differs, .cannotResume: .usage
    }
  }

  public var description: String {
    switch self {
    case .inUse(let path):
      "\(path): another running training writes its checkpoints there; wait until it ends or name another "
        + "folder (--checkpoint)"
    case .notFound(let path):
      "there is no folder \(path); name the folder that a training wrote (--checkpoint), or leave out "
        + "--resume to start over"
    case .none(let path):
      "\(path) holds no checkpoint; name the folder that a training wrote (--checkpoint), or leave out "
        + "--resume to start over"
    case .another(let path, let reason): "\(path) \(reason)"
    case .cannotRead(let path, let reason):
      "\(path) cannot be read as a folder of checkpoints: \(reason); name the folder that a training wrote "
        + "(--checkpoint)"
    case .damaged(let path, let error):
      switch error {
      case .unknownKey, .unknownValue, .requires, .newerFormat: "\(path): \(error)"
      default: "\(path): no checkpoint is intact: \(error); train again"
      }
    case .taken(let path):
      "\(path) holds the checkpoints of another training; resume it (discern train --resume \(path)), name "
        + "another folder (--checkpoint), or remove this one"
    case .folderName(let path, let reason): "\(path.isEmpty ? "“”" : path) (--checkpoint): \(reason)"
    case .cannotWrite(let path, let reason):
      "\(path): a checkpoint cannot be written there: \(reason); fix that, or name another folder "
        + "(--checkpoint)"
    case .differs(let path, let what, let checkpoint, let now, let advice),
      .otherData(let path, let what, let checkpoint, let now, let advice):
      "\(path): \(what) of the training there: \(Self.shown(checkpoint)), now: \(Self.shown(now)); \(advice)"
    case .cannotResume(let path, let reason): "\(path): \(reason)"
    }
  }

  /// The value is empty if a flag was not given.
  private static func shown(_ value: String) -> String { value.isEmpty ? "not set" : value }
}
