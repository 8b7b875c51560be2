import DiscernIO

/// A request without its body.
package struct RequestHead: Sendable {
  package let method: String
  /// As received: path and query.
  package let target: String
  private let fields: [(name: String, value: String)]

  package init(method: String, target: String, fields: [(name: String, value: String)]) {
    self.method = method
    self.target = target
    // White space around a value is not part of it; the parser leaves trailing white space.
    self.fields = fields.map { ($0.name, String(Self.trimmed($0.value[...]))) }
  }

  /// The values of all fields of this name; `name` is in lower case.
  func values(_ name: String) -> [String] {
    fields.filter { Self.equal($0.name, name) }.map(\.value)
  }

  func value(_ name: String) -> String? { fields.first { Self.equal($0.name, name) }?.value }

  private static func equal(_ name: String, _ small: String) -> Bool {
    name.utf8.count == small.utf8.count && name.lowercased() == small
  }

  // MARK: Target

  /// The path, decoded, and the query's names and values.
  func parsedTarget() throws(ServingFailure) -> (path: String, query: [(name: String, value: String)]) {
    var target = Substring(target)
    // The absolute form, which clients use with proxies.
    if !target.hasPrefix("/"), let scheme = target.firstRange(of: "://") {
      let rest = target[scheme.upperBound...]
      target = rest.firstIndex(of: "/").map { rest[$0...] } ?? "/"
    }
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    guard let path = Self.decoded(parts[0], plusIsSpace: false) else {
      throw .badHead("the path contains an invalid % escape, or bytes that are not UTF-8")
    }
    var query: [(name: String, value: String)] = []
    for pair in parts.count > 1 ? parts[1].split(separator: "&") : [] {
      let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.decoded(halves[0], plusIsSpace: true),
        let value = Self.decoded(halves.count > 1 ? halves[1] : "", plusIsSpace: true)
      else { throw .badQuery("the query contains an invalid % escape, or bytes that are not UTF-8") }
      query.append((name, value))
    }
    return (path, query)
  }

  /// Nil for invalid escapes, and for bytes that are not UTF-8.
  private static func decoded(_ text: Substring, plusIsSpace: Bool) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
          return nil
        }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsSpace: bytes.append(0x20)
      default: bytes.append(byte)
      }
    }
    return bytes.withUnsafeBufferPointer { UTF8Validation.isValid($0) }
      ? String(decoding: bytes, as: UTF8.self) : nil
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - 0x30
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - 0x57
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - 0x37
    default: nil
    }
  }

  // MARK: Fields

  /// The checks that every request must pass.
  ///
  /// - Parameter isOld: whether the request is HTTP/1.0, which has no Host field.
  package func check(isOld: Bool) throws(ServingFailure) {
    let hosts = values("host").count
    if hosts > 1 || hosts == 0 && !isOld {
      throw .badHead("expected one Host field, found \(hosts)")
    }
    let lengths = values("content-length")
    if lengths.count > 1 { throw .badHead("the head has two Content-Length fields") }
    if let length = lengths.first, !length.utf8.allSatisfy({ (0x30...0x39).contains($0) }) || length.isEmpty {
      throw .badHead("Content-Length is not a number of bytes")
    }
    let encodings = values("transfer-encoding")
    if !encodings.isEmpty, !lengths.isEmpty {
      throw .badHead("the head has both Content-Length and Transfer-Encoding")
    }
    if !encodings.isEmpty, isOld { throw .badHead("HTTP/1.0 has no Transfer-Encoding") }
    if !encodings.isEmpty, encodings.map({ $0.lowercased() }) != ["chunked"] {
      throw .badEncoding(encodings.joined(separator: ", "))
    }
    for expectation in values("expect") where expectation.lowercased() != "100-continue" {
      throw .otherExpectation(expectation)
    }
  }

  /// Nil for a chunked body, and without a body; the largest integer for numbers that are too large.
  package var contentLength: Int? { value("content-length").map { Int($0) ?? .max } }

  package var isChunked: Bool { value("transfer-encoding") != nil }

  /// The media type without parameters, in lower case; nil if there is none.
  ///
  /// - Throws: `ServingFailure.badHead` for more than one, `.otherEncoding` and `.otherCharset`.
  func mediaType() throws(ServingFailure) -> String? {
    for encoding in values("content-encoding") where encoding.lowercased() != "identity" {
      throw .otherEncoding(encoding)
    }
    let values = values("content-type")
    if values.count > 1 { throw .badHead("the head has \(values.count) Content-Type fields") }
    guard let value = values.first else { return nil }
    let parts = value.lowercased().split(separator: ";", omittingEmptySubsequences: false)
      .map(Self.trimmed)
    let charsets = parts.dropFirst().filter { $0.hasPrefix("charset=") }.map { $0.dropFirst(8) }
    let known: [Substring] = ["utf-8", "\"utf-8\"", "utf8", "us-ascii"]
    if let other = charsets.first(where: { !known.contains($0) }) { throw .otherCharset(String(other)) }
    return parts.first.map(String.init)
  }

  /// The shorter of `deadline` and the client's limit.
  func deadline(atMost deadline: Duration) throws(ServingFailure) -> Duration {
    guard let value = value("discern-timeout") else { return deadline }
    let isPlain = value.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    guard isPlain, let seconds = Double(value), (0.001...86400).contains(seconds),
      values("discern-timeout").count == 1
    else { throw .badTimeout(value) }
    return min(deadline, .milliseconds(Int64((seconds * 1000).rounded(.up))))
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var bytes = text.utf8
    while let first = bytes.first, first == 0x20 || first == 0x09 { bytes.removeFirst() }
    while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
    return Substring(bytes)
  }
}
