import DiscernIO

/// The reason why packed texts cannot be read.
public enum ShardError: Equatable, KnownFailure {
  /// The system refused to read.
  case cannotRead(path: String, reason: String)
  /// A block of texts, counted from 1, differs from the one that was written.
  case damaged(path: String, block: Int, reason: String)

  public var kind: ErrorKind {
    switch self {
    case .cannotRead: .io
    case .damaged: .badInput
    }
  }

  public var description: String {
    switch self {
    case .cannotRead(let path, let reason): "\(path): cannot read: \(reason)"
    case .damaged(let path, let block, let reason):
      "\(path): block \(block) \(reason); the file was damaged or changed: copy it again, or pack the texts "
        + "again (discern data pack)"
    }
  }
}
