/// What can be wrong with a file that is read as bytes: missing, damaged, or not what it should be.
public enum InputError: Error, Equatable, Sendable, CustomStringConvertible {
  case notFound(path: String)
  case isDirectory(path: String)
  /// The operating system refused; `reason` is its own sentence.
  case unreadable(path: String, reason: String)
  /// Compressed or archived data that ends too early or contradicts its own checksums.
  case corrupt(path: String, reason: String)
  /// An archive was given where one file is wanted; `members` names the first of its files.
  case severalFiles(path: String, members: [String])
  /// An archive without a single file.
  case noFile(path: String)
  /// The operating system refused to write; `reason` is its own sentence.
  case unwritable(path: String, reason: String)
  /// What is to be written is an input, or lies in a folder that is one.
  case sameFile(path: String, input: String)
  case lineTooLong(path: String, line: Int, limit: Int)

  public var description: String {
    switch self {
    case .notFound(let path):
      "\(path): no such file"
    case .isDirectory(let path):
      "\(path): is a folder, expected a file"
    case .unreadable(let path, let reason):
      "\(path): cannot be read: \(reason)"
    case .corrupt(let path, let reason):
      "\(path): is damaged or cut short (\(reason)); fetch or write it again"
    case .severalFiles(let path, let members):
      "\(path): is an archive of several files (\(members.joined(separator: ", "))), expected one; "
        + "unpack the one you want"
    case .noFile(let path):
      "\(path): is an archive without a file in it"
    case .unwritable(let path, let reason):
      "\(path): cannot be written: \(reason)"
    case .sameFile(let path, let input):
      "\(path): would be written over the input \(input); give the output another name"
    case .lineTooLong(let path, let line, let limit):
      "\(path):\(line): the line is longer than \(limit) bytes; is this a text file?"
    }
  }
}
