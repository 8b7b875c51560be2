import DiscernCorpus
import DiscernIO

extension RecordLocation {
  /// The members of a JSON line that identify its line of input.
  ///
  /// - Parameter namesFile: whether the file is named even if the line has a number.
  package func members(namesFile: Bool) -> [(key: String, value: String)] {
    [("line", "\(line)")] + (namesFile || line == 0 ? [("file", JSONText.string(path))] : [])
  }
}
