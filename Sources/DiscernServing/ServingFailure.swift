import DiscernIO

/// The reason why a request has no answer.
package enum ServingFailure: Error, Sendable, Equatable {
  /// The head violates the rules of HTTP.
  case badHead(String)
  case headTooLarge(bytes: Int, fields: Int)
  case badEncoding(String)
  case lengthMissing
  case unknownPath
  case otherMethod(allowed: [String])
  case otherType(found: String?, expected: [String])
  case otherEncoding(String)
  case otherCharset(String)
  case otherExpectation(String)
  case badQuery(String)
  case badTimeout(String)
  case bodyTooLarge(limit: Int)
  /// The text is too long for an explanation.
  case textTooLong(limit: Int)
  case tooManyTexts(found: Int, limit: Int)
  case notUTF8
  case badJSON(String)
  /// The body is JSON, but not of the expected form.
  case badBody(String)
  /// The text cannot be explained, for this reason.
  case notExplained(String)
  case slowHead
  case slowBody
  case queueFull
  case tooManyConnections
  case late
  case stopping
  case failed

  package var status: Int {
    switch self {
    case .badHead, .badEncoding, .badQuery, .badTimeout, .notUTF8, .badJSON, .badBody, .notExplained: 400
    case .unknownPath: 404
    case .otherMethod: 405
    case .slowHead, .slowBody: 408
    case .lengthMissing: 411
    case .bodyTooLarge, .textTooLong, .tooManyTexts: 413
    case .otherType, .otherEncoding, .otherCharset: 415
    case .otherExpectation: 417
    case .queueFull: 429
    case .headTooLarge: 431
    case .failed: 500
    case .tooManyConnections, .late, .stopping: 503
    }
  }

  /// The failure's code, for programs.
  package var code: String {
    switch self {
    case .badHead: "bad_request"
    case .headTooLarge: "head_too_large"
    case .badEncoding: "bad_transfer_encoding"
    case .lengthMissing: "length_required"
    case .unknownPath: "not_found"
    case .otherMethod: "method_not_allowed"
    case .otherType, .otherEncoding, .otherCharset: "unsupported_media_type"
    case .otherExpectation: "expectation_failed"
    case .badQuery: "bad_query"
    case .badTimeout: "bad_timeout"
    case .bodyTooLarge: "body_too_large"
    case .textTooLong: "text_too_long"
    case .tooManyTexts: "too_many_texts"
    case .notUTF8: "not_utf8"
    case .badJSON: "bad_json"
    case .badBody: "bad_body"
    case .notExplained: "not_explained"
    case .slowHead, .slowBody: "timeout"
    case .queueFull: "busy"
    case .tooManyConnections: "too_many_connections"
    case .late: "deadline"
    case .stopping: "stopping"
    case .failed: "internal"
    }
  }

  /// The message, for people; never contains a user's text.
  package var message: String {
    switch self {
    case .badHead(let reason): reason
    case .headTooLarge(let bytes, let fields):
      "the head has more than \(bytes) bytes or \(fields) fields; --max-head-bytes and --max-head-fields "
        + "set the limits"
    case .badEncoding(let found):
      "the transfer encoding “\(DisplayText.escaped(String(found.prefix(40))))” is not supported; expected "
        + "chunked"
    case .lengthMissing: "the request has a body but no Content-Length; give it, or send the body in chunks"
    case .unknownPath:
      "there is nothing at this path; see /openapi.json"
    case .otherMethod(let allowed): "this path accepts \(allowed.joined(separator: ", "))"
    case .otherType(let found, let expected):
      (found.map { "the content type is “\(DisplayText.escaped(String($0.prefix(80))))”" }
        ?? "the content type is missing")
        + "; expected \(expected.joined(separator: ", ")), in UTF-8, not compressed"
    case .otherEncoding(let found):
      "Content-Encoding is “\(DisplayText.escaped(String(found.prefix(40))))”; send the body uncompressed, "
        + "without that field"
    case .otherCharset(let found):
      "the charset of Content-Type is “\(DisplayText.escaped(String(found.prefix(40))))”; expected utf-8"
    case .otherExpectation(let found):
      "the expectation “\(DisplayText.escaped(String(found.prefix(40))))” is not supported; expected "
        + "100-continue"
    case .badQuery(let reason): reason
    case .badTimeout(let found):
      "the header Discern-Timeout is “\(DisplayText.escaped(String(found.prefix(40))))”; expected 0.001 to "
        + "86400 seconds, such as 2.5"
    case .bodyTooLarge(let limit):
      "the body, or a line of a stream, is longer than \(limit) bytes; --max-body-bytes sets the limit"
    case .textTooLong(let limit):
      "the text is longer than \(limit) bytes, the limit for explanations; --max-explain-bytes sets it"
    case .tooManyTexts(let found, let limit):
      "the request has \(found) texts, but at most \(limit) are accepted; --max-texts sets the limit, "
        + "application/x-ndjson has none"
    case .notUTF8: "the body is not valid UTF-8"
    case .badJSON(let reason), .badBody(let reason), .notExplained(let reason): reason
    case .slowHead: "the head did not arrive in time; --head-timeout sets the limit"
    case .slowBody: "the body did not arrive in time; --body-timeout sets the limit"
    case .queueFull: "the queue is full; try again later"
    case .tooManyConnections: "there are too many connections; try again later"
    case .late: "the deadline passed before there was an answer; --deadline or Discern-Timeout sets it"
    case .stopping: "the server is stopping"
    case .failed: "the request could not be answered"
    }
  }

  /// `{"error":{"code":"…","message":"…"}}`, the form of all errors.
  package var body: String {
    JSONText.object([
      (
        "error",
        JSONText.object([("code", JSONText.string(code)), ("message", JSONText.string(message))])
      )
    ])
  }
}
