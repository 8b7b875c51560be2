#if Server
  import DiscernIO
  import DiscernServing
  import DiscernSystem
  import Logging
  import NIOCore
  import NIOHTTP1
  import NIOPosix
  import Synchronization

  /// A service on a socket.
  package final class Server: Sendable {
    package enum Place: Sendable, Equatable {
      case port(host: String, number: Int)
      case unix(path: String)
    }

    private let service: Service
    private let log: Logger
    private let group: MultiThreadedEventLoopGroup
    private let peers: Peers
    private let listener: any Channel
    private let socket: SocketFile?
    private let hasStopped = Atomic(false)
    /// The address at which it listens: `http://127.0.0.1:8080` or the socket's path.
    package let address: String

    /// Starts listening.
    package init(_ service: Service, at place: Place, log: Logger) throws(ServerError) {
      self.service = service
      self.log = log
      peers = Peers(service.limits, service.metrics)
      // These threads only pass bytes on; models use the other cores.
      let cores = ProcessInfo.processInfo.activeProcessorCount
      group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, min(4, cores / 4)))
      let bootstrap = Self.bootstrap(group, service, log, peers)
      do throws(ServerError) {
        switch place {
        case .port(let host, let number):
          socket = nil
          listener = try Self.listening("\(host):\(number)") {
            try bootstrap.bind(host: host, port: number).wait()
          }
          let port = listener.localAddress?.port ?? number
          address = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        case .unix(let path):
          let file = try SocketFile(path)
          listener = try Self.listening(path) { try bootstrap.bind(unixDomainSocketPath: path).wait() }
          file.remember()
          socket = file
          address = path
        }
      } catch {
        try? group.syncShutdownGracefully()
        throw error
      }
    }

    private static func listening(
      _ place: String, _ body: () throws -> any Channel
    ) throws(ServerError) -> any Channel {
      do { return try body() } catch {
        let reason =
          if let error = error as? IOError {
            systemError(error.errnoCode)
          } else if error is SocketAddressError.UnknownHost {
            "there is no such host"
          } else {
            "\(error)"
          }
        throw .cannotListen(place: place, reason: reason)
      }
    }

    private static func limits(_ limits: ServingLimits) -> NIOHTTPDecoderLimitConfiguration {
      var result = NIOHTTPDecoderLimitConfiguration()
      result.maxHeaderFieldSize = limits.headBytes
      result.maxHeaderListSize = limits.headBytes
      result.maxHeaderFieldCount = limits.headFields
      return result
    }

    private static func bootstrap(
      _ group: MultiThreadedEventLoopGroup, _ service: Service, _ log: Logger, _ peers: Peers
    ) -> ServerBootstrap {
      return ServerBootstrap(group: group)
        .serverChannelOption(.backlog, value: 1024)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        // Many simultaneous connections are accepted at once, rather than after the requests of those already
        // accepted.
        .serverChannelOption(.maxMessagesPerRead, value: 256)
        .childChannelOption(.allowRemoteHalfClosure, value: true)
        .childChannelInitializer { Self.open($0, service, log, peers) }
    }

    /// The number of bytes that a connection may use its loop for before others have their turn: the smaller
    /// requests and chunks are, the more they cost per byte.
    package static let bytesPerTurn = 4096

    private static func open(
      _ channel: any Channel, _ service: Service, _ log: Logger, _ peers: Peers
    ) -> EventLoopFuture<Void> {
      channel.eventLoop.makeCompletedFuture {
        try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
        try channel.syncOptions?.setOption(
          .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: bytesPerTurn))
        let connection = Connection(service, log, peers, peers.add(channel))
        let decoder = HTTPRequestDecoder(
          leftOverBytesStrategy: .dropBytes, limitConfiguration: limits(service.limits))
        try channel.pipeline.syncOperations.addHandlers([
          HTTPResponseEncoder(), ByteWatch(connection), ByteToMessageHandler(decoder), connection,
        ])
        // A Unix socket has no such option.
        if channel.localAddress?.port != nil {
          try channel.syncOptions?.setOption(.tcpOption(.tcp_nodelay), value: 1)
        }
      }
    }

    /// Takes no more connections except those that the system has already accepted.
    private func closeListener() {
      // Connections being opened need the listener; the loops finish them after some rounds.
      try? listener.setOption(.autoRead, value: false).wait()
      for _ in 0..<4 {
        for loop in group.makeIterator() { try? loop.submit {}.wait() }
      }
      let backlog = Backlog(of: listener)
      try? listener.close().wait()
      let bootstrap = ClientBootstrap(group: group)
        .channelOption(.allowRemoteHalfClosure, value: true)
        .channelInitializer { [service, log, peers] in Self.open($0, service, log, peers) }
      let opened = (backlog?.close() ?? []).map { bootstrap.withConnectedSocket($0) }
      for future in opened { _ = try? future.wait() }
    }

    /// Shuts down: `/readyz` reports it at once; after `grace`, no more connections are accepted, and
    /// accepted requests are answered. Returns after that.
    package func stop(grace: Duration) {
      // Only once: loops that have ended cannot be waited for.
      if hasStopped.exchange(true, ordering: .relaxed) { return }
      service.beginStopping()
      log.info("stopping", metadata: ["grace": "\(grace / .seconds(1))s"])
      if grace > .zero { _ = DispatchSemaphore(value: 0).wait(timeout: .now() + grace / .seconds(1)) }
      closeListener()
      socket?.remove()
      let isEmpty = DispatchSemaphore(value: 0)
      peers.stop { isEmpty.signal() }
      isEmpty.wait()
      service.finish()
      try? group.syncShutdownGracefully()
      log.info("stopped")
    }
  }
#endif
