#if Server
  import DiscernIO
  import DiscernSystem
  import Synchronization

  /// The file of a Unix socket: one that an earlier server left behind is removed, one that answers is kept.
  final class SocketFile: Sendable {
    private let path: String
    /// Device and inode of the socket that was made here.
    private let own = Mutex<[UInt64]?>(nil)

    /// Prepares the path for a socket.
    init(_ path: String) throws(ServerError) {
      self.path = path
      var address = sockaddr_un()
      let room = MemoryLayout.size(ofValue: address.sun_path)
      let bytes = Array(path.utf8)
      if bytes.isEmpty || bytes.count >= room { throw .pathTooLong(path: path) }
      var found = stat()
      guard lstat(path, &found) == 0 else { return }
      guard found.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
      #if os(Linux)
        let descriptor = DiscernSystem.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      #else
        let descriptor = DiscernSystem.socket(AF_UNIX, SOCK_STREAM, 0)
      #endif
      guard descriptor >= 0 else { throw .cannotListen(place: path, reason: systemError(errno)) }
      defer { close(descriptor) }
      let isAnswered = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
        }
      }
      let code = errno
      // A full backlog shows that a server is running.
      if isAnswered || code == EAGAIN { throw .socketInUse(path: path) }
      guard code == ECONNREFUSED || code == ENOENT else {
        throw .cannotListen(place: path, reason: systemError(code))
      }
      unlink(path)
    }

    /// Records the identity of the socket that was made.
    func remember() { own.withLock { $0 = identity() } }

    /// Removes the file, if it is still the one that was made here.
    func remove() {
      own.withLock { own in
        if let own, own == identity() { unlink(path) }
        own = nil
      }
    }

    private func identity() -> [UInt64]? {
      var found = stat()
      return lstat(path, &found) == 0 ? [UInt64(found.st_dev), UInt64(found.st_ino)] : nil
    }
  }
#endif
