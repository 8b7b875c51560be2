/// The routes of a server.
package enum Route: String, Sendable, CaseIterable {
  case page = "/"
  case classify = "/v1/classify"
  case explain = "/v1/explain"
  case model = "/v1/model"
  case live = "/livez"
  case ready = "/readyz"
  case metrics = "/metrics"
  case description = "/openapi.json"

  var methods: [String] {
    switch self {
    case .classify, .explain: ["POST", "OPTIONS"]
    case .page, .model, .live, .ready, .metrics, .description: ["GET", "HEAD", "OPTIONS"]
    }
  }

  /// - Throws: `ServingFailure.unknownPath` and `.otherMethod`.
  init(path: String, method: String) throws(ServingFailure) {
    guard let route = Self(rawValue: path) else { throw .unknownPath }
    guard route.methods.contains(method) else { throw .otherMethod(allowed: route.methods) }
    self = route
  }

  /// The route's name for metrics, or “other”: metrics must not grow with paths invented by clients.
  package static func name(ofTarget target: String) -> String {
    let head = RequestHead(method: "GET", target: target, fields: [])
    return (try? head.parsedTarget()).flatMap { Self(rawValue: $0.path) }?.rawValue ?? "other"
  }
}
