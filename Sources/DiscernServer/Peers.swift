#if Server
  import DiscernServing
  import NIOCore
  import Synchronization

  /// The open connections.
  final class Peers: Sendable {
    /// The treatment of a new connection.
    enum Admission: Sendable {
      case taken
      /// Refused: kept open until the client has read the refusal.
      case refused
      /// Refused while too many of these are already waiting: closed right after the refusal.
      case dismissed
    }

    private struct State {
      var channels: [ObjectIdentifier: any Channel] = [:]
      var refused: Set<ObjectIdentifier> = []
      var isStopping = false
      var whenEmpty: (@Sendable () -> Void)?
    }

    private let limits: ServingLimits
    private let metrics: Metrics
    private let state = Mutex(State())

    init(_ limits: ServingLimits, _ metrics: Metrics) {
      self.limits = limits
      self.metrics = metrics
    }

    func add(_ channel: any Channel) -> Admission {
      metrics.countConnection(1)
      // Also if it ends before it is active.
      channel.closeFuture.whenComplete { [self] _ in remove(channel) }
      return state.withLock { state in
        state.channels[ObjectIdentifier(channel)] = channel
        // Refused connections do not count.
        if state.channels.count - state.refused.count <= limits.connections { return .taken }
        state.refused.insert(ObjectIdentifier(channel))
        return state.refused.count <= limits.refusedConnections ? .refused : .dismissed
      }
    }

    private func remove(_ channel: any Channel) {
      let whenEmpty = state.withLock { state -> (@Sendable () -> Void)? in
        state.channels[ObjectIdentifier(channel)] = nil
        state.refused.remove(ObjectIdentifier(channel))
        guard state.channels.isEmpty, state.isStopping else { return nil }
        defer { state.whenEmpty = nil }
        return state.whenEmpty
      }
      metrics.countConnection(-1)
      whenEmpty?()
    }

    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Makes all connections end after their current requests; `whenEmpty` is called after the last has
    /// ended.
    func stop(whenEmpty: @escaping @Sendable () -> Void) {
      let channels = state.withLock { state in
        state.isStopping = true
        if !state.channels.isEmpty { state.whenEmpty = whenEmpty }
        return Array(state.channels.values)
      }
      if channels.isEmpty { whenEmpty() }
      for channel in channels {
        channel.pipeline.fireUserInboundEventTriggered(Connection.StopEvent())
      }
    }
  }
#endif
