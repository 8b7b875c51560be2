#if Server
  import DiscernServing
  import Foundation
  import Testing

  @Test(arguments: [
    "POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-", "POST", "\r\n\r\n\r\n",
  ])
  func halfAHeadIsTimedOut(bytes: String) throws {
    try withServer(limits { $0.headTime = .milliseconds(200) }) { _, port, _ in
      let client = try Client(port: port)
      client.send(bytes)
      #expect(try Client(port: port).isServed())
      #expect(client.answer()?.status == 408)
      #expect(client.isClosed())
    }
  }

  /// Also after complete requests, in whatever pieces these arrive.
  @Test(arguments: [1, 3], ["\r", "G", "GET /li", "GET /livez HTTP/1.1\r\nHost: a\r\n"])
  func halfAHeadBehindRequestsIsTimedOut(count: Int, bytes: String) throws {
    try withServer(limits { $0.headTime = .milliseconds(200) }) { _, port, _ in
      let streamed =
        "POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-ndjson\r\n"
        + "Transfer-Encoding: chunked\r\n\r\n11\r\n{\"text\":\"a b c\"}\n\r\n0\r\n\r\n"
      for whole in [request("GET", "/livez", body: nil), request(), streamed] {
        let client = try Client(port: port)
        client.send(String(repeating: whole, count: count) + bytes)
        for _ in 0..<count { #expect(client.answer()?.status == 200) }
        #expect(client.answer()?.status == 408)
        #expect(client.isClosed())
      }
    }
  }

  @Test func wholeRequestsAreNotTakenForHalfAHead() throws {
    try withServer(limits { $0.headTime = .milliseconds(50) }) { _, port, _ in
      let client = try Client(port: port)
      for _ in 0..<2 {
        client.send(request("GET", "/livez", body: nil) + request())
        #expect((0..<2).map { _ in client.answer()?.status } == [200, 200])
        #expect(!client.isReadable(within: 200))
      }
    }
  }

  @Test func aByteAtATimeIsTimedOut() throws {
    try withServer(limits { $0.headTime = .milliseconds(300) }) { _, port, _ in
      let client = try Client(port: port)
      var rest = Array(request("GET", "/livez", body: nil, "X: " + String(repeating: "y", count: 4000)).utf8)[
        ...]
      while let byte = rest.popFirst(), !client.isReadable(within: 5) { client.send([byte]) }
      #expect(!rest.isEmpty)
      #expect(client.answer()?.status == 408)
      #expect(client.isClosed())
    }
  }

  @Test func aSlowBodyIsTimedOut() throws {
    try withServer(limits { $0.bodyTime = .milliseconds(200) }) { _, port, _ in
      let client = try Client(port: port)
      client.send(String(request().dropLast(5)))
      #expect(client.answer()?.status == 408)
      #expect(client.isClosed())
    }
  }

  @Test func endlessHeadsAreCut() throws {
    try withServer { _, port, _ in
      let long = try Client(port: port)
      long.send("GET /livez HTTP/1.1\r\nHost: a\r\nX: ")
      let block = [UInt8](repeating: 0x79, count: 8192)
      while !long.isReadable(within: 0), long.send(block) {}
      #expect(long.answer()?.status == 431)
      let many = try Client(port: port)
      many.send("GET /livez HTTP/1.1\r\n" + String(repeating: "X: y\r\n", count: 65) + "\r\n")
      #expect(many.answer()?.status == 431)
      #expect(many.isClosed())
      let target = try Client(port: port)
      target.send("GET /" + String(repeating: "a", count: 20_000) + " HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(target.answer()?.status == 431)
      #expect(try Client(port: port).isServed())
    }
  }

  @Test(arguments: [
    "\u{0}\u{1}\u{2}garbage\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "GET / HTTP/9.9\r\nHost: a\r\n\r\n",
    "GET /livez HTTP/1.1\r\n\r\n", "GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "GET /livez HTTP/1.1\r\nHost : a\r\n\r\n", "GET /livez HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
    "POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    "POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Length: -2\r\n\r\n{}",
    "POST /v1/classify HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n{}",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "GET /livez HTTP/1.1\nHost: a\n\n\u{16}\u{3}\u{1}",
  ])
  func whatIsNoRequestIsRefusedAndClosed(bytes: String) throws {
    try withServer { _, port, _ in
      let client = try Client(port: port)
      client.send(bytes)
      var statuses: [Int] = []
      while let answer = client.answer() { statuses.append(answer.status) }
      #expect(statuses.last == 400)
      #expect(statuses.dropLast().allSatisfy { $0 == 200 })
      #expect(try Client(port: port).isServed())
    }
  }

  @Test func halfOpenConnectionsKeepNobodyWaiting() throws {
    try withServer { service, port, _ in
      let idle = try (0..<200).map { _ in try Client(port: port) }
      let half = try (0..<200).map { _ in try Client(port: port) }
      for client in half { client.send("GET /li") }
      #expect(try Client(port: port).isServed())
      #expect(service.metrics.connections >= 400)
      withExtendedLifetime((idle, half)) {}
    }
  }

  @Test func idleConnectionsAreClosed() throws {
    try withServer(limits { $0.idleTime = .milliseconds(200) }) { _, port, _ in
      #expect(try Client(port: port).isClosed())
      let client = try Client(port: port)
      #expect(client.isServed())
      #expect(client.isClosed())
    }
  }

  @Test func clientsThatAreGoneAreSkipped() throws {
    try withServer(workers: 0) { service, port, _ in
      for _ in 0..<5 { try Client(port: port).send(request()) }
      // They have arrived, and are gone.
      while service.queue.waiting.jobs < 5 || service.metrics.connections > 0 { usleep(1000) }
      let patient = try Client(port: port)
      patient.send(request())
      while service.queue.waiting.jobs < 6 { usleep(1000) }
      service.startWorker()
      #expect(patient.answer()?.status == 200)
      patient.send(request("GET", "/metrics", body: nil))
      let metrics = patient.answer()?.body ?? ""
      #expect(metrics.contains("discern_skipped_total 5\n"))
      #expect(metrics.contains("discern_texts_total 1\n"))
    }
  }

  @Test func clientsThatDoNotReadAreCut() throws {
    try withServer(limits { $0.idleTime = .milliseconds(200) }) { service, port, _ in
      let client = try Client(port: port)
      let page = request("GET", "/", body: nil)
      // Its answers fill the buffers of both sides.
      while service.metrics.connections > 0, client.send(String(repeating: page, count: 100)) {}
      while service.metrics.connections > 0 { usleep(1000) }
      #expect(try Client(port: port).isServed())
    }
  }

  @Test func connectionsBeyondTheLimitAreTold() throws {
    try withServer(limits { $0.connections = 3 }) { _, port, _ in
      var clients = try (0..<3).map { _ in try Client(port: port) }
      for client in clients { #expect(client.isServed()) }
      let refused = try Client(port: port)
      #expect(refused.answer()?.status == 503)
      #expect(refused.isClosed())
      for client in clients { #expect(client.isServed()) }
      clients.removeAll()
      while try !Client(port: port).isServed() {}
    }
  }

  @Test func refusedConnectionsAreHeldInBoundedNumber() throws {
    let limits = limits { $0.connections = 1 }
    try withServer(limits) { service, port, _ in
      let first = try Client(port: port)
      #expect(first.isServed())
      // None of them closes its side.
      let refused = try (0..<60).map { _ in try Client(port: port) }
      for client in refused {
        #expect(client.answer()?.status == 503)
        #expect(client.isClosed())
      }
      // Closed ones are reported after whatever else came with them.
      for _ in 0..<10 { #expect(first.isServed()) }
      // Some may be on their way out; without a bound there were 61.
      #expect(service.metrics.connections < 40)
      withExtendedLifetime(refused) {}
    }
  }

  @Test func refusedConnectionsTakeNoPlaceOfOthers() throws {
    try withServer(limits { $0.connections = 1 }) { service, port, _ in
      var first: Client? = try Client(port: port)
      #expect(first?.isServed() == true)
      let refused = try Client(port: port)
      #expect(refused.answer()?.status == 503)
      first = nil
      while service.metrics.connections > 1 { usleep(1000) }
      #expect(try Client(port: port).isServed())
      withExtendedLifetime(refused) {}
    }
  }
#endif
