/// The kind of a failure, for programs to act on; messages are for people.
public enum ErrorKind: String, Sendable, CaseIterable, Codable {
  /// Invalid data, or an invalid file.
  case badInput
  /// A file or folder that does not exist.
  case notFound
  /// The system refused to read or write, or there is no space.
  case io
  /// An impossible setting, or one that contradicts another.
  case usage
  /// The work was asked to end early.
  case interrupted
  /// There is not enough memory.
  case outOfMemory
  /// A model of another version of the format, or with parts that do not belong together.
  case incompatibleModel
  /// The loss or its gradients are no longer finite.
  case diverged
}
