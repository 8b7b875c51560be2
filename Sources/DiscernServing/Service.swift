import Discern
import DiscernIO
import DiscernSystem
import Synchronization

/// Everything in a server except its sockets: requests are parsed, answered and refused here.
package final class Service: Sendable {
  /// The treatment of a request after its head.
  package enum Reception: Sendable, Equatable {
    /// Its body, if it has one, is ignored.
    case response(Response)
    case failure(ServingFailure)
    /// Its complete body is needed first.
    case whole(Call, within: Duration)
    /// Its lines are answered as they arrive.
    case stream(top: Int?, within: Duration)
  }

  private enum Reloading {
    case none
    case running
    /// Requested again meanwhile: the files may have changed since.
    case runningBeforeAnother
  }

  private struct State {
    var model: ServedModel
    /// The content of `/openapi.json`.
    var description: Response
    var isStopping = false
    var reloading = Reloading.none
  }

  package let limits: ServingLimits
  package let metrics = Metrics()
  package let queue: WorkQueue
  /// Explanations take long: they have a separate worker, so that no text has to wait for them.
  package let explanations: WorkQueue
  private let load: @Sendable (_ generation: Int) throws(DiscernError) -> ServedModel
  private let state: Mutex<State>

  /// - Parameters:
  ///   - workers: the number of threads that classify; one more explains.
  ///   - load: loads the model again.
  package init(
    _ model: ServedModel, limits: ServingLimits = ServingLimits(), workers: Int,
    load: @escaping @Sendable (_ generation: Int) throws(DiscernError) -> ServedModel
  ) {
    self.load = load
    self.limits = limits
    queue = WorkQueue(capacity: limits.queueTokens)
    explanations = WorkQueue(capacity: limits.queueTokens)
    state = Mutex(
      State(model: model, description: APIDescription.response(limits, model.classifier)))
    for _ in 0..<workers { startWorker() }
    if workers > 0 { startExplaining() }
  }

  /// - Parameter path: the model's path, for reloads.
  package convenience init(
    _ model: ServedModel, path: String, limits: ServingLimits = ServingLimits(), workers: Int
  ) {
    self.init(model, limits: limits, workers: workers) { generation throws(DiscernError) in
      try ServedModel(contentsOf: path, generation: generation)
    }
  }

  /// Starts one more thread that answers.
  package func startWorker() { Worker.start(queue, metrics, limits) }

  /// Starts a thread for explanations. Only one at a time, since each takes much more memory than a
  /// classification.
  package func startExplaining() { Worker.start(explanations, metrics, limits) }

  package var model: ServedModel { state.withLock(\.model) }

  package var isStopping: Bool { state.withLock(\.isStopping) }

  // MARK: Requests

  /// - Parameter isOld: whether the request is HTTP/1.0.
  package func receive(_ head: RequestHead, isOld: Bool = false) -> Reception {
    do throws(ServingFailure) {
      try head.check(isOld: isOld)
      let (path, query) = try head.parsedTarget()
      let route = try Route(path: path, method: head.method)
      if head.method == "OPTIONS" {
        return .response(
          Response(status: 204, fields: [("Allow", route.methods.joined(separator: ", "))]))
      }
      switch route {
      case .classify, .explain: return try call(route, head, query)
      case .page: return .response(Page.response)
      case .model: return .response(model.facts)
      case .live: return .response(Response("alive\n", type: "text/plain; charset=utf-8"))
      case .ready:
        return isStopping
          ? .failure(.stopping) : .response(Response("ready\n", type: "text/plain; charset=utf-8"))
      case .metrics:
        let text = metrics.text(waiting: waiting, model: model, isReady: !isStopping)
        return .response(Response(text, type: "text/plain; version=0.0.4; charset=utf-8"))
      case .description: return .response(state.withLock(\.description))
      }
    } catch {
      return .failure(error)
    }
  }

  private func call(
    _ route: Route, _ head: RequestHead, _ query: [(name: String, value: String)]
  ) throws(ServingFailure) -> Reception {
    if head.contentLength == nil, !head.isChunked { throw .lengthMissing }
    let within = try head.deadline(atMost: limits.deadline)
    let expected = route == .explain ? ["application/json"] : Call.types
    guard let type = try head.mediaType(), expected.contains(type) else {
      throw .otherType(found: head.value("content-type"), expected: expected)
    }
    let top = try Self.top(query, isTaken: route == .classify)
    if type == "application/x-ndjson" { return .stream(top: top, within: within) }
    if let length = head.contentLength, length > limits.bodyBytes {
      throw .bodyTooLarge(limit: limits.bodyBytes)
    }
    let call: Call =
      route == .explain ? .explain : type == "text/plain" ? .classifyLines(top: top) : .classifyJSON(top: top)
    return .whole(call, within: within)
  }

  /// The number in `?top=2`; nil without one.
  private static func top(
    _ query: [(name: String, value: String)], isTaken: Bool
  ) throws(ServingFailure) -> Int? {
    var result: Int?
    for (name, value) in query {
      guard isTaken, name == "top" else {
        throw .badQuery(
          "there is no query parameter “\(DisplayText.escaped(String(name.prefix(40))))” here"
            + (isTaken ? "; expected top" : "; everything is in the body"))
      }
      let isPlain = !value.isEmpty && value.utf8.allSatisfy { (0x30...0x39).contains($0) }
      let number = isPlain ? Int(value) ?? .max : 0
      guard result == nil, number >= 1 else {
        throw .badQuery("the query parameter top must be given once, as a positive whole number")
      }
      result = number
    }
    return result
  }

  /// Puts a complete request into the queue.
  ///
  /// - Parameter completion: called once, on any thread; not at all after `Job.cancel`.
  /// - Returns: nil if the queue is full.
  package func submit(
    _ call: Call, body: [UInt8], within time: Duration, at now: ContinuousClock.Instant = .now,
    completion: @escaping @Sendable (Job.Outcome) -> Void
  ) -> Job? {
    let job = Job(
      call, model, body: body, arrival: now, deadline: now + time, completion: completion)
    guard (call == .explain ? explanations : queue).add(job) else { return nil }
    if call.isLine { metrics.countLine() }
    return job
  }

  /// The numbers of waiting requests and tokens.
  private var waiting: (jobs: Int, tokens: Int) {
    let (texts, explained) = (queue.waiting, explanations.waiting)
    return (texts.jobs + explained.jobs, texts.tokens + explained.tokens)
  }

  // MARK: Life cycle

  /// `/readyz` returns 503 from now on; everything else continues.
  package func beginStopping() { state.withLock { $0.isStopping = true } }

  /// Workers end when all waiting requests are done.
  package func finish() {
    queue.finish()
    explanations.finish()
  }

  /// Whether a model is being loaded.
  package var isReloading: Bool { state.withLock { $0.reloading != .none } }

  /// Loads the model again and replaces the one in use. Earlier requests are answered by the old one. A model
  /// that cannot be loaded, or fails a test, changes nothing.
  ///
  /// Runs on a separate thread, since it may take long; one load at a time. If another one is requested
  /// meanwhile, one more follows.
  ///
  /// - Parameter completion: called after each load, on that thread.
  package func reload(_ completion: @escaping @Sendable (Result<ServedModel, DiscernError>) -> Void) {
    let starts = state.withLock { state in
      defer { state.reloading = state.reloading == .none ? .running : .runningBeforeAnother }
      return state.reloading == .none
    }
    guard starts else { return }
    let code = DetachedThread.tryStart { [self] in
      var isAgain = false
      repeat {
        let result = replaceModel()
        isAgain = isAskedForAgain()
        completion(result)
      } while isAgain
    }
    if code != 0 {
      state.withLock { $0.reloading = .none }
      completion(.failure(.conflict("no thread could be started: \(systemError(code))")))
    }
  }

  private func isAskedForAgain() -> Bool {
    state.withLock { state in
      state.reloading = state.reloading == .runningBeforeAnother ? .running : .none
      return state.reloading == .running
    }
  }

  private func replaceModel() -> Result<ServedModel, DiscernError> {
    do throws(DiscernError) {
      let loaded = try load(model.generation + 1)
      let description = APIDescription.response(limits, loaded.classifier)
      state.withLock { state in
        state.model = loaded
        state.description = description
      }
      metrics.countReload(isLoaded: true)
      return .success(loaded)
    } catch {
      metrics.countReload(isLoaded: false)
      return .failure(error)
    }
  }
}
