import DiscernIO

/// A problem with a vocabulary file or a set of labels.
public enum VocabularyError: Equatable, KnownFailure {
  /// The file cannot be read.
  case input(InputError)
  /// One of the first two lines is not the special token that belongs there.
  case specialLine(path: String, line: Int, expected: String, found: String)
  /// A line is not valid UTF-8.
  case invalidUTF8(path: String, line: Int)
  /// A line has no token before its tab.
  case emptyToken(path: String, line: Int)
  /// A line has no tab and count.
  case missingCount(path: String, line: Int)
  /// A count is not a whole number from 0.
  case badCount(path: String, line: Int, found: String)
  /// The sum of all counts up to this line exceeds 64 bits.
  case countsTooLarge(path: String, line: Int)
  /// Some lines end in CR LF and some do not.
  case mixedLineEnds(path: String, line: Int)
  /// The third field of the first line is not one that this program knows.
  case badTokenizer(path: String, found: String)
  /// A backslash begins no known escape.
  case badEscape(path: String, line: Int, found: String)
  /// A token occurs twice.
  case duplicateToken(path: String, line: Int, token: String, firstLine: Int)
  /// There are no labels.
  case noLabels
  /// A classifier needs at least two labels.
  case singleLabel(String)
  /// A label occurs twice.
  case duplicateLabel(String)

  public var kind: ErrorKind {
    if case .input(let error) = self { error.kind } else { .badInput }
  }

  public var description: String {
    switch self {
    case .input(let error):
      error.description
    case .specialLine(let path, let line, let expected, let found):
      "\(path):\(line): expected \"\(expected)\", a tab and a number, found \"\(Self.excerpt(found))\"; "
        + "is this a vocabulary file?"
    case .invalidUTF8(let path, let line):
      "\(path):\(line): not valid UTF-8"
    case .emptyToken(let path, let line):
      "\(path):\(line): no token before the tab"
    case .missingCount(let path, let line):
      "\(path):\(line): no tab, expected a token, a tab and a count"
    case .badCount(let path, let line, let found):
      "\(path):\(line): \"\(Self.excerpt(found))\" is not a count, expected a whole number from 0"
    case .countsTooLarge(let path, let line):
      "\(path):\(line): the sum of the counts up to here exceeds \(Int.max); rebuild the vocabulary"
    case .mixedLineEnds(let path, let line):
      "\(path):\(line): the line ends differently from the first one (CR LF or LF), probably because of an "
        + "editor: change all line ends to LF"
    case .badTokenizer(let path, let found):
      "\(path):1: cannot read tokenizer settings from “\(Self.excerpt(found))”; rebuild the vocabulary with "
        + "this version of discern, or remove the third field of the line"
    case .badEscape(let path, let line, let found):
      "\(path):\(line): \"\(Self.excerpt(found))\" is not an escape; write \\t, \\n, \\r or \\\\"
    case .duplicateToken(let path, let line, let token, let firstLine):
      "\(path):\(line): \"\(Self.excerpt(token))\" is already in line \(firstLine); remove one of them"
    case .noLabels:
      "there are no labels; is the label column the right one?"
    case .singleLabel(let name):
      "there is only one label, \"\(Self.excerpt(name))\"; a classifier needs at least two"
    case .duplicateLabel(let name):
      "the label \"\(Self.excerpt(name))\" occurs twice in the list of labels"
    }
  }

  /// The beginning of the text found: a line of another kind of file can have megabytes.
  private static func excerpt(_ text: String) -> String { DisplayText.cut(text, to: 60) }
}
