import DiscernServing

extension FuzzedReading {
  /// A head in HTTP's form, split as by the parser, and the body after an empty line.
  ///
  /// - Returns: whether the request is answered with anything but a refusal.
  func readRequest(_ bytes: [UInt8], _ service: Service) throws -> Bool {
    let lines = bytes.prefix(1 << 14).split(separator: 0x0A, omittingEmptySubsequences: false)
      .map { String(decoding: $0.last == 0x0D ? $0.dropLast() : $0, as: UTF8.self) }
    let first = lines[0].split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard first.count == 3 else { return false }
    let fields = lines.dropFirst().prefix { !$0.isEmpty }.compactMap { line in
      line.firstIndex(of: ":").map { (name: String(line[..<$0]), value: String(line[$0...].dropFirst())) }
    }
    let head = RequestHead(method: first[0], target: first[1], fields: fields)
    let reception = service.receive(head, isOld: first[2] == "HTTP/1.0")
    switch reception {
    case .response(let response):
      guard (100..<600).contains(response.status) else {
        throw Broken(description: "status \(response.status)")
      }
    case .failure(let failure):
      let response = Response(failure)
      guard response.status >= 400, String(validating: response.body, as: UTF8.self) != nil else {
        throw Broken(description: "a failure with status \(response.status)")
      }
      return false
    case .whole(let call, let within):
      let body = lines.drop { !$0.isEmpty }.dropFirst().joined(separator: "\n")
      service.submit(call, body: Array(body.utf8), within: within) { _ in }?.cancel()
    case .stream:
      var lines = LineSplitter(limit: 1 << 12)
      lines.append(bytes)
      lines.finish()
      while (try? lines.next()) ?? nil != nil {}
    }
    return true
  }
}
