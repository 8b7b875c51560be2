#if Server
  import Foundation

  /// A client that sends given bytes exactly.
  final class Client {
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private(set) var isAtEnd = false

    /// - Parameter host: an address of IPv4 or IPv6.
    convenience init(port: Int, host: String = "127.0.0.1") throws {
      if host.contains(":") {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = in_port_t(port).bigEndian
        inet_pton(AF_INET6, host, &address.sin6_addr)
        try self.init(AF_INET6, address)
      } else {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        try self.init(AF_INET, address)
      }
    }

    convenience init(path: String) throws {
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
      try self.init(AF_UNIX, address)
    }

    private init<Address>(_ family: Int32, _ address: Address) throws {
      descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
      let code = withUnsafePointer(to: address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
        }
      }
      if code != 0 { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }

    deinit { close(descriptor) }

    /// - Returns: false when the server has closed.
    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool { Self.send(bytes, descriptor) }

    /// Sends while answers are read.
    func sendAside(_ text: String) {
      Thread.detachNewThread { [descriptor] in _ = Self.send(Array(text.utf8), descriptor) }
    }

    private static func send(_ bytes: [UInt8], _ descriptor: Int32) -> Bool {
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes {
          Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count <= 0 { return false }
        rest = rest.dropFirst(count)
      }
      return true
    }

    /// Sends nothing more, and keeps reading.
    func endInput() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Whether there is something to read, or the end, within a time.
    func isReadable(within milliseconds: Int32) -> Bool {
      var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      return poll(&request, 1, milliseconds) > 0
    }

    private func fill() {
      var room = [UInt8](repeating: 0, count: 65_536)
      let count = recv(descriptor, &room, room.count, 0)
      if count <= 0 { isAtEnd = true } else { buffer += room[..<count] }
    }

    func line() -> String? {
      while true {
        if let end = buffer.firstIndex(of: 0x0A) {
          defer { buffer.removeFirst(end + 1) }
          return String(decoding: buffer[..<end].filter { $0 != 0x0D }, as: UTF8.self)
        }
        if isAtEnd { return nil }
        fill()
      }
    }

    private func bytes(_ count: Int) -> [UInt8]? {
      while buffer.count < count {
        if isAtEnd { return nil }
        fill()
      }
      defer { buffer.removeFirst(count) }
      return Array(buffer[..<count])
    }

    struct Answer: Equatable {
      var status = 0
      var fields: [String: String] = [:]
      var body = ""
      var isWhole = false
    }

    /// The next answer; nil if the server closed before it began.
    func answer(hasBody: Bool = true) -> Answer? {
      guard let answer = head() else { return nil }
      var result = answer
      guard hasBody, result.status != 204, result.status != 100 else {
        result.isWhole = true
        return result
      }
      if result.fields["transfer-encoding"] == "chunked" {
        while let chunk = chunk() {
          if chunk.isEmpty {
            result.isWhole = true
            break
          }
          result.body += chunk
        }
      } else if let count = result.fields["content-length"].flatMap({ Int($0) }), let body = bytes(count) {
        result.body = String(decoding: body, as: UTF8.self)
        result.isWhole = true
      }
      return result
    }

    func head() -> Answer? {
      guard let first = line() else { return nil }
      var result = Answer()
      result.status = first.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
      while let line = line(), !line.isEmpty {
        let parts = line.split(separator: ":", maxSplits: 1)
        result.fields[parts[0].lowercased()] = parts.count > 1 ? parts[1].drop { $0 == " " }.description : ""
      }
      return result
    }

    /// Empty at the last one; nil if it is cut.
    func chunk() -> String? {
      guard let size = line().flatMap({ Int($0, radix: 16) }), let content = bytes(size), line() != nil else {
        return nil
      }
      return String(decoding: content, as: UTF8.self)
    }

    /// Whether the server closes, and nothing more comes before.
    func isClosed() -> Bool {
      while !isAtEnd, buffer.isEmpty { fill() }
      return buffer.isEmpty
    }
  }
#endif
