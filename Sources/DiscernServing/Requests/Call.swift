import DiscernCorpus
import DiscernIO
import DiscernReports
import DiscernVocabulary

/// The request in a body.
package enum Call: Sendable, Equatable {
  /// `{"texts": […], "top": 2}`
  case classifyJSON(top: Int?)
  /// One text per line.
  case classifyLines(top: Int?)
  /// One line of a stream: `{"text": …}`; `number` from 1.
  case classifyLine(number: Int, top: Int?)
  case explain

  var isLine: Bool { if case .classifyLine = self { true } else { false } }

  static let types = ["application/json", "text/plain", "application/x-ndjson"]

  /// A text, or the reason why a line has none.
  struct Input: Sendable, Equatable {
    let text: [UInt8]
    let problem: RowProblem?

    init(_ text: [UInt8]) {
      self.text = text
      problem =
        text.contains(0)
        ? .nul
        : text.withUnsafeBufferPointer({ UTF8Validation.isValid($0) }) ? nil : .textNotUTF8(likely: nil)
    }

    init(_ problem: RowProblem) {
      text = []
      self.problem = problem
    }
  }

  /// Texts to classify, and the form of their answers.
  struct Texts: Sendable, Equatable {
    var inputs: [Input]
    var top: Int?
    var layout: AnswerFormat.Layout
    /// The line number of the first text, from 1.
    var firstLine = 1
  }

  /// The texts of a body.
  func texts(_ body: [UInt8], limit: Int) throws(ServingFailure) -> Texts {
    switch self {
    case .classifyJSON(let top): return try Self.json(body, limit: limit, top: top)
    case .classifyLines(let top):
      let lines = Self.lines(body)
      if lines.count > limit { throw .tooManyTexts(found: lines.count, limit: limit) }
      return Texts(inputs: lines.map(Input.init), top: top, layout: .text)
    case .classifyLine(let number, let top):
      return Texts(inputs: [Self.line(body)], top: top, layout: .jsonl, firstLine: number)
    case .explain: return Texts(inputs: [], top: nil, layout: .jsonl)
    }
  }

  /// The lines of a body, divided as by `classify`: at line feeds, without the carriage returns before them.
  static func lines(_ body: [UInt8]) -> [[UInt8]] {
    var bytes = body[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    if bytes.last == 0x0A { bytes = bytes.dropLast() } else if bytes.isEmpty { return [] }
    return bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(withoutReturns)
  }

  static func withoutReturns(_ line: ArraySlice<UInt8>) -> [UInt8] {
    var line = line
    while line.last == 0x0D { line = line.dropLast() }
    return Array(line)
  }

  private static func json(_ body: [UInt8], limit: Int, top: Int?) throws(ServingFailure) -> Texts {
    let members = try Body(body, keys: ["texts", "top"])
    guard let texts = members["texts"]?.array else {
      throw .badBody("expected a list of strings as “texts”: {\"texts\": [\"What a lovely film!\"]}")
    }
    if texts.count > limit { throw .tooManyTexts(found: texts.count, limit: limit) }
    let strings = texts.compactMap(\.string)
    guard strings.count == texts.count else {
      throw .badBody("“texts” contains something that is not a string")
    }
    var result = Texts(
      inputs: strings.map { Input(Array($0.utf8)) }, top: top, layout: .jsonl)
    if let own = members["top"], own != .null {
      guard let number = wholeNumber(own) else { throw .badBody("“top” must be a positive whole number") }
      result.top = number
    }
    return result
  }

  /// Also accepts `2.0`, which is the same number in JSON; a number greater than any model's labels means all
  /// of them.
  private static func wholeNumber(_ value: JSONValue) -> Int? {
    guard let number = value.double, number >= 1, number.rounded() == number else { return nil }
    return Int(min(number, 1e9))
  }

  /// One line of JSON: an object with a text, as read by `classify --input-format jsonl`.
  private static func line(_ line: [UInt8]) -> Input {
    if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { return Input([]) }
    do throws(JSONError) {
      guard let members = try StrictJSON.parse(line).object else { return Input(.notAnObject) }
      guard let text = members.first(where: { $0.key == "text" }) else {
        return Input(.missingKey("text", available: members.map(\.key)))
      }
      guard let string = text.value.string else {
        return Input(.wrongType(key: "text", found: "no string", expected: "a string"))
      }
      return Input(Array(string.utf8))
    } catch {
      return Input(.invalidJSON(column: error.column, explanation: error.explanation))
    }
  }
}
