import Discern
import DiscernServing
import Foundation
import TestSupport
import Testing

private let body = #"{"texts":["What a lovely film!"]}"#

@Test func aBrokenModelChangesNothing() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/model"
    try FileManager.default.copyItem(atPath: SavedModel.path, toPath: path)
    let service = try makeService(path: path)
    defer { service.finish() }
    let before = try service.answer(.classifyJSON(top: nil), body)
    try Data("{".utf8).write(to: URL(fileURLWithPath: path + "/manifest.json"))
    #expect(throws: DiscernError.self) { try service.reload() }
    #expect(service.model.generation == 1)
    #expect(try service.answer(.classifyJSON(top: nil), body) == before)
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.copyItem(atPath: SavedModel.tasksPath, toPath: path)
    #expect(try service.reload().generation == 2)
    #expect(try service.answer(.classifyJSON(top: nil), body).text.contains("\"tasks\""))
    let metrics = try metrics(of: service)
    #expect(metrics.contains("discern_reloads_total{result=\"loaded\"} 1\n"))
    #expect(metrics.contains("discern_reloads_total{result=\"refused\"} 1\n"))
  }
}

@Test func aLoadThatTakesLongKeepsNothingWaiting() throws {
  let model = try ServedModel(contentsOf: SavedModel.path)
  let (begun, goOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
  let service = Service(model, workers: 1) { generation throws(DiscernError) in
    begun.signal()
    goOn.wait()
    return try ServedModel(contentsOf: SavedModel.path, generation: generation)
  }
  defer { service.finish() }
  let outcomes = Outcomes()
  func reload() { service.reload { outcomes.add(.failure($0.isLoaded ? .late : .failed)) } }
  #expect(!service.isReloading)
  reload()
  begun.wait()
  // However many reloads are requested meanwhile, only one more follows.
  for _ in 0..<3 { reload() }
  #expect(service.isReloading)
  #expect(service.model.generation == 1)
  #expect(try service.answer(.classifyJSON(top: nil), body).failure == nil)
  goOn.signal()
  #expect(outcomes.next()?.failure == .late)
  #expect(service.model.generation == 2)
  begun.wait()
  goOn.signal()
  #expect(outcomes.next()?.failure == .late)
  #expect(service.model.generation == 3)
  #expect(!service.isReloading)
}

extension Result {
  fileprivate var isLoaded: Bool { if case .success = self { true } else { false } }
}

@Test func requestsAreAnsweredByTheModelThatTheyCameTo() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/model"
    try FileManager.default.copyItem(atPath: SavedModel.path, toPath: path)
    let service = try makeService(path: path, workers: 0)
    let outcomes = Outcomes()
    func submit() {
      _ = service.submit(.classifyJSON(top: nil), body: Array(body.utf8), within: .seconds(600)) {
        outcomes.add($0)
      }
    }
    submit()
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.copyItem(atPath: SavedModel.tasksPath, toPath: path)
    _ = try service.reload()
    submit()
    service.startWorker()
    defer { service.finish() }
    #expect(outcomes.next()?.text.contains("\"tasks\"") == false)
    #expect(outcomes.next()?.text.contains("\"tasks\"") == true)
  }
}
