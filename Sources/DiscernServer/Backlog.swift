#if Server
  import DiscernSystem
  import NIOCore

  /// The connections that the system has accepted but the listener has not taken yet. The system drops them
  /// when the last descriptor of the listener is closed, so another one must exist until all are taken.
  struct Backlog {
    private let descriptor: Int32

    /// Nil if the system has no descriptor left.
    init?(of listener: any Channel) {
      let copy = try? listener.eventLoop.submit {
        try listener.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
          fcntl($0, F_DUPFD_CLOEXEC, 0)
        }
      }.wait()
      guard let copy, copy >= 0 else { return nil }
      descriptor = copy
    }

    /// Takes the remaining connections once the listener is closed; later ones are refused.
    func close() -> [Int32] {
      var taken: [Int32] = []
      while true {
        let connection = accept(descriptor, nil, nil)
        if connection >= 0 {
          taken.append(connection)
        } else if errno != EINTR, errno != ECONNABORTED {
          break
        }
      }
      DiscernSystem.close(descriptor)
      return taken
    }
  }
#endif
