#if Server
  import DiscernServing
  import Logging
  import NIOCore
  import NIOHTTP1

  /// A connection to a client: takes its requests one after another, limits the time of each step, and
  /// answers. It runs on the connection's event loop; models run elsewhere.
  final class Connection: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = Never
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// No more connections are accepted, and no request after the current one.
    struct StopEvent: Sendable {}

    enum State {
      case idle
      /// A part of a head has arrived.
      case head
      /// The request's body is arriving.
      case receiving
      case working(Job)
      case streaming(LineExchange)
      /// The answer is being sent.
      case answering
      /// Everything is sent; further input is ignored.
      case closing
    }

    let service: Service
    let log: Logger
    let peers: Peers
    let admission: Peers.Admission
    var state = State.idle
    var exchange: Exchange?
    var context: ChannelHandlerContext?
    /// Data that arrived while a request was being answered.
    var pending = CircularBuffer<HTTPServerRequestPart>()
    var pendingFailure: ServingFailure?
    /// Whether bytes have arrived since the last request's end.
    private(set) var hasRest = false
    private var holdsRead = false
    var isTakingPending = false
    private var timer = ConnectionTimer()
    /// Counts requests, so that a late answer is distinguished from that to the next request.
    var number = 0
    var isLast = false
    var isInputClosed = false

    init(_ service: Service, _ log: Logger, _ peers: Peers, _ admission: Peers.Admission) {
      self.service = service
      self.log = log
      self.peers = peers
      self.admission = admission
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
      // It may have been accepted at the last moment.
      isLast = peers.isStopping
      setTimer(service.limits.idleTime)
      if case .taken = admission { return }
      service.metrics.countRefusedConnection()
      answer(Response(.tooManyConnections), closes: true)
    }

    func channelInactive(context: ChannelHandlerContext) {
      if case .working(let job) = state { job.cancel() }
      if case .streaming(let lines) = state { lines.cancel() }
      state = .closing
      pending.removeAll()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if event as? ChannelEvent == .inputClosed { return endInput() }
      guard event is StopEvent else { return context.fireUserInboundEventTriggered(event) }
      isLast = true
      switch state {
      case .idle: setTimer(Self.farewell)
      case .streaming(let lines): lines.fail(.stopping)
      default: break
      }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      guard let error = error as? HTTPParserError else { return context.close(promise: nil) }
      let failure: ServingFailure
      switch error {
      case .headerOverflow:
        failure = .headTooLarge(bytes: service.limits.headBytes, fields: service.limits.headFields)
      case .invalidVersion: failure = .badHead("expected HTTP/1.1")
      // The end of input is reported next, and complete requests are answered first.
      case .invalidEOFState: return
      default: failure = .badHead("the request breaks the rules of HTTP/1.1")
      }
      switch state {
      case .idle, .head, .receiving: answer(Response(failure), closes: true)
      case .working, .answering: pendingFailure = failure
      case .streaming(let lines): lines.fail(failure)
      case .closing: break
      }
    }

    // MARK: Time

    func setTimer(_ time: Duration?) {
      if let call = timer.set(time) { askForCall(at: call) }
    }

    private func askForCall(at time: NIODeadline) {
      context?.eventLoop.assumeIsolated().scheduleTask(deadline: time) { [weak self] in
        guard let self else { return }
        let (isOver, next) = self.timer.call()
        if let next { self.askForCall(at: next) }
        if isOver { self.timeIsOver() }
      }
    }

    private func timeIsOver() {
      switch state {
      case .idle, .answering, .closing: context?.close(promise: nil)
      case .head: answer(Response(.slowHead), closes: true)
      case .receiving: answer(Response(.slowBody), closes: true)
      case .working(let job):
        job.cancel()
        answer(Response(.late))
      case .streaming(let lines): lines.timeIsOver()
      }
    }

    func bytesCame() {
      hasRest = true
      guard case .idle = state else { return }
      state = .head
      setTimer(service.limits.headTime)
    }

    var takesParts: Bool {
      switch state {
      case .idle, .head, .receiving: true
      case .streaming(let lines): !lines.isInputDone
      case .working, .answering, .closing: false
      }
    }

    private var wantsBytes: Bool {
      switch state {
      case .idle, .head, .receiving, .closing: true
      case .streaming(let lines): lines.wantsBytes
      case .working, .answering: false
      }
    }

    func read(context: ChannelHandlerContext) {
      if wantsBytes { context.read() } else { holdsRead = true }
    }

    /// Resumes reading, if it was paused and bytes are needed again.
    func goOnReading() {
      guard holdsRead, wantsBytes else { return }
      holdsRead = false
      context?.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let part = unwrapInboundIn(data)
      if case .closing = state { return }
      if case .end = part { hasRest = false }
      if pending.isEmpty, takesParts { take(part) } else { pending.append(part) }
    }

    func take(_ part: HTTPServerRequestPart) {
      switch (part, state) {
      case (.head(let head), .idle), (.head(let head), .head): begin(head)
      case (.body(let bytes), .receiving): receive(bytes)
      case (.body(let bytes), .streaming(let lines)): lines.add(bytes)
      case (.end, .receiving): complete()
      case (.end, .streaming(let lines)): lines.finishInput()
      default: break
      }
    }

    private func begin(_ head: HTTPRequestHead) {
      let exchange = Exchange(head, service)
      self.exchange = exchange
      state = .receiving
      setTimer(service.limits.bodyTime)
      let expectsContinue = head.headers.contains(name: "expect") && !exchange.isOld
      if case .failure(let failure) = exchange.reception, exchange.isRefused || expectsContinue {
        return answer(Response(failure), closes: true)
      }
      if expectsContinue { writeContinue() }
      guard case .stream(let top, let within) = exchange.reception, let context else { return }
      service.metrics.countStream()
      let lines = LineExchange(self, service, context.eventLoop, top: top, within: within)
      state = .streaming(lines)
    }

    private func receive(_ bytes: ByteBuffer) {
      let limit = service.limits.bodyBytes
      if exchange?.receive(bytes, limit: limit) == false {
        answer(Response(.bodyTooLarge(limit: limit)), closes: true)
      }
    }

    private func complete() {
      exchange?.start = .now
      guard let exchange else { return }
      switch exchange.reception {
      case .response(let response): answer(response)
      case .failure(let failure): answer(Response(failure))
      case .whole(let call, let within): submit(call, within)
      case .stream: break
      }
    }

    private func submit(_ call: Call, _ within: Duration) {
      guard let context else { return }
      number += 1
      let number = number
      let loop = context.eventLoop
      let connection = NIOLoopBound(self, eventLoop: loop)
      let body = Array(exchange?.body.readableBytesView ?? ByteBufferView())
      let job = service.submit(call, body: body, within: within) { outcome in
        loop.execute { connection.value.finish(number, outcome) }
      }
      guard let job else { return answer(Response(.queueFull)) }
      state = .working(job)
      setTimer(within)
    }

    private func finish(_ number: Int, _ outcome: Job.Outcome) {
      guard case .working = state, number == self.number else { return }
      switch outcome {
      case .response(let response): answer(response)
      case .failure(let failure): answer(Response(failure))
      }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
      if case .streaming(let lines) = state { lines.pump() }
    }
  }
#endif
