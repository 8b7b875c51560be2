#if Server
  import DiscernServing
  import NIOCore
  import NIOHTTP1

  extension Connection {
    /// The time for a client to read its last answer, or to send a request already begun.
    private static let linger = Duration.seconds(2)
    static let farewell = Duration.seconds(1)
    /// From the end of a client's requests to the check whether it is still connected.
    private static let patience = TimeAmount.milliseconds(100)

    /// The answer has left.
    func answered(keepsAlive: Bool) {
      guard keepsAlive else { return shutDown() }
      state = .idle
      if pending.isEmpty, hasRest {
        state = .head
        setTimer(service.limits.headTime)
      } else {
        setTimer(isLast ? Self.farewell : service.limits.idleTime)
      }
      takePending()
      goOnReading()
      endIfDone()
    }

    /// Closes if no complete request can arrive any more.
    private func endIfDone() {
      if isInputClosed, pending.isEmpty, takesParts { context?.close(promise: nil) }
    }

    /// Whether there will be no request after the current one.
    var isAtEnd: Bool { isLast || isInputClosed && pending.isEmpty }

    /// Not by recursion: a client may send thousands of requests at once.
    private func takePending() {
      guard !isTakingPending else { return }
      isTakingPending = true
      defer { isTakingPending = false }
      while takesParts, let part = pending.popFirst() { take(part) }
      if let pendingFailure, takesParts {
        self.pendingFailure = nil
        answer(Response(pendingFailure), closes: true)
      }
    }

    /// Ends the answer's direction first: a connection with unread bytes that is closed at once takes the
    /// answer with it. If too many refused connections already wait to be read, this one does not.
    private func shutDown() {
      guard let context else { return }
      if case .closing = state { return }
      state = .closing
      pending.removeAll()
      setTimer(Self.linger)
      let isAtOnce = if case .dismissed = admission { true } else { isInputClosed }
      context.close(mode: isAtOnce ? .all : .output, promise: nil)
      goOnReading()
    }

    // MARK: The end of input

    /// No request arrives any more; complete ones are answered.
    func endInput() {
      isInputClosed = true
      switch state {
      case .idle, .head, .receiving, .closing: context?.close(promise: nil)
      case .streaming(let lines):
        if !lines.isInputDone, pending.isEmpty { context?.close(promise: nil) }
      case .working: askWhetherThere()
      case .answering: break
      }
    }

    /// A client that has disconnected looks like one that waits, until something is sent to it.
    private func askWhetherThere() {
      let number = number
      context?.eventLoop.assumeIsolated().scheduleTask(in: Self.patience) { [weak self] in
        guard let self, case .working = self.state, self.number == number else { return }
        if self.exchange?.isOld == false { self.writeContinue() }
      }
    }
  }
#endif
