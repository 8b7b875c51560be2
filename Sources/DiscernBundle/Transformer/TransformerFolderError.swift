import DiscernIO
import DiscernVocabulary

/// The reason why a pretrained transformer's folder cannot be used.
public enum TransformerFolderError: KnownFailure {
  /// A file of the folder is missing, unreadable or damaged.
  case bundle(BundleError)
  /// One of the folder's JSON files is not JSON.
  case json(path: String, reason: String)
  /// The vocabulary of word pieces is wrong.
  case pieces(path: String, WordPieceError)
  /// Something in the folder is unknown, or not as required.
  case unsupported(path: String, String)

  public var kind: ErrorKind {
    if case .bundle(let error) = self { error.kind } else { .incompatibleModel }
  }

  public var description: String {
    switch self {
    case .bundle(let error): error.description
    case .json(let path, let reason): "\(path): \(reason)"
    case .pieces(let path, let error): "\(path): \(error)"
    case .unsupported(let path, let reason): "\(path): \(reason)"
    }
  }
}
