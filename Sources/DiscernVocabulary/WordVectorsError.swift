import DiscernIO

/// A problem with a file of word vectors. Columns are fields, counted from 1, the token's
/// first one being 1.
public enum WordVectorsError: Equatable, KnownFailure {
  /// The file cannot be read.
  case input(InputError)
  /// The file contains no vectors.
  case noVectors(path: String)
  /// A first line of two whole numbers that cannot be "rows dimension".
  case badHeader(path: String, line: Int, found: String)
  /// The first line states a different number of rows than there are.
  case rowCountMismatch(path: String, header: Int, found: Int)
  /// The file has a different dimension than requested.
  case dimensionMismatch(path: String, line: Int, expected: Int, found: Int)
  /// The dimension is above the limit.
  case dimensionTooLarge(path: String, line: Int, found: Int, limit: Int)
  /// A row has fewer numbers than the dimension.
  case tooFewNumbers(path: String, line: Int, expected: Int, found: Int)
  /// A row has more numbers than the dimension.
  case tooManyNumbers(path: String, line: Int, column: Int, expected: Int, found: String)
  /// A field of a vector is not a decimal number.
  case notANumber(path: String, line: Int, column: Int, found: String)
  /// Infinite, not a number, or beyond the range of `Float`.
  case notFinite(path: String, line: Int, column: Int, found: String)
  /// A token is not valid UTF-8.
  case invalidUTF8(path: String, line: Int)
  /// A binary file that ends too early or contradicts itself; `offset` is the place up to which it was read.
  case damagedBinary(path: String, format: String, offset: Int, reason: String)
  /// fastText's compressed models, `.ftz`.
  case quantisedBinary(path: String)
  /// A binary file of an unknown format.
  case unknownBinary(path: String)
  /// The file is UTF-16.
  case utf16(path: String)
  /// No word of the vocabulary has a vector.
  case noneFound(path: String, words: Int, rows: Int)

  public var kind: ErrorKind {
    if case .input(let error) = self { error.kind } else { .badInput }
  }

  public var description: String {
    switch self {
    case .input(let error):
      error.description
    case .noVectors(let path):
      "\(path): contains no vectors; expected lines of a token and its numbers, separated by spaces or tabs"
    case .badHeader(let path, let line, let found):
      "\(path):\(line): \"\(found)\" is not a header, expected the number of rows and the dimension"
    case .rowCountMismatch(let path, let header, let found):
      "\(path):1: the header says \(header) rows, but there are \(found); "
        + (found < header ? "the file is truncated" : "correct the header")
    case .dimensionMismatch(let path, let line, let expected, let found):
      "\(path):\(line): the dimension is \(found), expected \(expected)"
    case .dimensionTooLarge(let path, let line, let found, let limit):
      "\(path):\(line): the dimension \(found) exceeds the limit of \(limit)"
    case .tooFewNumbers(let path, let line, let expected, let found):
      "\(path):\(line): \(found) fields after the token, expected \(expected) numbers separated by spaces or "
        + "tabs"
    case .tooManyNumbers(let path, let line, let column, let expected, let found):
      "\(path):\(line): column \(column) (\"\(found)\") is one number too many, expected \(expected)"
    case .notANumber(let path, let line, let column, let found):
      "\(path):\(line): column \(column): \"\(found)\" is not a decimal number"
    case .notFinite(let path, let line, let column, let found):
      "\(path):\(line): column \(column): \"\(found)\" is not a finite number"
    case .invalidUTF8(let path, let line):
      "\(path):\(line): the token is not valid UTF-8"
    case .damagedBinary(let path, let format, let offset, let reason):
      "\(path): starts as \(format), but at byte \(offset) \(reason); fetch or write it again, or give the "
        + "vectors as text (.vec)"
    case .quantisedBinary(let path):
      "\(path): is a compressed fastText model (.ftz), which is not supported; give the model before "
        + "quantisation (.bin), or its vectors as text (.vec)"
    case .unknownBinary(let path):
      "\(path): is a binary file, but neither fastText's .bin nor word2vec's; save the vectors as text (.vec)"
    case .utf16(let path):
      "\(path): is UTF-16; write it as UTF-8 (iconv -f UTF-16 -t UTF-8)"
    case .noneFound(let path, let words, let rows):
      "\(path): none of its \(rows) vectors is for one of the \(words) words of the vocabulary; is it the "
        + "right language and case?"
    }
  }
}
