#if Server
  import DiscernServer
  import DiscernServing
  import Foundation
  import Logging
  import Testing

  let savedModel = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../Fixtures/format-2/ordinary").standardizedFileURL.path

  func limits(_ change: (inout ServingLimits) -> Void) -> ServingLimits {
    var limits = ServingLimits()
    change(&limits)
    return limits
  }

  /// A server on a port of its own; stopped at the end of `body`.
  func withServer(
    workers: Int = 1, _ limits: ServingLimits = ServingLimits(),
    _ body: (Service, Int, Server) throws -> Void
  ) throws {
    let model = try ServedModel(contentsOf: savedModel)
    let service = Service(model, path: savedModel, limits: limits, workers: workers)
    let log = ServerLog { _ in }
    let server = try Server(
      service, at: .port(host: "127.0.0.1", number: 0), log: log.logger(level: .debug))
    let port = try #require(server.address.split(separator: ":").last.flatMap { Int($0) })
    defer { server.stop(grace: .zero) }
    try body(service, port, server)
  }

  func request(
    _ method: String = "POST", _ path: String = "/v1/classify", type: String = "application/json",
    body: String? = #"{"texts":["What a lovely film!"]}"#, _ fields: String...
  ) -> String {
    var head = ["\(method) \(path) HTTP/1.1", "Host: localhost"] + fields
    if let body { head += ["Content-Type: \(type)", "Content-Length: \(body.utf8.count)"] }
    return (head + ["", body ?? ""]).joined(separator: "\r\n")
  }

  extension Client {
    /// Whether a good request is answered.
    func isServed() -> Bool {
      send(request())
      return answer()?.status == 200
    }
  }
#endif
