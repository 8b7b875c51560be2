import DiscernCorpus
import DiscernIO
import DiscernVocabulary

/// Errors in a recipe file, or in a flag for one of its keys.
public enum RecipeError: Equatable, KnownFailure {
  /// The place of a setting.
  public enum Place: Hashable, Sendable {
    /// In a line of a recipe's file.
    case file(path: String, line: Int)
    /// On the command line.
    case flag
  }

  /// The file cannot be read.
  case input(InputError)
  /// The file is larger than a recipe may be.
  case tooLarge(path: String, limit: Int)
  /// The file is not UTF-8.
  case notUTF8(path: String, line: Int)
  /// The file is not YAML.
  case syntax(path: String, line: Int, reason: String)
  /// The file is empty, or has only comments.
  case empty(path: String)
  /// The file contains something other than keys with values.
  case notAMapping(path: String, line: Int, found: String)
  /// There is no key of that name.
  case unknownKey(path: String, line: Int, key: String, nearest: String?)
  /// A key occurs twice.
  case duplicateKey(path: String, line: Int, key: String)
  /// The value of a key is a list or a mapping, or the key itself is.
  case notAScalar(path: String, line: Int, found: String)
  /// The file uses an anchor, an alias or a tag, which recipes do not allow.
  case reference(path: String, line: Int)
  /// A value has the wrong form.
  case badValue(Place, key: String, value: String, expected: String)
  /// A value has the right form but is not valid.
  case invalid(Place, key: String, value: String, reason: String)
  /// A setting has no effect together with the others.
  case useless(Place, key: String, value: String, reason: String)
  /// Two keys set the same thing in different ways.
  case exclusive(Place, key: String, other: String)

  public var kind: ErrorKind {
    if case .input(let error) = self { return error.kind }
    return isAboutAFlag ? .usage : .badInput
  }

  public var description: String {
    switch self {
    case .input(let error): error.description
    case .tooLarge(let path, let limit):
      "\(path): has more than the \(limit) bytes that a recipe can have; is this a recipe?"
    case .notUTF8(let path, let line): "\(path):\(line): not valid UTF-8"
    case .syntax(let path, let line, let reason): "\(path):\(line): not YAML: \(reason)"
    case .empty(let path): "\(path): sets nothing; discern recipe show prints all keys"
    case .notAMapping(let path, let line, let found):
      "\(path):\(line): found \(found), expected lines such as hidden: 128"
    case .unknownKey(let path, let line, let key, let nearest):
      "\(path):\(line): no key is named “\(key)”" + (nearest.map { "; did you mean “\($0)”?" } ?? ";")
        + " discern recipe show prints all keys; paths are given as flags"
    case .duplicateKey(let path, let line, let key):
      "\(path):\(line): “\(key)” occurs more than once; remove all but one"
    case .notAScalar(let path, let line, let found):
      "\(path):\(line): found \(found), expected one key and one value per line, such as hidden: 128"
    case .reference(let path, let line):
      "\(path):\(line): anchors (&), aliases (*) and tags (!) are not supported in recipes; write the value "
        + "itself, in quotes if it begins with such a character"
    case .badValue(let place, let key, let value, let expected):
      "\(Self.words(place, key, value)): expected \(expected)"
    case .invalid(let place, let key, let value, let reason): "\(Self.words(place, key, value)): \(reason)"
    case .useless(let place, let key, let value, let reason):
      "\(Self.words(place, key, value)): has no effect \(reason); leave it out"
        + (reason.hasPrefix("for the model") ? ", or choose another --model" : "")
    case .exclusive(.file(let path, let line), let key, let other):
      "\(path):\(line): “\(key)” and “\(other)” are mutually exclusive; remove one of them"
    case .exclusive(.flag, let key, let other):
      "--\(key) and --\(other) are mutually exclusive; give one of "
        + "them"
    }
  }

  private static func words(_ place: Place, _ key: String, _ value: String) -> String {
    let shown = value.count > 40 ? value.prefix(39) + "…" : value[...]
    switch place {
    case .file(let path, let line): return "\(path):\(line): \(key): “\(shown)”"
    case .flag: return "--\(key) \(shown)"
    }
  }

  /// Whether the error is in a flag, not in a file.
  private var isAboutAFlag: Bool {
    switch self {
    case .badValue(.flag, _, _, _), .invalid(.flag, _, _, _), .exclusive(.flag, _, _),
      .useless(.flag, _, _, _):
      true
    default: false
    }
  }
}
