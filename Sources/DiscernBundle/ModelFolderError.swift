import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernText
import DiscernVocabulary

/// The reason why a model's folder cannot be used or written.
public enum ModelFolderError: KnownFailure {
  /// A file of the folder, or the folder itself, cannot be read or written.
  case bundle(BundleError)
  /// The file of the vocabulary is wrong.
  case vocabulary(VocabularyError)
  /// The file of the n-grams is wrong.
  case ngrams(NGramError)
  /// The tokenizer cannot be made as the manifest describes it.
  case text(path: String, TextError)
  /// The model does not match its configuration; `defaults`: keys missing in the manifest, whose defaults
  ///   were used.
  case model(path: String, ModelError, defaults: [String])
  /// Packed texts cannot be read, or are damaged.
  case shards(ShardError)
  /// The files are intact but do not match each other.
  case inconsistent(path: String, what: String, expected: String)

  public var kind: ErrorKind {
    switch self {
    case .bundle(let error): error.kind
    case .vocabulary(let error): error.kind
    case .ngrams(let error): error.kind
    case .shards(let error): error.kind
    case .text, .model, .inconsistent: .incompatibleModel
    }
  }

  public var description: String {
    switch self {
    case .bundle(let error): error.description
    case .vocabulary(let error): error.description
    case .ngrams(let error): error.description
    case .shards(let error): error.description
    case .text(let path, let error): "\(path): \(error)"
    case .model(let path, let error, let defaults):
      "\(path): \(error)"
        + (defaults.isEmpty
          ? ""
          : "; the manifest lacks \(NearestName.list(defaults, letters: 200)), for which the default was "
            + "used")
    case .inconsistent(let path, let what, let expected):
      "\(path): \(what), expected \(expected); copy the model again or train it again"
    }
  }
}
