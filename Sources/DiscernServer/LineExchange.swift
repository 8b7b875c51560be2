#if Server
  import DiscernIO
  import DiscernServing
  import NIOCore

  /// A stream of lines, answered in order as they arrive. If a client sends lines faster than the server
  /// answers, or than the client reads the answers, the server stops reading.
  final class LineExchange {
    private weak var connection: Connection?
    private let service: Service
    private let loop: any EventLoop
    private let top: Int?
    private let within: Duration
    private var splitter: LineSplitter
    /// A line for which there was no room in the queue.
    private var held: [UInt8]?
    private var waitsForRoom = false
    private var jobs: [Int: Job] = [:]
    private var answers: [Int: [UInt8]] = [:]
    /// The line whose answer is written next.
    private var due = 1
    private(set) var isInputDone = false
    private var failure: ServingFailure?
    private var isOver = false
    /// Nil until the answer has begun.
    private var keepsAlive: Bool?
    private var flushes = false
    private var waitsForLine = false

    init(
      _ connection: Connection, _ service: Service, _ loop: any EventLoop, top: Int?, within: Duration
    ) {
      self.connection = connection
      self.service = service
      self.loop = loop
      self.top = top
      self.within = within
      splitter = LineSplitter(limit: service.limits.bodyBytes)
    }

    /// The number of lines in progress is at most that of a request's texts.
    private var isFull: Bool { held != nil || jobs.count + answers.count >= service.limits.texts }

    private var isReadable: Bool { connection?.context?.channel.isWritable ?? false }

    var wantsBytes: Bool { !isFull && isReadable && failure == nil && !isOver }

    func add(_ bytes: NIOCore.ByteBuffer) {
      guard failure == nil else { return }
      splitter.append(bytes.readableBytesView)
      pump()
    }

    func finishInput() {
      isInputDone = true
      splitter.finish()
      pump()
    }

    /// Takes lines as long as there is room, and ends the stream after the last one.
    func pump() {
      guard !isOver else { return }
      do {
        while failure == nil, !waitsForRoom, jobs.count + answers.count < service.limits.texts, isReadable {
          guard let line = try held ?? splitter.next() else { break }
          held = nil
          waitsForLine = false
          if !submit(line) { break }
        }
      } catch let error as ServingFailure {
        failure = error
      } catch {
        failure = .failed
      }
      if !finishIfDone() {
        setTimer()
        connection?.goOnReading()
      }
    }

    private func submit(_ line: [UInt8]) -> Bool {
      let number = splitter.number
      let stream = NIOLoopBound(self, eventLoop: loop)
      let loop = loop
      let call = Call.classifyLine(number: number, top: top)
      let job = service.submit(call, body: line, within: within) { outcome in
        loop.execute { stream.value.finish(number, outcome) }
      }
      if let job {
        jobs[number] = job
        return true
      }
      held = line
      waitsForRoom = true
      service.queue.whenRoom(bytes: line.count) {
        loop.execute {
          stream.value.waitsForRoom = false
          stream.value.pump()
        }
      }
      return false
    }

    private func finish(_ number: Int, _ outcome: Job.Outcome) {
      guard !isOver else { return }
      jobs[number] = nil
      switch outcome {
      case .response(let response): answers[number] = response.body
      case .failure(let failure): answers[number] = Self.line(failure, number)
      }
      while let line = answers.removeValue(forKey: due) {
        write(line)
        due += 1
      }
      pump()
    }

    /// The answer to a line that failed: like that to a line that cannot be read, with the failure's code.
    private static func line(_ failure: ServingFailure, _ number: Int) -> [UInt8] {
      let line = JSONText.object([
        ("code", JSONText.string(failure.code)), ("error", JSONText.string(failure.message)),
        ("evidence", JSONText.string("error")), ("line", "\(number)"),
      ])
      return Array((line + "\n").utf8)
    }

    private func write(_ line: [UInt8]) {
      if keepsAlive == nil { keepsAlive = connection?.beginStream() }
      connection?.writeLine(line)
      guard !flushes else { return }
      flushes = true
      // Flushes once for all answers that are ready together.
      let stream = NIOLoopBound(self, eventLoop: loop)
      loop.execute {
        stream.value.flushes = false
        stream.value.connection?.context?.flush()
      }
    }

    /// - Returns: whether the stream is over.
    private func finishIfDone() -> Bool {
      guard jobs.isEmpty, answers.isEmpty else { return false }
      if let failure {
        isOver = true
        if keepsAlive == nil {
          connection?.answer(Response(failure), closes: true)
        } else {
          write(Self.line(failure, due))
          connection?.endStream(keepsAlive: false)
        }
        return true
      }
      guard isInputDone, held == nil, splitter.count == 0 else { return false }
      isOver = true
      if keepsAlive == nil { keepsAlive = connection?.beginStream() }
      connection?.endStream(keepsAlive: keepsAlive ?? false)
      return true
    }

    // MARK: Ends

    /// Accepts no more lines; accepted ones are answered, then the client receives the reason.
    func fail(_ failure: ServingFailure) {
      guard !isOver, self.failure == nil else { return }
      self.failure = failure
      held = nil
      if !finishIfDone() { setTimer() }
    }

    /// Called when the client has disconnected.
    func cancel() {
      isOver = true
      for job in jobs.values { job.cancel() }
      jobs = [:]
      answers = [:]
    }

    // MARK: Time

    /// Time limits apply to the arrival of a line and to a client's reading, not to the server's own work.
    private func setTimer() {
      if !isReadable {
        waitsForLine = false
        connection?.setTimer(service.limits.idleTime)
      } else if !jobs.isEmpty || held != nil || failure != nil {
        waitsForLine = false
        connection?.setTimer(nil)
      } else if !waitsForLine {
        waitsForLine = true
        connection?.setTimer(service.limits.bodyTime)
      }
    }

    func timeIsOver() {
      if isReadable {
        fail(.slowBody)
      } else {
        cancel()
        connection?.context?.close(promise: nil)
      }
    }
  }
#endif
