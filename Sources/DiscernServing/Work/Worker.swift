import Discern
import DiscernSystem
import DiscernTensor

/// Answers requests on its own thread: takes waiting texts, up to a number of tokens, and classifies them
/// together. There is no timer: a single request is answered on its own.
final class Worker {
  private let queue: WorkQueue
  private let metrics: Metrics
  private let limits: ServingLimits
  /// The session of the last used model.
  private var current: (model: ServedModel, session: TextClassifier.Session)?
  private var explainer: (model: ServedModel, explainer: Explainer)?

  /// Texts of one request.
  private struct Part {
    let job: Job
    var places: [Int] = []
  }

  private init(_ queue: WorkQueue, _ metrics: Metrics, _ limits: ServingLimits) {
    self.queue = queue
    self.metrics = metrics
    self.limits = limits
  }

  /// Starts a worker; it ends with the queue.
  static func start(_ queue: WorkQueue, _ metrics: Metrics, _ limits: ServingLimits) {
    DetachedThread.start {
      let worker = Worker(queue, metrics, limits)
      while let job = queue.next() { worker.run(job) }
    }
  }

  private func run(_ first: Job) {
    var parts: [Part] = []
    var next: Job? = first
    while let job = next {
      next = nil
      guard isWanted(job) else {
        next = parts.isEmpty ? nil : queue.nextIfAny()
        continue
      }
      if !parts.isEmpty, current?.model !== job.model {
        queue.putBack(job)
        break
      }
      if job.call == .explain { return explain(job) }
      let part = take(job)
      if !part.places.isEmpty { parts.append(part) }
      if tokens < limits.batchTokens { next = queue.nextIfAny() }
    }
    queue.announceRoom()
    classify(parts)
  }

  /// Whether a job still needs an answer at its turn: not if its client has disconnected or its deadline has
  /// passed.
  private func isWanted(_ job: Job) -> Bool {
    if job.isDone {
      metrics.countSkipped()
      return false
    }
    if ContinuousClock.now >= job.deadline {
      job.finish(.failure(.late))
      return false
    }
    return true
  }

  private var tokens: Int { current?.session.tokenCount ?? 0 }

  /// Adds the job's texts to the batch until it is full; the rest is put back.
  private func take(_ job: Job) -> Part {
    var part = Part(job: job)
    do {
      try job.read(limit: limits.texts)
      let session = try session(of: job.model)
      while tokens < limits.batchTokens {
        guard let (place, text) = job.nextText() else { return part }
        try text.withUnsafeBufferPointer { try session.add($0) }
        part.places.append(place)
      }
      if job.hasTexts { queue.putBack(job) }
    } catch let failure as ServingFailure {
      job.finish(.failure(failure))
    } catch {
      job.finish(.failure(.failed))
    }
    return part
  }

  private func session(of model: ServedModel) throws(DiscernError) -> TextClassifier.Session {
    if let current, current.model === model { return current.session }
    let session = try model.classifier.makeSession(compute: Compute(threadCount: 1))
    current = (model, session)
    return session
  }

  private func classify(_ parts: [Part]) {
    guard let session = current?.session, session.count > 0 else { return }
    metrics.countBatch(texts: session.count, tokens: session.tokenCount)
    var results = session.classify()[...]
    for part in parts {
      let own = zip(part.places, results).map { (place: $0, result: $1) }
      results = results.dropFirst(part.places.count)
      part.job.deliver(own)
    }
  }

  private func explain(_ job: Job) {
    do throws(ServingFailure) {
      let request = try Explaining(job.body, limit: limits.explainBytes)
      let explainer = try explainer(of: job.model)
      explainer.isWanted = { !job.isDone && ContinuousClock.now < job.deadline }
      defer { explainer.isWanted = { true } }
      job.finish(.response(try request.answer(explainer, job.model)))
    } catch {
      job.finish(.failure(error))
    }
  }

  private func explainer(of model: ServedModel) throws(ServingFailure) -> Explainer {
    if let explainer, explainer.model === model { return explainer.explainer }
    do throws(DiscernError) {
      let made = try model.classifier.makeExplainer(compute: Compute(threadCount: 1))
      explainer = (model, made)
      return made
    } catch {
      throw .failed
    }
  }
}
