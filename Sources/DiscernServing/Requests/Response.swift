/// A server's answer.
package struct Response: Sendable, Equatable {
  package struct Field: Sendable, Equatable {
    package let name: String
    package let value: String
  }

  package let status: Int
  package var fields: [Field]
  package let body: [UInt8]

  package init(status: Int, fields: [(String, String)] = [], body: [UInt8] = []) {
    self.status = status
    self.fields = fields.map { Field(name: $0, value: $1) }
    self.body = body
  }

  /// - Parameter type: the media type, with its charset.
  package init(_ text: String, type: String, status: Int = 200, fields: [(String, String)] = []) {
    self.init(
      status: status,
      fields: [
        ("Content-Type", type), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"),
      ] + fields, body: Array(text.utf8))
  }

  package init(json: String, status: Int = 200, fields: [(String, String)] = []) {
    self.init(json + "\n", type: "application/json", status: status, fields: fields)
  }

  package init(_ failure: ServingFailure) {
    var fields: [(String, String)] = []
    switch failure {
    case .otherMethod(let allowed): fields.append(("Allow", allowed.joined(separator: ", ")))
    case .queueFull, .late, .tooManyConnections, .stopping: fields.append(("Retry-After", "1"))
    case .otherType(_, let expected): fields.append(("Accept-Post", expected.joined(separator: ", ")))
    default: break
    }
    self.init(json: failure.body, status: failure.status, fields: fields)
  }
}
