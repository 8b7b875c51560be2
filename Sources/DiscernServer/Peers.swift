#if Server
  import DiscernServing
  import NIOCore
  import Synchronization

  /// The connections that are open.
  final class Peers: Sendable {
    /// The treatment of a new connection.
    enum Admission: Sendable {
      case taken
      /// Refused: kept open until its refusal is read.
      case refused
      /// Refused, with too many of these waiting already: closed after its refusal.
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
      // Also where it ends before it is active.
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

    /// Asks all to end after the current request; `whenEmpty` is called after the last one.
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
