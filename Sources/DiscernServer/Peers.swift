#if Server
  import DiscernServing
  import NIOCore
  import Synchronization

  /// The connections that are open.
  final class Peers: Sendable {
    private struct State {
      var channels: [ObjectIdentifier: any Channel] = [:]
      var isStopping = false
      var whenEmpty: (@Sendable () -> Void)?
    }

    private let limit: Int
    private let metrics: Metrics
    private let state = Mutex(State())

    init(limit: Int, metrics: Metrics) {
      self.limit = limit
      self.metrics = metrics
    }

    /// - Returns: whether it is one too many.
    func add(_ channel: any Channel) -> Bool {
      metrics.countConnection(1)
      // Also where it ends before it is active.
      channel.closeFuture.whenComplete { [self] _ in remove(channel) }
      return state.withLock { state in
        state.channels[ObjectIdentifier(channel)] = channel
        return state.channels.count > limit
      }
    }

    private func remove(_ channel: any Channel) {
      let whenEmpty = state.withLock { state -> (@Sendable () -> Void)? in
        state.channels[ObjectIdentifier(channel)] = nil
        guard state.channels.isEmpty, state.isStopping else { return nil }
        defer { state.whenEmpty = nil }
        return state.whenEmpty
      }
      metrics.countConnection(-1)
      whenEmpty?()
    }

    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Asks all to end after the request at hand; `whenEmpty` is called after the last one.
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
