#if Server
  import DiscernServing
  import NIOCore
  import NIOHTTP1

  /// A request and how it is answered.
  struct Exchange {
    let route: String
    /// Of a HEAD request only the head is wanted.
    let wantsBody: Bool
    let isOld: Bool
    let keepsAlive: Bool
    let reception: Service.Reception
    /// When it had come; of a stream when its head had.
    var start = ContinuousClock.now
    var body = ByteBuffer()
    /// Bytes of the body, also those that are not kept.
    var bodyBytes = 0

    init(_ head: HTTPRequestHead, _ service: Service) {
      isOld = head.version.major == 1 && head.version.minor == 0
      route = Route.name(ofTarget: head.uri)
      wantsBody = head.method != .HEAD
      keepsAlive = head.isKeepAlive
      reception = service.receive(Self.head(head), isOld: isOld)
    }

    /// Whether the answer comes before the body, which is not wanted or cannot be told from what follows.
    var isRefused: Bool {
      guard case .failure(let failure) = reception else { return false }
      switch failure.status {
      case 404, 405, 415, 503: return false
      default: return true
      }
    }

    static func head(_ head: HTTPRequestHead) -> RequestHead {
      RequestHead(
        method: head.method.rawValue, target: head.uri,
        fields: head.headers.map { (name: $0.name, value: $0.value) })
    }
  }
#endif
