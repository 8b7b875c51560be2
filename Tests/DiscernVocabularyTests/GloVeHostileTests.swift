import DiscernIO
import DiscernVocabulary
import Foundation
import TestSupport
import Testing

/// Every file of `../shared/suites/glove-hostile`, against its `EXPECTED.tsv`.
@Suite(.enabled(if: SharedData.isPresent)) struct GloVeHostileTests {
  /// The rows read, as `token: numbers`, or the place and the reason of a failure.
  private enum Outcome: Equatable {
    case tokens([String])
    case error(line: Int?, column: Int?)
  }

  private static let words = [
    "the", "of", "\u{E9}", "e\u{301}", ". . .", "at name@domain.com", "a\u{85}b", "th\0e", "th",
    "\u{FEFF}the",
    "of 0.1", ".", "at",
  ]

  private static let expected: [String: (dimension: Int?, Outcome)] = [
    "ok_no_final_newline.txt": (nil, .tokens(["the", "of"])),
    "ok_token_with_spaces.txt": (4, .tokens([". . .", "at name@domain.com", "the"])),
    "ok_u0085_in_token.txt": (nil, .tokens(["a\u{85}b", "the"])),
    "ok_word2vec_header.txt": (nil, .tokens(["the", "of"])),
    "ok_canonical_duplicates.txt": (nil, .tokens(["\u{E9}", "e\u{301}"])),
    "ok_empty_lines.txt": (nil, .tokens(["the"])),
    "ok_double_space.txt": (nil, .tokens(["the"])),
    "ok_bom.txt": (nil, .tokens(["the"])),
    "bad_long_row.txt": (nil, .error(line: 2, column: 2)),
    "bad_inf.txt": (nil, .error(line: 1, column: 2)),
    "bad_hex_float.txt": (nil, .error(line: 1, column: 2)),
    "bad_comma_decimal.txt": (nil, .error(line: 1, column: 2)),
    "bad_not_number.txt": (nil, .error(line: 1, column: 2)),
    "bad_nul_byte.txt": (nil, .tokens(["th\0e"])),
    "bad_empty.txt": (nil, .error(line: nil, column: nil)),
    "bad_gzip.txt": (nil, .error(line: nil, column: nil)),
    "bad_one_line_2MB.txt": (nil, .error(line: 1, column: nil)),
    "bad_header_negative.txt": (nil, .error(line: 1, column: nil)),
  ]

  private static let files: [String] = {
    let text = try? String(
      contentsOfFile: SharedData.path("suites/glove-hostile/EXPECTED.tsv"), encoding: .utf8)
    return (text ?? "").split(separator: "\n").dropFirst().map { String($0.prefix { $0 != "\t" }) }
  }()

  private func outcome(_ path: String, _ vocabulary: Vocabulary?, dimension: Int?) -> Outcome {
    do throws(WordVectorsError) {
      let vectors = try WordVectors.load(path: path, vocabulary: vocabulary, dimension: dimension, seed: 1)
      #expect(vectors.rows.allSatisfy { $0.isFinite })
      #expect(vectors.rows.count == vectors.vocabulary.count * vectors.dimension)
      let ids = (2..<vectors.vocabulary.count).filter { vectors.found[$0] }
      return .tokens(ids.map(vectors.vocabulary.token(at:)))
    } catch {
      #expect(error.description.hasPrefix(path), "\(error)")
      return .error(line: error.line, column: error.column)
    }
  }

  @Test func theSuiteIsAllHere() {
    #expect(Set(Self.files) == Set(Self.expected.keys))
  }

  @Test(arguments: files) func allRowsAreReadAsExpected(file: String) throws {
    let (dimension, expected) = try #require(Self.expected[file])
    let path = SharedData.path("suites/glove-hostile/" + file)
    let found = outcome(path, nil, dimension: dimension)
    // Bytes are compared: Swift's == would treat canonically equal tokens as equal.
    if case .tokens(let tokens) = found, case .tokens(let wanted) = expected {
      #expect(tokens.map { Array($0.utf8) } == wanted.map { Array($0.utf8) })
    } else {
      #expect(found == expected)
    }
  }

  @Test(arguments: files) func aVocabularysRowsAreReadAsExpected(file: String) throws {
    let (dimension, expected) = try #require(Self.expected[file])
    let path = SharedData.path("suites/glove-hostile/" + file)
    let found = outcome(path, Vocabulary(words: Self.words), dimension: dimension)
    if case .tokens(let tokens) = found, case .tokens(let wanted) = expected {
      #expect(Set(tokens.map { Array($0.utf8) }) == Set(wanted.map { Array($0.utf8) }))
    } else {
      #expect(found == expected)
    }
  }

  @Test func theDimensionNeedNotBeGivenWhereOneLineTellsIt() {
    let path = SharedData.path("suites/glove-hostile/ok_token_with_spaces.txt")
    #expect(outcome(path, nil, dimension: nil) == .tokens([". . .", "at name@domain.com", "the"]))
  }
}

extension WordVectorsError {
  var line: Int? {
    switch self {
    case .badHeader(_, let line, _), .dimensionMismatch(_, let line, _, _),
      .dimensionTooLarge(_, let line, _, _), .tooFewNumbers(_, let line, _, _),
      .tooManyNumbers(_, let line, _, _, _), .notANumber(_, let line, _, _), .notFinite(_, let line, _, _),
      .invalidUTF8(_, let line), .input(.lineTooLong(_, let line, _)):
      line
    case .input, .noVectors, .rowCountMismatch, .noneFound, .damagedBinary, .quantisedBinary, .unknownBinary,
      .utf16:
      nil
    }
  }

  var column: Int? {
    switch self {
    case .tooManyNumbers(_, _, let column, _, _), .notANumber(_, _, let column, _),
      .notFinite(_, _, let column, _):
      column
    default: nil
    }
  }
}
