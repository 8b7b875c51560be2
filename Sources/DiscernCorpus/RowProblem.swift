import DiscernIO

/// The reason why a row cannot be used.
public enum RowProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// The row has more or fewer fields than the first one.
  case fieldCount(found: Int, expected: Int)
  /// A quoted field is never closed.
  case unclosedQuote(openedAtLine: Int)
  /// A field continues after its closing quote.
  case contentAfterQuote(field: Int)
  /// The label is empty.
  case emptyLabel
  /// None of several tasks has a label.
  case noLabel
  /// A label in a list contains the character that separates labels.
  case separatorInLabel(label: String, separator: String)
  /// The cell begins and ends like a list of labels but is not one.
  case brokenList(String)
  /// A program's record has labels for a task that the corpus does not have.
  case unknownTask(String, known: [String])
  /// A program's record has one label for a task with any number of labels per text, or vice versa.
  case otherKindOfLabels(task: String)
  /// The row repeats the names of the columns.
  case repeatedHeader
  /// fastText's `__label__` after the text's first word.
  case labelAfterText(String)
  /// The text's weight is not a finite number of 0 or above.
  case badWeight(String)
  /// The row contains a NUL byte.
  case nul
  /// The text is not valid UTF-8; `likely` is its probable encoding.
  case textNotUTF8(likely: TextEncoding?)
  /// The label is not valid UTF-8; `likely` as for texts.
  case labelNotUTF8(likely: TextEncoding?)
  /// The group is not valid UTF-8; `likely` as for texts.
  case groupNotUTF8(likely: TextEncoding?)
  /// A value that is passed on with the text is not valid UTF-8.
  case keptNotUTF8(column: String)
  /// The row contains bytes that are not valid in the requested encoding.
  case notInEncoding(TextEncoding)
  /// The line or text is longer than the limit, in bytes.
  case tooLong(limit: Int)
  /// The line does not begin with fastText's `__label__`.
  case noLabelPrefix
  /// The line is not valid JSON.
  case invalidJSON(column: Int, explanation: String)
  /// The JSON is not an object.
  case notAnObject
  /// The object has no such key.
  case missingKey(String, available: [String])
  /// A key's value has the wrong type.
  case wrongType(key: String, found: String, expected: String)
  /// The file of a text cannot be read.
  case unreadableFile(reason: String)
  /// The file in a folder or an archive is not a text, but an image, for example.
  case notText(FileKind)

  /// A short description that is the same for all rows with this problem.
  public var kind: String {
    switch self {
    case .fieldCount: "wrong number of fields"
    case .unclosedQuote: "quote that never closes"
    case .contentAfterQuote: "text after a closing quote"
    case .emptyLabel: "empty label"
    case .noLabel: "no label for any task"
    case .separatorInLabel: "separator inside a label"
    case .brokenList: "list of labels that cannot be read"
    case .unknownTask: "labels for an unknown task"
    case .otherKindOfLabels: "one label instead of a list, or the other way round"
    case .repeatedHeader: "repeated header"
    case .labelAfterText: "__label__ after the text"
    case .badWeight: "bad weight"
    case .nul: "NUL byte"
    case .textNotUTF8: "text not UTF-8"
    case .labelNotUTF8: "label not UTF-8"
    case .groupNotUTF8: "group not UTF-8"
    case .keptNotUTF8: "kept value not UTF-8"
    case .notInEncoding(let encoding): "bytes not valid in \(encoding)"
    case .tooLong: "longer than the limit"
    case .noLabelPrefix: "no __label__"
    case .invalidJSON: "invalid JSON"
    case .notAnObject: "not a JSON object"
    case .missingKey: "missing key"
    case .wrongType: "value of the wrong type"
    case .unreadableFile: "unreadable file"
    case .notText: "not a text"
    }
  }

  public var description: String {
    switch self {
    case .fieldCount(let found, let expected):
      "the row has \(found) field\(found == 1 ? "" : "s"), the first row has \(expected)"
    case .unclosedQuote(let line):
      "the quote opened in line \(line) never closes"
    case .contentAfterQuote(let field):
      "field \(field) has text after its closing quote (a quote inside a quoted field is written twice)"
    case .emptyLabel: "the label is empty"
    case .noLabel: "the row has no label for any task"
    case .unknownTask(let name, let known):
      "the corpus has no task “\(name)”" + NearestName.hint(for: name, among: known)
    case .otherKindOfLabels(let task):
      "the labels" + (task.isEmpty ? "" : " for the task “\(task)”") + " are of another kind than its "
        + "column: one label per text, or a list of any number"
    case .separatorInLabel(let label, let separator):
      "the label “\(label)” contains “\(separator)”, which separates labels; choose another with "
        + "--multi-label"
    case .brokenList(let cell):
      "“\(cell.prefix(60))” is not a list of labels such as ['a', 'b']; write the labels with the separator "
        + "of --multi-label between them"
    case .repeatedHeader:
      "the row repeats the header; remove it, or skip it with --on-error skip"
    case .labelAfterText(let label):
      "“\(label)” is after the text; move it to the front, or skip such lines with --on-error skip"
    case .badWeight(let weight): "the weight is “\(weight)”, expected a non-negative number"
    case .nul: "the row contains a NUL byte; is this a text file in UTF-8?"
    case .textNotUTF8(let likely): "the text is not valid UTF-8; " + Self.mend(likely)
    case .labelNotUTF8(let likely): "the label is not valid UTF-8; " + Self.mend(likely)
    case .groupNotUTF8(let likely): "the group is not valid UTF-8; " + Self.mend(likely)
    case .keptNotUTF8(let column):
      "the value of “\(column)” is not valid UTF-8; " + Self.mend(nil)
    case .notInEncoding(let encoding):
      "the row contains bytes that are not valid in \(encoding); choose another encoding with --encoding"
    case .tooLong(let limit):
      "the line or text is longer than \(limit) bytes; --max-line-bytes sets the limit"
    case .noLabelPrefix: "the line does not begin with “__label__”"
    case .invalidJSON(let column, let explanation): "invalid JSON at column \(column): \(explanation)"
    case .notAnObject:
      "is JSON but not an object; expected JSON Lines, one object per line, or an array of objects"
    case .missingKey(let key, let available):
      "the object has no key “\(key)”" + NearestName.hint(for: key, among: available)
        + (key.utf8.allSatisfy { 0x30...0x39 ~= $0 } ? "; keys are given by name, not by number" : "")
    case .wrongType(let key, let found, let expected):
      "the value of “\(key)” is \(found), expected \(expected)"
    case .unreadableFile(let reason): reason
    case .notText(let kind): "is \(kind.noun), expected text; \(kind.advice)"
    }
  }

  private static func mend(_ likely: TextEncoding?) -> String {
    guard let likely else { return "--encoding NAME reads other encodings" }
    return "it looks like \(likely), which --encoding \(likely) reads"
  }
}
