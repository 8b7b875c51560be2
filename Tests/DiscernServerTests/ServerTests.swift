#if Server
  import DiscernServer
  import DiscernServing
  import Foundation
  import Logging
  import Synchronization
  import Testing

  /// Keeps the paths of requests in the order of their answers, and holds the event loop at those for a
  /// model's facts.
  private final class Record: LogHandler, Sendable {
    let paths = Mutex<[String]>([])
    let isHeld = DispatchSemaphore(value: 0)
    let release = DispatchSemaphore(value: 0)

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { nil }
      set {}
    }
    var metadata: Logger.Metadata {
      get { [:] }
      set {}
    }
    var logLevel: Logger.Level {
      get { .debug }
      set {}
    }

    func log(event: LogEvent) {
      guard let path = event.metadata?["path"].map({ "\($0)" }) else { return }
      paths.withLock { $0.append(path) }
      if path == "/v1/model" {
        isHeld.signal()
        release.wait()
      }
    }
  }

  @Test func aCrowdOfSmallRequestsLeavesOthersTheirTurn() throws {
    let record = Record()
    let service = Service(try ServedModel(contentsOf: savedModel), path: savedModel, workers: 0)
    let server = try Server(
      service, at: .port(host: "127.0.0.1", number: 0), log: Logger(label: "test") { _ in record })
    defer { server.stop(grace: .zero) }
    let port = try #require(server.address.split(separator: ":").last.flatMap { Int($0) })
    let clients = try (0..<25).map { _ in
      let client = try Client(port: port)
      client.send(request("HEAD", "/livez", body: nil))
      #expect(client.answer(hasBody: false)?.status == 200)
      return client
    }
    // These have the same loop, whether there are one, two, three or four.
    let (holder, crowd, other) = (clients[0], clients[12], clients[24])
    holder.send(request("GET", "/v1/model", body: nil))
    record.isHeld.wait()
    let small = request("HEAD", "/metrics", body: nil)
    crowd.send(String(repeating: small, count: 1000))
    other.send(request("GET", "/readyz", body: nil))
    record.release.signal()
    #expect(other.answer()?.status == 200)
    let before = record.paths.withLock { $0.prefix { $0 != "/readyz" }.count { $0 == "/metrics" } }
    #expect(before <= Server.bytesPerTurn / small.utf8.count + 1)
    for _ in 0..<1000 where crowd.answer(hasBody: false)?.status != 200 { Issue.record("not answered") }
  }
#endif
