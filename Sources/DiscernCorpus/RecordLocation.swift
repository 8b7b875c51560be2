/// The place of a record.
public struct RecordLocation: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The file; `archive/member` for a text inside an archive.
  public let path: String
  /// The line on which it begins, from 1; 0 if the whole file is the record.
  public let line: Int

  /// - Parameter line: from 1; 0: the whole file.
  public init(path: String, line: Int) {
    self.path = path
    self.line = line
  }

  public var description: String { line > 0 ? "\(path):\(line)" : path }
}
