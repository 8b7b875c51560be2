import DiscernIO

/// The reason why a server cannot start.
package enum ServerError: KnownFailure, Equatable {
  case cannotListen(place: String, reason: String)
  /// Another process answers there.
  case socketInUse(path: String)
  case notASocket(path: String)
  case pathTooLong(path: String)
  case tooFewFiles(connections: Int, limit: Int)

  package var kind: ErrorKind {
    switch self {
    case .cannotListen, .socketInUse: .io
    case .notASocket, .pathTooLong, .tooFewFiles: .usage
    }
  }

  package var description: String {
    switch self {
    case .cannotListen(let place, let reason):
      "\(place): cannot listen there: \(reason); choose another address with --host, --port or --unix"
    case .socketInUse(let path): "\(path): another server listens there; choose another path with --unix"
    case .notASocket(let path):
      "\(path): exists and is not a socket; remove it, or choose another path with --unix"
    case .pathTooLong(let path): "\(path): is too long for a socket; choose a shorter path with --unix"
    case .tooFewFiles(let connections, let limit):
      "--max-connections \(connections): only \(limit) files can be open at once; raise the limit "
        + "(ulimit -n), or choose fewer"
    }
  }
}
