#if Server
  import DiscernServer
  import DiscernServing
  import Foundation
  import Logging
  import Synchronization
  import TestSupport
  import Testing

  @Test func acceptedRequestsAreAnsweredBeforeTheEnd() throws {
    for _ in 0..<5 {
      let answered = Mutex(0)
      let cut = Mutex(0)
      let done = DispatchSemaphore(value: 0)
      try withServer(workers: 2) { _, port, server in
        for _ in 0..<8 {
          Thread.detachNewThread {
            while let client = try? Client(port: port) {
              var isFresh = true
              while client.send(request()) {
                guard let answer = client.answer() else {
                  // A connection may end between two requests, not before the first one's answer.
                  if isFresh { cut.withLock { $0 += 1 } }
                  break
                }
                isFresh = false
                // Answers that have started are completed.
                if answer.isWhole, answer.status == 200 {
                  answered.withLock { $0 += 1 }
                } else {
                  cut.withLock { $0 += 1 }
                }
                if answer.fields["connection"] == "close" { break }
              }
            }
            done.signal()
          }
        }
        while answered.withLock({ $0 }) < 50 { usleep(1000) }
        server.stop(grace: .milliseconds(50))
        for _ in 0..<8 { done.wait() }
      }
      #expect(cut.withLock { $0 } == 0)
    }
  }

  @Test func connectionsThatWereLetInAreAnswered() throws {
    for _ in 0..<3 {
      var clients: [Client] = []
      try withServer(workers: 2) { _, port, server in
        for _ in 0..<200 {
          let client = try Client(port: port)
          client.send(request("GET", "/livez", body: nil))
          clients.append(client)
        }
        server.stop(grace: .zero)
      }
      #expect(clients.count { $0.answer()?.status != 200 } == 0)
    }
  }

  @Test func aStreamIsToldOfTheEnd() throws {
    try withServer { _, port, server in
      let client = try Client(port: port)
      client.send(
        "POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-ndjson\r\n"
          + "Transfer-Encoding: chunked\r\n\r\n11\r\n{\"text\":\"a b c\"}\n\r\n")
      #expect(client.head()?.status == 200)
      #expect(client.chunk()?.contains("\"line\":1") == true)
      server.stop(grace: .zero)
      #expect(client.chunk()?.contains("\"stopping\"") == true)
      #expect(client.chunk() == "")
      #expect(client.isClosed())
    }
  }

  @Test func socketFilesAreMadeAndRemoved() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/s"
      let model = try ServedModel(contentsOf: savedModel)
      let log = ServerLog { _ in }.logger(level: .error)
      func start() throws -> Server {
        try Server(Service(model, path: savedModel, workers: 1), at: .unix(path: path), log: log)
      }
      let first = try start()
      #expect(try Client(path: path).isServed())
      #expect(throws: ServerError.socketInUse(path: path)) { try start() }
      #expect(try Client(path: path).isServed())
      first.stop(grace: .zero)
      #expect(!FileManager.default.fileExists(atPath: path))
      // Left by a killed server.
      let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
      withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          _ = bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      close(descriptor)
      #expect(FileManager.default.fileExists(atPath: path))
      let second = try start()
      #expect(try Client(path: path).isServed())
      second.stop(grace: .zero)
      try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
      #expect(throws: ServerError.notASocket(path: path)) { try start() }
      #expect(FileManager.default.contents(atPath: path) == Data("precious".utf8))
    }
  }

  @Test func hostsThatAreNotThereAreNamed() throws {
    let service = Service(try ServedModel(contentsOf: savedModel), path: savedModel, workers: 0)
    let log = ServerLog { _ in }.logger(level: .error)
    let error = #expect(throws: ServerError.self) {
      _ = try Server(service, at: .port(host: "no-such-host.invalid", number: 0), log: log)
    }
    #expect(error?.description.contains(": there is no such host; ") == true)
  }

  @Test func aPlaceThatIsTakenIsNamed() throws {
    try withServer { service, port, _ in
      let log = ServerLog { _ in }.logger(level: .error)
      let error = #expect(throws: ServerError.self) {
        _ = try Server(service, at: .port(host: "127.0.0.1", number: port), log: log)
      }
      #expect(error?.description.hasPrefix("127.0.0.1:\(port): cannot listen there: ") == true)
    }
  }
#endif
