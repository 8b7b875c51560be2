#if Server
  import DiscernServing
  import DiscernSystem

  /// The number of files that the process may have open; each connection is one.
  package enum OpenFiles {
    /// For the model, the sockets, the event loops and the standard streams.
    private static let others = 64

    /// Raises the soft limit as far as connections need it.
    package static func require(_ limits: ServingLimits) throws(ServerError) {
      var limit = rlimit()
      #if os(Linux)
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
      #else
        let resource = RLIMIT_NOFILE
      #endif
      guard getrlimit(resource, &limit) == 0 else { return }
      let needed = rlim_t(limits.connections + limits.refusedConnections + others)
      if limit.rlim_cur >= needed { return }
      limit.rlim_cur = min(needed, limit.rlim_max)
      guard limit.rlim_cur == needed, setrlimit(resource, &limit) == 0 else {
        throw .tooFewFiles(connections: limits.connections, limit: Int(clamping: limit.rlim_max))
      }
    }
  }
#endif
