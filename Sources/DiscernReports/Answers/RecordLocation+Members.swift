import DiscernCorpus
import DiscernIO

extension RecordLocation {
  /// Members of a line of JSON that say which line of input it is about.
  ///
  /// - Parameter namesFile: whether the file is named though the line has a number.
  package func members(namesFile: Bool) -> [(key: String, value: String)] {
    [("line", "\(line)")] + (namesFile || line == 0 ? [("file", JSONText.string(path))] : [])
  }
}
