import Discern
import DiscernCorpus
import DiscernIO
import DiscernReports
import Synchronization

/// A request that is waiting, in progress or done. It is answered once: the first answer counts.
package final class Job: Sendable {
  /// The outcome of a job.
  package enum Outcome: Sendable, Equatable {
    case response(Response)
    case failure(ServingFailure)
  }

  package let call: Call
  /// The model in use when the request arrived.
  let model: ServedModel
  let body: [UInt8]
  let arrival: ContinuousClock.Instant
  package let deadline: ContinuousClock.Instant
  /// The estimated number of tokens, before the text is tokenized.
  let cost: Int

  private struct State {
    var completion: (@Sendable (Outcome) -> Void)?
    var texts: Call.Texts?
    var next = 0
    var lines: [String?] = []
    var missing = 0
  }

  private let state: Mutex<State>

  package init(
    _ call: Call, _ model: ServedModel, body: [UInt8], arrival: ContinuousClock.Instant,
    deadline: ContinuousClock.Instant, completion: @escaping @Sendable (Outcome) -> Void
  ) {
    self.call = call
    self.model = model
    self.body = body
    self.arrival = arrival
    self.deadline = deadline
    cost = Self.cost(call, bytes: body.count, model)
    state = Mutex(State(completion: completion))
  }

  /// One token per four bytes; an explanation costs about as much as a thousand classifications of the tokens
  /// that the network reads.
  private static func cost(_ call: Call, bytes: Int, _ model: ServedModel) -> Int {
    let tokens = tokens(bytes: bytes)
    return call == .explain ? 1000 * min(tokens, model.classifier.encoder.lengthLimit ?? 400) : tokens
  }

  static func tokens(bytes: Int) -> Int { max(1, bytes / 4) }

  /// Whether it needs no more work: it has its answer, or its client has disconnected.
  package var isDone: Bool { state.withLock { $0.completion == nil } }

  /// The client has disconnected: no answer is given.
  ///
  /// - Returns: false if it was answered before.
  @discardableResult
  package func cancel() -> Bool {
    state.withLock { state in
      defer { state.completion = nil }
      return state.completion != nil
    }
  }

  func finish(_ outcome: Outcome) {
    let completion = state.withLock { state in
      defer { state.completion = nil }
      return state.completion
    }
    completion?(outcome)
  }

  // MARK: Texts

  /// Reads the body, once.
  func read(limit: Int) throws(ServingFailure) {
    if state.withLock({ $0.texts != nil }) { return }
    let texts = try call.texts(body, limit: limit)
    let format = model.format(texts.layout, top: texts.top)
    state.withLock { state in
      state.lines = texts.inputs.enumerated().map { index, input in
        input.problem.map { format.line(Self.answer(texts, index, nil, problem: $0)) }
      }
      state.missing = state.lines.count { $0 == nil }
      state.texts = texts
    }
    if state.withLock({ $0.missing == 0 }) { answer() }
  }

  /// Whether there are texts that have not been taken yet.
  var hasTexts: Bool {
    state.withLock { state in
      state.completion != nil && state.lines.dropFirst(state.next).contains { $0 == nil }
    }
  }

  /// The next text and its place; nil if all are taken.
  func nextText() -> (place: Int, text: [UInt8])? {
    state.withLock { state in
      guard let texts = state.texts, state.completion != nil else { return nil }
      while state.next < texts.inputs.count {
        defer { state.next += 1 }
        if state.lines[state.next] == nil { return (state.next, texts.inputs[state.next].text) }
      }
      return nil
    }
  }

  /// Takes the results for the texts at these places.
  func deliver(_ results: [(place: Int, result: Classification)]) {
    guard let texts = state.withLock({ $0.texts }) else { return }
    let format = model.format(texts.layout, top: texts.top)
    let lines = results.map { format.line(Self.answer(texts, $0.place, $0.result, problem: nil)) }
    let isComplete = state.withLock { state in
      for (result, line) in zip(results, lines) { state.lines[result.place] = line }
      state.missing -= lines.count
      return state.missing == 0
    }
    if isComplete { answer() }
  }

  private static func answer(
    _ texts: Call.Texts, _ place: Int, _ result: Classification?, problem: RowProblem?
  ) -> Answer {
    Answer(
      RecordLocation(path: "body", line: texts.firstLine + place), result, problem: problem?.description,
      text: nil, kept: [], minimum: 0)
  }

  private func answer() {
    let lines = state.withLock { $0.lines.map { $0 ?? "" } }
    let response: Response
    switch call {
    case .classifyJSON, .explain:
      response = Response(json: JSONText.object([("answers", JSONText.list(lines))]))
    case .classifyLines:
      response = Response(
        lines.map { $0 + "\n" }.joined(), type: "text/plain; charset=utf-8")
    case .classifyLine: response = Response(lines.joined() + "\n", type: "application/x-ndjson")
    }
    finish(.response(response))
  }
}
