import Discern
import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernReports
import DiscernServing
import Testing

private let texts = [
  "What a lovely film!", "I want my money back.", "", "qqqq zzzz", "Not bad at all, tab\there", "last",
]

/// The output of `classify`.
private func lines(
  _ service: Service, _ layout: AnswerFormat.Layout, top: Int? = nil
) throws -> [String] {
  let classifier = service.model.classifier
  let format = AnswerFormat(layout: layout, top: top, tasks: classifier.tasks)
  let results = try { try classifier.classify(texts) }()
  return results.enumerated().map { index, result in
    format.line(
      Answer(
        RecordLocation(path: "-", line: index + 1), result, problem: nil, text: nil, kept: [], minimum: 0))
  }
}

private var body: String {
  JSONText.object([("texts", JSONText.list(texts.map(JSONText.string))), ("top", "2")])
}

@Test(arguments: [SavedModel.path, SavedModel.tasksPath], [(1, 16_384), (1, 1), (3, 1), (2, 4)])
func answersAreThoseOfTheCommandLine(path: String, size: (workers: Int, batch: Int)) throws {
  let service = try makeService(path: path, workers: size.workers) { $0.batchTokens = size.batch }
  defer { service.finish() }
  let json = try lines(service, .jsonl, top: 2)
  #expect(
    try service.answer(.classifyJSON(top: nil), body).text
      == "{\"answers\":[\(json.joined(separator: ","))]}\n")
  // Of the two, the body's counts.
  #expect(
    try service.answer(.classifyJSON(top: 1), body) == service.answer(.classifyJSON(top: nil), body))
  let plain = try lines(service, .text).map { $0 + "\n" }.joined()
  #expect(try service.answer(.classifyLines(top: nil), texts.joined(separator: "\n")).text == plain)
  for (index, text) in texts.enumerated() {
    let line = JSONText.object([("text", JSONText.string(text)), ("label", "null")])
    #expect(try service.answer(.classifyLine(number: index + 1, top: 2), line).text == json[index] + "\n")
  }
}

@Test func manyRequestsAtOnceAreEachAnsweredOnce() throws {
  let service = try makeService(workers: 3) {
    $0.batchTokens = 16
    $0.queueBatches = 1_000_000
  }
  defer { service.finish() }
  let expected = try service.answer(.classifyJSON(top: nil), body)
  let outcomes = Outcomes()
  for _ in 0..<300 {
    #expect(
      service.submit(.classifyJSON(top: nil), body: Array(body.utf8), within: .seconds(600)) {
        outcomes.add($0)
      } != nil
    )
  }
  for _ in 0..<300 { #expect(outcomes.next() == expected) }
}

@Test func linesThatCannotBeReadAreAnsweredInTheirPlace() throws {
  let service = try makeService()
  defer { service.finish() }
  for line in ["{", "[]", "{}", #"{"text":1}"#, #"{"text":"a\u0000b"}"#] {
    let answer = try StrictJSON.parse(
      Array(try service.answer(.classifyLine(number: 7, top: nil), line).text.utf8))
    #expect(answer["evidence"]?.string == "error")
    #expect(answer["error"]?.string?.isEmpty == false)
    #expect(answer["line"]?.int == 7)
  }
}

@Test func noTextsHaveNoAnswers() throws {
  let service = try makeService()
  defer { service.finish() }
  #expect(try service.answer(.classifyJSON(top: nil), #"{"texts":[]}"#).text == "{\"answers\":[]}\n")
  #expect(try service.answer(.classifyLines(top: nil), "").text == "")
}

@Test func aFullQueueRefuses() throws {
  let service = try makeService(workers: 0) {
    $0.batchTokens = 10
    $0.queueBatches = 1
  }
  func submit(_ count: Int) -> Job? {
    service.submit(.classifyLines(top: nil), body: Array(repeating: 0x61, count: count), within: .seconds(1))
    {
      _ in
    }
  }
  // One of any size if nothing waits.
  #expect(submit(4000) != nil)
  #expect(submit(1) == nil)
  #expect(service.queue.waiting.jobs == 1)
  #expect(service.queue.waiting.tokens == 1000)
}

@Test func deadlinesAndGoneClientsAreLookedAtWhenTheirTurnComes() throws {
  let service = try makeService(workers: 0)
  let outcomes = Outcomes()
  func submit(_ text: String, _ time: Duration) -> Job? {
    service.submit(.classifyLines(top: nil), body: Array(text.utf8), within: time) { outcomes.add($0) }
  }
  _ = submit("late", .zero)
  let gone = try #require(submit("gone", .seconds(600)))
  _ = submit("in time", .seconds(600))
  #expect(gone.cancel())
  #expect(!gone.cancel())
  service.startWorker()
  defer { service.finish() }
  #expect(outcomes.next()?.failure == .late)
  #expect(outcomes.next()?.failure == nil)
  #expect(outcomes.count == 0)
  let metrics = try metrics(of: service)
  #expect(metrics.contains("discern_skipped_total 1\n"))
  #expect(metrics.contains("discern_texts_total 1\n"))
}

@Test func whatWaitsIsTakenTogether() throws {
  let service = try makeService(workers: 0)
  let outcomes = Outcomes()
  for _ in 0..<20 {
    _ = service.submit(.classifyLines(top: nil), body: Array("a b".utf8), within: .seconds(600)) {
      outcomes.add($0)
    }
  }
  service.startWorker()
  defer { service.finish() }
  for _ in 0..<20 { #expect(outcomes.next()?.failure == nil) }
  let metrics = try metrics(of: service)
  #expect(metrics.contains("discern_batches_total 1\n"))
  #expect(metrics.contains("discern_texts_total 20\n"))
}

@Test func roomIsAnnounced() throws {
  let service = try makeService(workers: 0) {
    $0.batchTokens = 10
    $0.queueBatches = 1
  }
  let outcomes = Outcomes()
  _ = service.submit(
    .classifyLines(top: nil), body: Array(repeating: 0x61, count: 400), within: .seconds(600)
  ) {
    _ in
  }
  service.queue.whenRoom(bytes: 4) { outcomes.add(.failure(.queueFull)) }
  #expect(outcomes.count == 0)
  service.startWorker()
  defer { service.finish() }
  #expect(outcomes.next()?.failure == .queueFull)
}

@Test func explanationsAreThoseOfTheCommandLine() throws {
  let service = try makeService(path: SavedModel.tasksPath)
  defer { service.finish() }
  let text = "What a lovely film!"
  let format = ExplanationJSON(namesInput: false)
  let classifier = service.model.classifier
  let lines = try classifier.tasks.map { task in
    let explanation = try { try classifier.explain(text, task: task.name) }()
    return format.line(text, RecordLocation(path: "-", line: 1), explanation)
  }
  let answer = try service.answer(.explain, JSONText.object([("text", JSONText.string(text))]))
  #expect(answer.text == "{\"explanations\":[\(lines.joined(separator: ","))]}\n")
}

@Test func explanationsEndWithTheirDeadlineAndTheirClient() throws {
  let classifier = try TextClassifier(contentsOf: SavedModel.path)
  let explainer = try { () throws(DiscernError) in try classifier.makeExplainer() }()
  let text = "What a lovely film!"
  var asked = 0
  explainer.isWanted = {
    asked += 1
    return true
  }
  _ = try explainer.explain(text)
  #expect(asked > 1)
  var left = asked - 1
  explainer.isWanted = {
    left -= 1
    return left >= 0
  }
  let error = #expect(throws: DiscernError.self) { try explainer.explain(text) }
  guard case .interrupted = error else {
    Issue.record("\(String(describing: error))")
    return
  }
}

@Test func explanationsHaveALimitAndAQueueOfTheirOwn() throws {
  let service = try makeService(workers: 0) {
    $0.explainBytes = 10
    $0.batchTokens = 10
    $0.queueBatches = 1
  }
  let outcomes = Outcomes()
  func explain(_ text: String) -> Job? {
    let body = JSONText.object([("text", JSONText.string(text))])
    return service.submit(.explain, body: Array(body.utf8), within: .seconds(600)) { outcomes.add($0) }
  }
  #expect(explain("elevenbytes") != nil)
  #expect(explain("another") == nil)
  // There is still room for texts.
  #expect(
    service.submit(.classifyLines(top: nil), body: Array("a".utf8), within: .seconds(600)) { _ in } != nil)
  service.startExplaining()
  defer { service.finish() }
  #expect(outcomes.next()?.failure == .textTooLong(limit: 10))
  #expect(ServingFailure.textTooLong(limit: 10).status == 413)
}

@Test func metricsHoldNoTexts() throws {
  let service = try makeService()
  defer { service.finish() }
  _ = try service.answer(.classifyLines(top: nil), "a secret word")
  service.metrics.countRequest(
    route: Route.name(ofTarget: "/v1/classify?secret=1"), status: 200, time: .milliseconds(3))
  service.metrics.countRequest(route: Route.name(ofTarget: "/secret"), status: 404, time: nil)
  let metrics = try metrics(of: service)
  #expect(!metrics.contains("secret"))
  #expect(metrics.contains("discern_requests_total{path=\"/v1/classify\",status=\"200\"} 1\n"))
  #expect(Route.name(ofTarget: "http://localhost/v1/%63lassify?top=2") == "/v1/classify")
  #expect(Route.name(ofTarget: "/%zz") == "other")
  #expect(metrics.contains("discern_requests_total{path=\"other\",status=\"404\"} 1\n"))
  #expect(metrics.contains("discern_request_seconds_bucket{path=\"/v1/classify\",le=\"0.0025\"} 0\n"))
  #expect(metrics.contains("discern_request_seconds_bucket{path=\"/v1/classify\",le=\"0.005\"} 1\n"))
}
