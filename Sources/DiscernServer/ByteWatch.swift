#if Server
  import NIOCore

  /// Notifies a connection of bytes before they are decoded: half a head is not a message yet.
  ///
  /// The last byte is passed separately: if a request ends before it, it is the first of the next one, which
  /// the decoder does not report.
  final class ByteWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      var bytes = unwrapInboundIn(data)
      let most = bytes.readSlice(length: max(0, bytes.readableBytes - 1)) ?? ByteBuffer()
      for part in [most, bytes] where part.readableBytes > 0 {
        connection.bytesCame()
        context.fireChannelRead(wrapInboundOut(part))
      }
    }
  }
#endif
