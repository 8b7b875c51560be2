/// The place of a number of a series in a file.
public enum SeriesPlace: Sendable, Hashable, CustomStringConvertible {
  /// In a line of text, from 1.
  case line(path: String, Int)
  /// In a row of datasets, from 1.
  case row(path: String, Int)

  public var description: String {
    switch self {
    case .line(let path, let number): "\(path):\(number)"
    case .row(let path, let number): "\(path), row \(number)"
    }
  }
}
