import DiscernSystem
import DiscernTensor
import Synchronization

/// Classifies texts that arrive one at a time from many tasks: waiting texts are classified together, on a
/// separate thread. A text's scores are bit-identical alone and in any batch.
///
/// ```swift
/// let queue = try ClassificationQueue(classifier)
/// let answer = try await queue.classify("What a lovely film!")
/// ```
///
/// Memory: the waiting texts, and one session.
public final class ClassificationQueue: Sendable {
  private struct Request: Sendable {
    let text: String
    let reply: Reply
  }

  /// Answers a waiting task once, with whichever comes first: its classification or its cancellation.
  private final class Reply: Sendable {
    private enum State {
      case new, answered
      case waiting(CheckedContinuation<Result<Classification, DiscernError>, Never>)
      case early(Result<Classification, DiscernError>)
    }

    private let state = Mutex(State.new)

    func wait(_ continuation: CheckedContinuation<Result<Classification, DiscernError>, Never>) {
      let early = state.withLock { state -> Result<Classification, DiscernError>? in
        if case .early(let result) = state {
          state = .answered
          return result
        }
        state = .waiting(continuation)
        return nil
      }
      if let early { continuation.resume(returning: early) }
    }

    func send(_ result: Result<Classification, DiscernError>) {
      let waiting = state.withLock {
        state -> CheckedContinuation<Result<Classification, DiscernError>, Never>? in
        switch state {
        case .new: state = .early(result)
        case .waiting(let continuation):
          state = .answered
          return continuation
        case .early, .answered: break
        }
        return nil
      }
      waiting?.resume(returning: result)
    }

    var isDone: Bool {
      state.withLock {
        switch $0 {
        case .new, .waiting: false
        case .early, .answered: true
        }
      }
    }
  }

  /// Each caller waits for its answer, so no limit is needed here.
  private let batcher = MicroBatcher<Request>(maximumItems: .max, maximumBytes: .max)
  private static let textsAtOnce = 64

  /// - Parameters:
  ///   - classifier: the classifier that answers.
  ///   - compute: threads and kernels; by default one thread and the best kernels.
  public convenience init(
    _ classifier: TextClassifier, compute: Compute = Compute(threadCount: 1)
  ) throws(DiscernError) {
    try self.init(classifier.parts, compute)
  }

  init(_ parts: TextClassifier.Parts, _ compute: Compute) throws(DiscernError) {
    // Created here so that an error is thrown here, not on the thread.
    let worker = Worker(try TextClassifier.Session(parts, compute))
    let batcher = batcher
    DetachedThread.start {
      while let requests = try? batcher.next() {
        worker.session.withLock { Self.answer(requests, $0) }
      }
    }
  }

  private final class Worker: Sendable {
    let session: Mutex<TextClassifier.Session>

    init(_ session: sending TextClassifier.Session) { self.session = Mutex(session) }
  }

  deinit { batcher.finish() }

  /// Waits for the text's classification without blocking a thread.
  ///
  /// - Throws: `DiscernError.text` if the text is longer than half a gigabyte; `.interrupted` if the task is
  ///   cancelled.
  public func classify(_ text: String) async throws(DiscernError) -> Classification {
    let reply = Reply()
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        reply.wait(continuation)
        batcher.add(Request(text: text, reply: reply))
      }
    } onCancel: {
      reply.send(.failure(.interrupted))
    }
    return try result.get()
  }

  private static func answer(_ requests: [Request], _ session: TextClassifier.Session) {
    var rest = requests[...]
    while !rest.isEmpty {
      var accepted: [Reply] = []
      for request in rest.prefix(textsAtOnce) where !request.reply.isDone {
        do throws(DiscernError) {
          try session.add(request.text)
          accepted.append(request.reply)
        } catch {
          request.reply.send(.failure(error))
        }
      }
      rest = rest.dropFirst(textsAtOnce)
      for (reply, classification) in zip(accepted, session.classify()) {
        reply.send(.success(classification))
      }
    }
  }
}
