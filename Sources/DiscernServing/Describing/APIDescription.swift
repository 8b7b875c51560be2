import Discern
import DiscernIO

/// The description of the interface in OpenAPI 3.1, with this server's limits and its model's labels.
enum APIDescription {
  static func response(_ limits: ServingLimits, _ classifier: TextClassifier) -> Response {
    var paths = [
      path(
        "/v1/classify", "post", "classify", "Label texts.",
        parameters: [topParameter(), timeoutParameter()],
        body: [
          ("application/json", reference("Texts")), ("text/plain", string()),
          ("application/x-ndjson", string()),
        ],
        answers: [
          ("application/json", reference("Answers")), ("text/plain", string()),
          ("application/x-ndjson", string()),
        ], failures: callFailures),
      path(
        "/v1/explain", "post", "explain", "Show which words led to a label.",
        parameters: [timeoutParameter()], body: [("application/json", reference("TextToExplain"))],
        answers: [("application/json", reference("Explanations"))], failures: callFailures),
    ]
    paths += [
      page("/v1/model", "model", "Describe the model.", [("application/json", reference("Model"))]),
      page("/livez", "live", "Whether the server is alive.", [("text/plain", string())]),
      path(
        "/readyz", "get", "ready", "Whether the server accepts requests.", parameters: [], body: [],
        answers: [("text/plain", string())], failures: [503]),
      page("/metrics", "metrics", "Metrics for Prometheus.", [("text/plain", string())]),
      page(
        "/openapi.json", "description", "This description.", [("application/json", #"{"type":"object"}"#)]),
      page("/", "page", "A page for people.", [("text/html", string())]),
    ]
    let description = JSONText.object([
      ("openapi", #""3.1.0""#),
      (
        "info",
        JSONText.object([
          ("title", #""Discern""#), ("version", JSONText.string(DiscernVersion.number)),
          ("description", #""A text classifier.""#),
        ])
      ),
      ("paths", JSONText.object(paths)),
      ("components", JSONText.object([("schemas", JSONText.object(Schemas.all(limits, classifier)))])),
    ])
    return Response(json: description)
  }

  private static let callFailures = [400, 408, 411, 413, 415, 429, 500, 503]

  private static func reference(_ name: String) -> String {
    JSONText.object([("$ref", JSONText.string("#/components/schemas/\(name)"))])
  }

  private static func string() -> String { #"{"type":"string"}"# }

  private static func topParameter() -> String {
    JSONText.object([
      ("name", #""top""#), ("in", #""query""#), ("required", "false"),
      ("description", #""The number of most probable labels; a top in the body takes precedence.""#),
      ("schema", #"{"type":"integer","minimum":1}"#),
    ])
  }

  private static func timeoutParameter() -> String {
    JSONText.object([
      ("name", #""Discern-Timeout""#), ("in", #""header""#), ("required", "false"),
      ("description", #""Seconds after which an answer is no longer needed.""#),
      ("schema", #"{"type":"number","minimum":0.001,"maximum":86400}"#),
    ])
  }

  private static func content(_ types: [(String, String)]) -> String {
    JSONText.object(types.map { ($0, JSONText.object([("schema", $1)])) })
  }

  private static func page(
    _ path: String, _ name: String, _ summary: String, _ answers: [(String, String)]
  ) -> (key: String, value: String) {
    Self.path(path, "get", name, summary, parameters: [], body: [], answers: answers, failures: [])
  }

  private static func path(
    _ path: String, _ method: String, _ name: String, _ summary: String, parameters: [String],
    body: [(String, String)], answers: [(String, String)], failures: [Int]
  ) -> (key: String, value: String) {
    let failure = JSONText.object([
      ("description", #""Why there is no answer.""#),
      ("content", content([("application/json", reference("Failure"))])),
    ])
    let answer = JSONText.object([("description", #""The answer.""#), ("content", content(answers))])
    var members = [
      (key: "operationId", value: JSONText.string(name)), ("summary", JSONText.string(summary)),
      (
        "responses",
        JSONText.object([("200", answer)] + (failures + [405]).map { (key: "\($0)", value: failure) })
      ),
    ]
    if !parameters.isEmpty { members.append(("parameters", JSONText.list(parameters))) }
    if !body.isEmpty {
      members.append(
        ("requestBody", JSONText.object([("required", "true"), ("content", content(body))])))
    }
    return (path, JSONText.object([(method, JSONText.object(members))]))
  }
}
