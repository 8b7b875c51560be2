#if Server
  import DiscernServing
  import NIOCore
  import NIOHTTP1

  extension Connection {
    /// The time for a client to read its last answer, or to send a request already begun.
    private static let linger = Duration.seconds(2)
    static let farewell = Duration.seconds(1)
    /// The time from the end of a client's requests to the check whether it is still connected.
    private static let patience = TimeAmount.milliseconds(100)

    /// Called when the answer has been sent.
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

    /// Closes the connection if no complete request can arrive any more.
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

    /// Closes the output first: if a connection with unread bytes is closed at once, the answer may be lost.
    /// If too many refused connections are already waiting for their clients, this one is closed at once.
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

    /// Called when no request can arrive any more; complete ones are answered.
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

    /// A client that has disconnected looks like one that is waiting, until something is sent to it.
    private func askWhetherThere() {
      let number = number
      context?.eventLoop.assumeIsolated().scheduleTask(in: Self.patience) { [weak self] in
        guard let self, case .working = self.state, self.number == number else { return }
        if self.exchange?.isOld == false { self.writeContinue() }
      }
    }
  }
#endif
