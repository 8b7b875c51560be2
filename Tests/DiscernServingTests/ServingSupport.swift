import Discern
import DiscernServing
import Foundation
import Synchronization
import Testing

/// Models that are part of the repository.
enum SavedModel {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../Fixtures/format-2").standardizedFileURL

  static let path = folder.appendingPathComponent("ordinary").path
  static let tasksPath = folder.appendingPathComponent("tasks").path
}

func makeService(
  path: String = SavedModel.path, workers: Int = 1, _ change: (inout ServingLimits) -> Void = { _ in }
) throws -> Service {
  var limits = ServingLimits()
  change(&limits)
  return Service(try ServedModel(contentsOf: path), path: path, limits: limits, workers: workers)
}

/// A head as clients send it.
func head(
  _ method: String = "POST", _ target: String = "/v1/classify", type: String? = "application/json",
  length: Int? = 10, _ more: [(String, String)] = []
) -> RequestHead {
  var fields: [(name: String, value: String)] = [("Host", "localhost")]
  if let type { fields.append(("Content-Type", type)) }
  if let length { fields.append(("Content-Length", "\(length)")) }
  return RequestHead(method: method, target: target, fields: fields + more.map { (name: $0, value: $1) })
}

/// Outcomes as they come, waited for without a limit: a test that hangs is one that fails.
final class Outcomes: Sendable {
  private let found = Mutex<[Job.Outcome]>([])
  private let arrived = DispatchSemaphore(value: 0)

  func add(_ outcome: Job.Outcome) {
    found.withLock { $0.append(outcome) }
    arrived.signal()
  }

  func next() -> Job.Outcome? {
    arrived.wait()
    return found.withLock { $0.isEmpty ? nil : $0.removeFirst() }
  }

  var count: Int { found.withLock { $0.count } }
}

extension Service {
  /// The answer to a whole body, waited for.
  func answer(
    _ call: Call, _ body: String, within time: Duration = .seconds(600)
  ) throws -> Job.Outcome {
    let outcomes = Outcomes()
    _ = try #require(submit(call, body: Array(body.utf8), within: time) { outcomes.add($0) })
    return try #require(outcomes.next())
  }
}

extension Service {
  /// Reloads the model, and waits for it.
  func reload() throws -> ServedModel {
    let found = Mutex<Result<ServedModel, DiscernError>?>(nil)
    let arrived = DispatchSemaphore(value: 0)
    reload { result in
      found.withLock { $0 = result }
      arrived.signal()
    }
    arrived.wait()
    return try #require(found.withLock { $0 }).get()
  }
}

extension Job.Outcome {
  var text: String {
    switch self {
    case .response(let response): String(decoding: response.body, as: UTF8.self)
    case .failure(let failure): failure.code
    }
  }

  var failure: ServingFailure? {
    if case .failure(let failure) = self { failure } else { nil }
  }
}

func metrics(of service: Service) throws -> String {
  guard case .response(let response) = service.receive(head("GET", "/metrics", length: nil)) else {
    return ""
  }
  return String(decoding: response.body, as: UTF8.self)
}
