import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernTraining
import Foundation
import Testing

private func train(_ store: TrainingStore) throws {
  var configuration = smallConfiguration()
  configuration.encoder.recurrent?.batchNorm = .perStep
  configuration.encoder.recurrent?.batchNormSteps = 20
  let options = smallOptions {
    $0.epochs = 2
    $0.averageDecay = 0.9
    $0.accumulation = 2
  }
  _ = try Trainer(options, compute: Compute(threadCount: 1)).train(
    NeuralClassifier(configuration: configuration, seed: 1), training: smallTask(80, seed: 1),
    development: smallTask(30, seed: 2), store: store)
}

/// The state in the middle of the second epoch.
private func snapshot() throws -> (Snapshot, allowed: [String: AllowedNumbers]) {
  var found: Snapshot?
  var allowed: [String: AllowedNumbers] = [:]
  let store = TrainingStore(offer: { moment, state in
    guard case .step(4) = moment else { return }
    let state = state()
    for buffer in state.buffers { allowed[buffer.name] = buffer.allowed }
    do { found = try Snapshot(moment, state) } catch { Issue.record(error) }
  })
  try train(store)
  return (try #require(found), allowed)
}

/// The same with another value, or without one, at a path.
private func changing(_ value: JSONValue, _ path: ArraySlice<String>, _ new: JSONValue?) -> JSONValue {
  guard let key = path.first else { return value }
  switch value {
  case .object(let members):
    var others = members.filter { $0.key != key }
    let old = members.first { $0.key == key }?.value ?? .null
    let changed = path.count == 1 ? new : changing(old, path.dropFirst(), new)
    if let changed { others.append(JSONMember(key: key, value: changed)) }
    return .object(others)
  case .array(var elements):
    guard let index = Int(key), elements.indices.contains(index) else { return value }
    elements[index] =
      path.count == 1 ? new ?? .null : changing(elements[index], path.dropFirst(), new)
    return .array(elements)
  default: return value
  }
}

private let counts = ["updateCount", "batchCount", "optimizerSteps", "average.stepCount", "running.tokens"]

private let impossible: [(key: String, values: [String])] =
  counts.map { (key: $0, values: ["-1", "\(Int.max)", "\(Int.min)"]) } + others

private let others: [(key: String, values: [String])] =
  [
    ("selection.epochsSinceBest", ["-1", "\(Int.max)"]), ("selection.epochsOnPlateau", ["-1", "\(Int.max)"]),
    ("restCounts", ["[-1]", "[\(Int.max)]", "[0,0,0,0,0,0,0,0,0]"]),
    ("skippedInARow", ["-1", "5", "\(Int.min)"]),
    ("running.skippedSteps", ["-1", "9", "\(Int.max)"]),
    ("running.nextBatch", ["-1", "1000", "\(Int.max)", "\(Int.min)"]),
    ("running.epoch", ["0", "3", "-9000000000000000000", "\(Int.max)", "\(Int.min)"]),
    ("running.steps", ["-1", "0", "9", "\(Int.max)", "\(Int.min)"]),
    ("running.gradients.steps", ["-1", "\(Int.max)", "\(Int.min)"]),
    ("running.gradients.sums.0.elements", ["-1", "\(Int.max)"]),
    ("running.gradients.sums.0.squares", ["-1", "1e308"]),
    ("running.gradients.sums.1.name", ["\"lstm.weight_ih_l9\""]),
    ("running.gradients.normSum", ["-1e-3", "1e308"]),
    ("running.losses", ["[]", "[{\"sum\":1,\"mass\":1},{\"sum\":1,\"mass\":1}]"]),
    ("running.losses.0.sum", ["1e308"]), ("running.losses.0.mass", ["-1"]),
    ("running.seconds", ["-1", "1e300"]), ("average.logProduct", ["1", "-1e300"]), ("average", ["null"]),
    ("selection.learningRate", ["-1", "1e30"]), ("selection.best.score", ["1e308"]), ("epochs", ["[]"]),
    ("epochs.0.epoch", ["0", "\(Int.max)"]), ("epochs.0.trainSeconds", ["-1", "1e300"]),
  ]

@Test func aRecordThatNoTrainingComesToIsRefusedByItsKey() throws {
  let whole = try snapshot().0
  try train(whole.store())
  let record = try StrictJSON.parse(Array(whole.record))
  for (key, values) in impossible {
    for text in values {
      let value = try StrictJSON.parse(Array(text.utf8))
      let changed = changing(record, key.split(separator: ".").map(String.init)[...], value)
      #expect(changed != record, "\(key)")
      var store = try whole.store()
      store.saved = try JSONDecoder().decode(
        TrainingState.Record.self, from: JSONEncoder().encode(changed))
      do {
        try train(store)
        Issue.record("\(key) may be \(text)")
      } catch TrainingError.unusableState(let reason) {
        #expect(reason.hasPrefix("content.state.\(key)"), "\(reason)")
      }
    }
  }
}

@Test func everyTensorOfAStateSaysWhatItCanHold() throws {
  let allowed = try snapshot().allowed
  for (name, numbers) in allowed {
    #expect(numbers.contains(0) && !numbers.contains(.nan) && !numbers.contains(.infinity), "\(name)")
    #expect(!numbers.contains(1e308), "\(name)")
    let isFree = !name.hasPrefix("second/") && !name.hasSuffix("running_var") && !name.hasSuffix("steps_seen")
    let isRow = name.hasPrefix("average-rows/")
    #expect(numbers.contains(-1e-3) == isFree, "\(name)")
    #expect(numbers.contains(-1e6) == (isFree && !isRow), "\(name)")
    #expect(numbers.contains(1.5) == (!name.hasSuffix("steps_seen") && !isRow), "\(name)")
    #expect(numbers.contains(1e6) == (!name.hasSuffix("steps_seen") && !isRow), "\(name)")
  }
  for kind in ["weights/", "average/", "best/", "first/", "second/", "average-rows/"] {
    #expect(allowed.keys.contains { $0.hasPrefix(kind) }, "\(kind)")
  }
  #expect(allowed.keys.contains { $0.hasSuffix("steps_seen") })
}
