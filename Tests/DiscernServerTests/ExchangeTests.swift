#if Server
  import DiscernServer
  import DiscernServing
  import Foundation
  import NIOCore
  import NIOHTTP1
  import Testing

  @Test func requestsOfAConnectionAreAnsweredInTheirOrder() throws {
    try withServer { _, port, _ in
      let client = try Client(port: port)
      client.send(
        request(type: "text/plain", body: "What a lovely film!") + request("GET", "/livez", body: nil)
          + request("DELETE", "/nothing") + request()
          + request("GET", "/livez", body: nil, "Connection: close"))
      #expect((0..<5).map { _ in client.answer()?.status } == [200, 200, 404, 200, 200])
      #expect(client.isClosed())
    }
  }

  @Test func manyRequestsAtOnceTakeNoStack() throws {
    try withServer { _, port, _ in
      let client = try Client(port: port)
      client.sendAside(String(repeating: request("GET", "/livez", body: nil), count: 20_000))
      for _ in 0..<20_000 where client.answer()?.status != 200 { Issue.record("not answered") }
    }
  }

  @Test func headsAloneAreAnswered() throws {
    try withServer { _, port, _ in
      let client = try Client(port: port)
      client.send(request("HEAD", "/livez", body: nil) + request("OPTIONS", "/v1/classify", body: nil))
      let head = client.answer(hasBody: false)
      #expect(head?.status == 200)
      #expect(head?.fields["content-length"] == "6")
      #expect(head?.fields["date"]?.hasSuffix(" GMT") == true)
      let options = client.answer()
      #expect(options?.status == 204)
      #expect(options?.fields["allow"] == "POST, OPTIONS")
      #expect(options?.fields["content-length"] == nil)
      #expect(client.isServed())
    }
  }

  @Test func oldClientsAreClosedUnlessTheyAskNotTo() throws {
    try withServer { _, port, _ in
      let client = try Client(port: port)
      client.send("GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /livez HTTP/1.0\r\n\r\n")
      #expect(client.answer()?.fields["connection"] == "keep-alive")
      #expect(client.answer()?.fields["connection"] == "close")
      #expect(client.isClosed())
    }
  }

  @Test(arguments: ["HTTP2-Settings: AAMAAABkAAQAAP__", "Connection: close"])
  func connectionsThatAskForAnotherProtocolEnd(field: String) throws {
    try withServer { _, port, _ in
      for body in [nil, #"{"texts":["What a lovely film!"]}"#] {
        let client = try Client(port: port)
        client.send(
          request(
            body == nil ? "GET" : "POST", body == nil ? "/livez" : "/v1/classify", body: body,
            "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", field))
        let answer = client.answer()
        #expect(answer?.status == 200)
        #expect(answer?.fields["connection"] == "close")
        #expect(client.isClosed())
      }
      let tunnel = try Client(port: port)
      tunnel.send("CONNECT localhost:80 HTTP/1.1\r\nHost: localhost:80\r\n\r\n")
      #expect(tunnel.answer()?.fields["connection"] == "close")
      #expect(tunnel.isClosed())
    }
  }

  @Test func requestsOfClientsThatSendNothingMoreAreAnswered() throws {
    try withServer { _, port, _ in
      let client = try Client(port: port)
      client.send(request() + request() + request("GET", "/livez", body: nil))
      client.endInput()
      let answers = (0..<3).map { _ in client.answer() }
      #expect(answers.map { $0?.status } == [200, 200, 200])
      // Whether the last one says so depends on whether the end or the answer comes first.
      #expect(answers.dropLast().allSatisfy { $0?.fields["connection"] == nil })
      #expect(client.isClosed())
      let stream = try Client(port: port)
      stream.send(streamHead() + chunk("{\"text\":\"last\"}\n") + "0\r\n\r\n")
      stream.endInput()
      #expect(stream.answer()?.isWhole == true)
      #expect(stream.isClosed())
      // An incomplete request is not counted.
      for rest in ["", "GET /li", String(request().dropLast(3)), streamHead() + "5\r\nab"] {
        let cut = try Client(port: port)
        cut.send(request() + rest)
        cut.endInput()
        #expect(cut.answer()?.status == 200)
        #expect(cut.isClosed())
      }
    }
  }

  /// The number of times a body's memory moves.
  @Test func piecesOfABodyAreNotCopiedAgainAndAgain() throws {
    let service = Service(try ServedModel(contentsOf: savedModel), path: savedModel, workers: 0)
    let head = HTTPRequestHead(
      version: .http1_1, method: .POST, uri: "/v1/classify",
      headers: ["Host": "a", "Content-Type": "text/plain", "Transfer-Encoding": "chunked"])
    let exchange = Exchange(head, service)
    var places = Set<UnsafeRawPointer>()
    for _ in 0..<50_000 {
      // As the connection holds it while it receives a piece.
      let other = exchange
      #expect(exchange.receive(ByteBuffer(string: "a"), limit: 50_000))
      exchange.body.withUnsafeReadableBytes { if let place = $0.baseAddress { places.insert(place) } }
      withExtendedLifetime(other) {}
    }
    #expect(exchange.body.readableBytes == 50_000)
    #expect(places.count < 40)
    #expect(!exchange.receive(ByteBuffer(string: "a"), limit: 50_000))
  }

  @Test func bodiesAreAskedForOnlyWhereTheyAreWanted() throws {
    try withServer { _, port, _ in
      let client = try Client(port: port)
      let all = request("POST", "/v1/classify", "Expect: 100-continue")
      let body = #"{"texts":["What a lovely film!"]}"#
      client.send(String(all.dropLast(body.count)))
      #expect(client.answer()?.status == 100)
      client.send(body)
      #expect(client.answer()?.status == 200)
      client.send(String(request("POST", "/nothing", "Expect: 100-continue").dropLast(body.count)))
      #expect(client.answer()?.status == 404)
      #expect(client.isClosed())
    }
  }

  @Test func bodiesMayComeInChunks() throws {
    try withServer { _, port, _ in
      let client = try Client(port: port)
      client.send(request("POST", "/v1/classify", type: "text/plain", body: "ab\ncd"))
      let whole = client.answer()
      client.send(
        chunkedHead("text/plain") + "1\r\na\r\n4;x=y\r\nb\ncd\r\n0\r\n\r\n")
      let chunked = client.answer()
      #expect(chunked?.status == 200)
      #expect(chunked?.body == whole?.body)
    }
  }

  @Test func longBodiesAreRefused() throws {
    try withServer(limits { $0.bodyBytes = 100 }) { _, port, _ in
      let told = try Client(port: port)
      told.send(request(body: String(repeating: "a", count: 101)))
      #expect(told.answer()?.status == 413)
      #expect(told.isClosed())
      let found = try Client(port: port)
      found.send(
        chunkedHead("text/plain") + "65\r\n" + String(repeating: "a", count: 101))
      #expect(found.answer()?.status == 413)
      let exact = try Client(port: port)
      exact.send(request(type: "text/plain", body: String(repeating: "a", count: 100)))
      #expect(exact.answer()?.status == 200)
    }
  }

  @Test func aFullQueueAndADeadlineAreAnswers() throws {
    try withServer(
      workers: 0,
      limits {
        $0.batchTokens = 1
        $0.queueBatches = 1
      }
    ) { service, port, _ in
      let first = try Client(port: port)
      first.send(request("POST", "/v1/classify", "Discern-Timeout: 0.3"))
      while service.queue.waiting.jobs < 1 { usleep(1000) }
      let second = try Client(port: port)
      second.send(request())
      let refusal = second.answer()
      #expect(refusal?.status == 429)
      #expect(refusal?.fields["retry-after"] == "1")
      let late = first.answer()
      #expect(late?.status == 503)
      #expect(late?.body.contains("\"deadline\"") == true)
      // The connection stays open.
      first.send(request("GET", "/livez", body: nil))
      #expect(first.answer()?.status == 200)
    }
  }

  private func chunkedHead(_ type: String, _ path: String = "/v1/classify") -> String {
    "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Type: \(type)\r\nTransfer-Encoding: chunked\r\n\r\n"
  }

  private func streamHead(_ path: String = "/v1/classify") -> String {
    chunkedHead("application/x-ndjson", path)
  }

  private func chunk(_ text: String) -> String {
    String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n"
  }

  @Test func linesAreAnsweredAsTheyCome() throws {
    try withServer { _, port, _ in
      let client = try Client(port: port)
      client.send(streamHead("/v1/classify?top=1") + chunk("{\"text\":\"What a lovely film!\"}\n"))
      #expect(client.head()?.fields["content-type"] == "application/x-ndjson")
      #expect(client.chunk()?.contains("\"line\":1") == true)
      client.send(chunk("{\"text\":") + chunk("\"I want my money back.\"}\nnonsense\n"))
      var second = client.chunk() ?? ""
      while second.split(separator: "\n").count < 2 { second += client.chunk() ?? "\n\n\n" }
      for line in second.split(separator: "\n") {
        #expect(line.contains("\"evidence\":\"") && !line.contains("\"error\":{"))
      }
      #expect(second.contains("\"line\":2") && second.contains("\"line\":3") && second.contains("\"error\""))
      client.send(chunk("{\"text\":\"last, without an end\"}") + "0\r\n\r\n")
      #expect(client.chunk()?.contains("\"line\":4") == true)
      #expect(client.chunk() == "")
      // The connection stays open.
      #expect(client.isServed())
    }
  }

  @Test func longStreamsAreAnsweredWholeInBoundedMemory() throws {
    try withServer(
      workers: 2,
      limits {
        $0.batchTokens = 64
        $0.queueBatches = 2
      }
    ) { _, port, _ in
      let client = try Client(port: port)
      let chunks = (0..<3000).map { chunk("{\"text\":\"number \($0) of many\"}\n") }
      client.sendAside(streamHead() + chunks.joined() + "0\r\n\r\n")
      let answer = client.answer()
      #expect(answer?.isWhole == true)
      let lines = answer?.body.split(separator: "\n") ?? []
      #expect(lines.count == 3000)
      for (index, line) in lines.enumerated() where !line.contains("\"line\":\(index + 1),") {
        Issue.record("\(index): \(line)")
      }
    }
  }

  @Test func aLineThatIsTooLongEndsItsStream() throws {
    try withServer(limits { $0.bodyBytes = 64 }) { _, port, _ in
      let client = try Client(port: port)
      client.send(streamHead() + chunk(String(repeating: "x", count: 65)))
      #expect(client.answer()?.status == 413)
      let later = try Client(port: port)
      later.send(streamHead() + chunk("{\"text\":\"short\"}\n") + chunk(String(repeating: "x", count: 65)))
      let answer = later.answer()
      #expect(answer?.status == 200)
      #expect(answer?.isWhole == true)
      let last = answer?.body.split(separator: "\n").last ?? ""
      #expect(last.contains("\"code\":\"body_too_large\"") && last.contains("\"evidence\":\"error\""))
      #expect(last.contains("\"error\":\"the body"))
      #expect(later.isClosed())
    }
  }

  @Test func aLineHasItsTimeToCome() throws {
    try withServer(limits { $0.bodyTime = .milliseconds(200) }) { _, port, _ in
      let client = try Client(port: port)
      client.send(streamHead() + chunk("{\"text\":\"short\"}\n{\"te"))
      let answer = client.answer()
      #expect(answer?.body.split(separator: "\n").last?.contains("\"timeout\"") == true)
      #expect(client.isClosed())
    }
  }
#endif
