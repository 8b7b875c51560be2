#if Server
  import DiscernServing
  import DiscernSystem
  import Logging
  import NIOCore
  import NIOHTTP1

  extension Connection {
    /// Writes an answer.
    ///
    /// - Parameter closes: whether it is the last answer on the connection.
    func answer(_ response: Response, closes: Bool = false) {
      guard let context else { return }
      let exchange = exchange
      self.exchange = nil
      let keepsAlive = !closes && exchange?.keepsAlive == true && !isAtEnd && !service.isStopping
      state = .answering
      setTimer(service.limits.idleTime)
      var headers = HTTPHeaders(response.fields.map { ($0.name, $0.value) })
      if response.status != 204 { headers.add(name: "Content-Length", value: "\(response.body.count)") }
      writeHead(HTTPResponseStatus(statusCode: response.status), headers, keepsAlive, exchange)
      if exchange?.wantsBody != false, !response.body.isEmpty {
        let body = context.channel.allocator.buffer(bytes: response.body)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
      }
      writeEnd(keepsAlive: keepsAlive)
      record(exchange, status: response.status)
    }

    private func record(_ exchange: Exchange?, status: Int) {
      let time = exchange.map { .now - $0.start }
      // A stream takes as long as its client sends.
      service.metrics.countRequest(
        route: exchange?.route ?? "other", status: status, time: exchange?.isStream == true ? nil : time)
      log.debug(
        "answered",
        metadata: [
          "path": "\(exchange?.route ?? "other")", "status": "\(status)",
          "ms":
            "\(time.map { Int(($0 / .milliseconds(1)).rounded()) } ?? 0)",
        ])
    }

    private func writeHead(
      _ status: HTTPResponseStatus, _ headers: HTTPHeaders, _ keepsAlive: Bool, _ exchange: Exchange?
    ) {
      var headers = headers
      headers.add(name: "Date", value: HTTPDate.now())
      if !keepsAlive {
        headers.add(name: "Connection", value: "close")
      } else if exchange?.isOld == true {
        headers.add(name: "Connection", value: "keep-alive")
      }
      let version = exchange?.isOld == true ? HTTPVersion.http1_0 : .http1_1
      context?.write(
        wrapOutboundOut(.head(HTTPResponseHead(version: version, status: status, headers: headers))),
        promise: nil)
    }

    private func writeEnd(keepsAlive: Bool) {
      guard let context else { return }
      let written = context.writeAndFlush(wrapOutboundOut(.end(nil)))
      written.assumeIsolated().whenComplete { [weak self] result in
        guard let self else { return }
        switch result {
        case .success: self.answered(keepsAlive: keepsAlive)
        case .failure: self.context?.close(promise: nil)
        }
      }
    }

    func writeContinue() {
      let head = HTTPResponseHead(version: .http1_1, status: .continue)
      context?.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    }

    // MARK: Streams

    /// - Returns: whether the connection continues after it.
    func beginStream() -> Bool {
      let keepsAlive =
        exchange?.keepsAlive == true && exchange?.isOld == false && !isAtEnd && !service.isStopping
      let headers = HTTPHeaders([
        ("Content-Type", "application/x-ndjson"), ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
      ])
      writeHead(.ok, headers, keepsAlive, exchange)
      return keepsAlive
    }

    func writeLine(_ line: [UInt8]) {
      guard let context else { return }
      let buffer = context.channel.allocator.buffer(bytes: line)
      context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
    }

    func endStream(keepsAlive: Bool) {
      let exchange = exchange
      self.exchange = nil
      state = .answering
      setTimer(service.limits.idleTime)
      writeEnd(keepsAlive: keepsAlive)
      record(exchange, status: 200)
    }
  }
#endif
