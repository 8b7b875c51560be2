#if Server
  import NIOCore

  /// Tells a connection of bytes before they are decoded: half a head is no message yet.
  final class ByteWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      connection.bytesCame()
      context.fireChannelRead(data)
    }
  }
#endif
