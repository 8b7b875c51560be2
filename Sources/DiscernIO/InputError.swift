/// A problem with a file that is read as bytes: missing, damaged, or of the wrong kind.
public enum InputError: Equatable, KnownFailure {
  /// There is no such file.
  case notFound(path: String)
  /// A folder was given, but a file is expected.
  case isDirectory(path: String)
  /// The operating system refused; `reason` is its own message.
  case unreadable(path: String, reason: String)
  /// Compressed or archived data that ends too early or contradicts its own checksums.
  case corrupt(path: String, reason: String)
  /// An archive of several files was given, but one file is expected; `members` names the first of its files.
  case severalFiles(path: String, members: [String])
  /// An archive without a single file.
  case noFile(path: String)
  /// The operating system refused to write; `reason` is its own message.
  case unwritable(path: String, reason: String)
  /// The reader of an output pipe closed it: the end, not an error.
  case closedPipe(path: String)
  /// A name that is not allowed for an output, even if the system accepts it.
  case outputName(path: String, reason: String)
  /// The output is an input, or is in a folder that is one.
  case sameFile(path: String, input: String)
  /// The output would overwrite a file of a trained model.
  case partOfModel(path: String)
  /// The output would be in a model's folder.
  case insideModel(path: String, folder: String)
  /// A line is longer than the limit, in bytes.
  case lineTooLong(path: String, line: Int, limit: Int)
  /// A file of another kind, such as a spreadsheet, which cannot be read.
  case otherKind(path: String, FileKind)
  /// A pipe or standard input that would be read a second time.
  case readOnce(path: String)
  /// One pipe, or standard input, is given twice.
  case givenTwice(path: String)
  /// A stream that is read several times could not be kept in a temporary file.
  case cannotKeep(path: String, folder: String, reason: String)
  /// Compressed data that unpacked to more than `limit` bytes.
  case unpacksTooMuch(path: String, limit: Int)
  /// Compressed data that unpacked to more than `ratio` times its size.
  case unpacksSuspiciously(path: String, ratio: Int)
  /// An archive's member is encrypted.
  case encrypted(path: String, member: String)
  /// The name of a file or a member is invalid in the given encoding of names.
  case undecodableName(path: String, name: String, encoding: String)
  /// Reading was asked to end early.
  case interrupted

  public var kind: ErrorKind {
    switch self {
    case .notFound: .notFound
    case .unreadable, .unwritable, .closedPipe, .cannotKeep: .io
    case .givenTwice, .sameFile, .partOfModel, .insideModel, .outputName: .usage
    case .interrupted: .interrupted
    case .isDirectory, .corrupt, .severalFiles, .noFile, .lineTooLong, .otherKind, .readOnce, .unpacksTooMuch,
      .unpacksSuspiciously, .encrypted, .undecodableName:
      .badInput
    }
  }

  public var description: String {
    switch self {
    case .notFound(let path):
      path.isEmpty ? "“”: the name of a file is empty; give one" : "\(path): no such file"
    case .isDirectory(let path):
      "\(path): is a folder, expected a file"
    case .unreadable(let path, let reason):
      "\(path == "-" ? "standard input" : path): cannot be read: \(reason)"
    case .corrupt(let path, let reason):
      "\(path): is damaged or truncated (\(reason)); fetch or write it again"
    case .severalFiles(let path, let members):
      "\(path): is an archive of several files (\(members.joined(separator: ", "))), expected one; "
        + "unpack the one you want"
    case .noFile(let path):
      "\(path): is an archive that contains no file"
    case .unwritable(let path, let reason):
      "\(path): cannot be written: \(reason)"
    case .closedPipe(let path): "\(path): was closed by its reader"
    case .outputName(let path, let reason):
      "\(path.isEmpty ? "“”" : path): \(reason)"
    case .insideModel(let path, let folder):
      "\(path): is in the folder of the model \(folder); give another path"
    case .sameFile(let path, let input):
      "\(path): would overwrite the input \(input); give the output another name"
    case .partOfModel(let path):
      "\(path): is part of a trained model; give the output another name"
    case .lineTooLong(let path, let line, let limit):
      "\(path):\(line): the line is longer than \(limit) bytes; is this a text file?"
    case .otherKind(let path, let kind):
      "\(path): is \(kind.noun), expected text; \(kind.advice)"
    case .readOnce(let path):
      "\(path == "-" ? "standard input" : path): can be read only once, and has been read already; give a "
        + "file"
    case .givenTwice(let path):
      "\(path == "-" ? "standard input (-)" : path): is given twice, but it can be read only once; write it "
        + "to a file and give that"
    case .cannotKeep(let path, let folder, let reason):
      "\(path == "-" ? "standard input" : path): must be read more than once, but cannot be stored in "
        + "\(folder): \(reason); set TMPDIR to a folder with more space, or give a file"
    case .unpacksTooMuch(let path, let limit):
      "\(path): unpacks to more than \(limit) bytes; raise --max-unpacked-bytes if that is intended"
    case .unpacksSuspiciously(let path, let ratio):
      "\(path): unpacks to more than \(ratio) times its size; raise --max-unpack-ratio, or unpack it first, "
        + "if that is intended"
    case .encrypted(let path, let member):
      "\(path): “\(member)” is encrypted; unpack the archive first"
    case .undecodableName(let path, let name, let encoding):
      "\(path): the name “\(name)” is not valid in \(encoding); give the right --names-encoding"
    case .interrupted: "interrupted while data was read"
    }
  }
}
