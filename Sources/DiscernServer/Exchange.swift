#if Server
  import DiscernServing
  import NIOCore
  import NIOHTTP1

  /// A request and its treatment. A class, since copies of a struct would make each added piece copy the
  /// whole body.
  package final class Exchange {
    let route: String
    /// Whether the answer's body is sent; false for HEAD.
    let wantsBody: Bool
    let isOld: Bool
    let keepsAlive: Bool
    let reception: Service.Reception
    /// The time when the request had arrived; for a stream, its head.
    var start = ContinuousClock.now
    package private(set) var body = ByteBuffer()
    /// The number of bytes in the body, including those that are not kept.
    private var bodyBytes = 0

    package init(_ head: HTTPRequestHead, _ service: Service) {
      isOld = head.version.major == 1 && head.version.minor == 0
      route = Route.name(ofTarget: head.uri)
      wantsBody = head.method != .HEAD
      // After such a request, the parser treats all further bytes as another protocol.
      let isUpgrade = head.method == .CONNECT || head.headers.contains(name: "upgrade")
      keepsAlive = head.isKeepAlive && !isUpgrade
      reception = service.receive(Self.head(head), isOld: isOld)
    }

    var isStream: Bool { if case .stream = reception { true } else { false } }

    /// Whether the answer comes before the body, which is not needed or cannot be separated from what
    /// follows.
    var isRefused: Bool {
      guard case .failure(let failure) = reception else { return false }
      switch failure.status {
      case 404, 405, 415, 503: return false
      default: return true
      }
    }

    /// Adds a piece of the body.
    ///
    /// - Returns: whether the body so far is within the limit.
    package func receive(_ bytes: ByteBuffer, limit: Int) -> Bool {
      bodyBytes += bytes.readableBytes
      if bodyBytes > limit { return false }
      if case .whole = reception { body.writeImmutableBuffer(bytes) }
      return true
    }

    static func head(_ head: HTTPRequestHead) -> RequestHead {
      RequestHead(
        method: head.method.rawValue, target: head.uri,
        fields: head.headers.map { (name: $0.name, value: $0.value) })
    }
  }
#endif
