import DiscernIO
import DiscernTraining

/// The log of a training run (`discern train --json-log`), read back.
package struct RunLog: Sendable {
  package private(set) var recipe: TrainingRecipe?
  package private(set) var runs: [TrainingRun] = []
  package private(set) var scores: [RunScores] = []
  package private(set) var outcome: TrainingOutcome?
  private(set) var trainingTexts: Int?
  private(set) var parameters: Int?
  private(set) var ngrams: Int?
  private(set) var notUnderstood: [String] = []
  /// Whether the log's last line is cut short, as after a killed training run.
  package private(set) var isCut = false

  /// The kind of model trained; nil: a classifier.
  private(set) var other: OtherRun.Kind?
  /// The number of origins of a forecaster's walk-forward evaluation.
  private(set) var origins = 0

  /// The network whose training the log is reporting.
  private var current: (seed: UInt64, epochs: [EpochSummary])?

  /// The limit for a line; a log's lines are far shorter.
  private static let longestLine = 1 << 24

  /// Whether a file begins like a log.
  package static func isOne(_ path: String) -> Bool {
    guard let source = try? ByteSource(path: path) else { return false }
    let reader = LineReader(source, limit: longestLine)
    // The line is in the reader's memory.
    let value = withExtendedLifetime(reader) {
      (try? reader.next()).flatMap { line in try? StrictJSON.parse(line) }
    }
    // The journal of a search and the results of its trials also contain events.
    return value?["event"]?.string.map { !["search", "trial"].contains($0) } ?? false
  }

  /// - Throws: `ComparisonError.input` if it cannot be read, `.notALog` for a line that no log contains,
  ///   `.otherTraining` if no classifier was trained.
  package init(contentsOf path: String) throws(ComparisonError) {
    try self.init(ofAny: path)
    if let other { throw .otherTraining(path: path, what: other.noun) }
  }

  /// The log of any training run.
  init(ofAny path: String) throws(ComparisonError) {
    let reader: LineReader
    do throws(InputError) {
      reader = LineReader(try ByteSource(path: path), limit: Self.longestLine)
    } catch {
      throw .input(error)
    }
    while let line = try Self.line(reader) {
      let value: JSONValue
      do throws(JSONError) { value = try StrictJSON.parse(line) } catch {
        if reader.lineNumber > 1, !reader.endedWithNewline {
          isCut = true
          break
        }
        throw .notALog(path: path, line: reader.lineNumber, reason: error.explanation)
      }
      guard let event = value["event"]?.string else {
        throw .notALog(path: path, line: reader.lineNumber, reason: "it has no “event”")
      }
      if let reason = read(event, value) {
        throw .notALog(path: path, line: reader.lineNumber, reason: reason)
      }
    }
    if reader.lineNumber == 0 { throw .notALog(path: path, line: 1, reason: "the file is empty") }
    closeRun(.interrupted)
    if other == nil, scores.isEmpty, runs.count == 1, let best = runs[0].best { scores = RunScores.of(best) }
  }

  private static func line(_ reader: LineReader) throws(ComparisonError) -> UnsafeBufferPointer<UInt8>? {
    do throws(InputError) { return try reader.next() } catch { throw .input(error) }
  }

  /// Reads a line; returns why it cannot belong to a log, nil if it can.
  private mutating func read(_ event: String, _ value: JSONValue) -> String? {
    switch event {
    case "began":
      if value["recipe"] == nil {
        guard let kind = Self.kind(value) else { return "its kind of training is unknown to this version" }
        other = kind
      }
      closeRun(.completed)
      if other == nil, recipe == nil { readRecipe(value["recipe"]) }
      trainingTexts = value["texts"]?.int ?? trainingTexts
      ngrams = value["ngrams"]?["features"]?.int ?? ngrams
      if let seed = value["seed"]?.number.flatMap({ UInt64($0) }) {
        current = (seed, [])
        parameters = value["parameters"]?.int
      }
      if scores.isEmpty, let own: [TaskScores] = Self.decoded(value["ngrams"]?["scores"]), current == nil {
        scores = own.map { RunScores($0) }
      }
    case "epoch":
      guard let summary: EpochSummary = Self.decoded(value["summary"]) else {
        return "its epoch has no figures known to this version"
      }
      current?.epochs.append(summary)
    case "origin": origins += 1
    case "ended": readEnd(value)
    // The log's other events are not needed here.
    default: break
    }
    return nil
  }

  /// Pretraining logs of early versions do not name their kind.
  private static func kind(_ began: JSONValue) -> OtherRun.Kind? {
    if let name = began["model"]?.string { return OtherRun.Kind(rawValue: name) }
    return began["segments"] == nil ? nil : .pretrained
  }

  private mutating func readRecipe(_ value: JSONValue?) {
    guard let members = value?.object else { return }
    var text = ""
    for member in members {
      guard
        let value = member.value.string ?? member.value.number ?? member.value.bool.map({ "\($0)" })
      else {
        notUnderstood.append(DisplayText.escaped(member.key))
        continue
      }
      text += "\(TrainingRecipe.quoted(member.key)): \(TrainingRecipe.quoted(value))\n"
    }
    let recorded = RecordedRecipe(.string(text))
    recipe = recorded.recipe
    notUnderstood += recorded.notUnderstood
  }

  private mutating func readEnd(_ value: JSONValue) {
    outcome = value["outcome"]?.string.flatMap { TrainingOutcome(rawValue: $0) }
    closeRun(outcome ?? .completed)
    let ended = value["runs"]?.array ?? []
    // With self-training, there may have been earlier runs.
    if !ended.isEmpty, ended.count <= runs.count {
      runs = zip(runs.suffix(ended.count), ended).map { run, ended in
        let outcome = ended["outcome"]?.string.flatMap { TrainingOutcome(rawValue: $0) }
        return TrainingRun(seed: run.seed, epochs: run.epochs, outcome: outcome ?? run.outcome)
      }
    }
    if let parameters, runs.count > 1 { self.parameters = parameters * runs.count }
    if let together: [TaskScores] = Self.decoded(value["together"]) {
      scores = together.map { RunScores($0) }
    }
  }

  private mutating func closeRun(_ outcome: TrainingOutcome) {
    if let current { runs.append(TrainingRun(seed: current.seed, epochs: current.epochs, outcome: outcome)) }
    current = nil
  }

  private static func decoded<Value: Decodable>(_ value: JSONValue?) -> Value? {
    value.flatMap { try? JSONValueDecoder($0).decode(Value.self) }
  }
}
