/// The sort of a failure, for programs that decide by it; messages are for people.
public enum ErrorKind: String, Sendable, CaseIterable, Codable {
  /// Data or a file that is not as it must be.
  case badInput
  /// A file or folder that does not exist.
  case notFound
  /// The system refused to read or write, or there is no room.
  case io
  /// A choice that cannot be, or that contradicts another.
  case usage
  /// Asked to end early.
  case interrupted
  /// The memory is not enough.
  case outOfMemory
  /// A model of another version of the format, or with parts that do not belong together.
  case incompatibleModel
  /// The loss stopped being a number.
  case diverged
}
