import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import Synchronization
import Testing

/// One of two ranks in one process: the other has taken its step before, and what it came to is added.
private final class FakeRank: GradientReducer {
  struct Sums: Sendable {
    var dense: [Float]
    /// By table, by id.
    var rows: [[Int32: [Float]]]
    var losses: [LossSum]
  }

  private let tables: [EmbeddingTable]
  private let otherMass: StepMass
  private let other: Sums?
  private let state = Mutex((own: Sums?.none, calls: [String]()))
  /// Rows of both ranks, for as long as the step takes.
  nonisolated(unsafe) private let workspace = Workspace()

  init(_ tables: [EmbeddingTable], otherMass: StepMass, other: Sums? = nil) {
    (self.tables, self.otherMass, self.other) = (tables, otherMass, other)
  }

  var own: Sums? { state.withLock { $0.own } }
  var calls: [String] { state.withLock { $0.calls } }

  func sum(_ mass: StepMass) -> StepMass {
    state.withLock { $0.calls.append("mass") }
    var sum = mass
    sum += otherMass
    return sum
  }

  func sum(_ gradients: Gradients, _ losses: [LossSum]) -> [LossSum] {
    let rows = tables.map { table in
      var rows: [Int32: [Float]] = [:]
      if let (ids, values) = gradients[table] {
        for (row, id) in ids.enumerated() {
          rows[id] = (0..<values.columns).map { values.row(row)[$0] }
        }
      }
      return rows
    }
    let own = Sums(dense: Array(gradients.dense.elements), rows: rows, losses: losses)
    state.withLock { state in
      state.own = own
      state.calls.append("gradients")
    }
    guard let other else { return losses }
    for (index, value) in other.dense.enumerated() { gradients.dense.pointer[index] += value }
    for (index, table) in tables.enumerated() {
      let sums = rows[index].merging(other.rows[index]) { zip($0, $1).map { $0 + $1 } }
      let values = workspace.matrix(sums.count, table.columnCount)
      let ids = sums.keys.sorted()
      for (row, id) in ids.enumerated() {
        for (column, value) in (sums[id] ?? []).enumerated() { values.row(row)[column] = value }
      }
      gradients.replace(ids, values, of: table)
    }
    return zip(losses, other.losses).map { LossSum(sum: $0.sum + $1.sum, mass: $0.mass + $1.mass) }
  }
}

/// What a step made of a model.
private struct Moved {
  let tensors: [(name: String, values: [Float])]
  let update: StepUpdate
}

/// Two ranks with a part of the texts each, of which some weigh more and some have no labels, take the step
/// of one rank with all of them.
@Test(arguments: [AdversarialMethod.none, .fgmSequence])
func twoRanksHaveTheGradientOfTheWholeBatch(_ method: AdversarialMethod) throws {
  let task = threeTasks(24, seed: 5)
  var targets = task.targets
  for text in 0..<8 { targets[0].numbers[text] = -1 }
  let data = LabelledTexts(
    texts: task.texts, targets: targets, weights: (0..<24).map { 0.1 * Float($0) + 0.1 })
  let options = smallOptions {
    ($0.optimizer, $0.clipNorm, $0.adversarial, $0.epsilon) = (.sgd, 0, method, 0.5)
  }
  var configuration = smallConfiguration()
  configuration.heads = threeHeads
  let start = try AttentionLSTMClassifier(configuration: configuration, seed: 1)
  func step(_ batches: [[Int]], _ reducer: any GradientReducer) -> Moved {
    let model = ClassifierTraining(AttentionLSTMClassifier(copying: start), options: options)
    let step = TrainingStep(model, options: options, reducer: reducer, compute: Compute(threadCount: 1))
    let update = step.update(batches.map(data.batch), learningRate: 0.5)
    return Moved(tensors: model.weights.tensors.map { ($0.name, $0.values.array) }, update: update)
  }
  func mass(_ batches: [[Int]]) -> StepMass {
    let model = ClassifierTraining(start, options: options)
    return batches.reduce(into: StepMass(losses: [])) { $0 += model.mass(of: data.batch(of: $1)) }
  }
  let (mine, others) = ([Array(0..<7), Array(7..<10)], [Array(10..<24)])
  let tables = start.weights.layout.tables
  let second = FakeRank(tables, otherMass: mass(mine))
  _ = step(others, second)
  #expect(second.own?.rows[0].isEmpty == false)
  let first = FakeRank(tables, otherMass: mass(others), other: second.own)
  let joined = step(mine, first)
  #expect(first.calls == ["mass", "gradients"] && second.calls == first.calls)

  let whole = step([Array(0..<24)], SingleRank())
  #expect(abs(joined.update.loss - whole.update.loss) < 1e-12)
  #expect(abs(joined.update.gradientNorm - whole.update.gradientNorm) < 1e-6)
  var moved: Float = 0
  for (index, (name, values)) in whole.tensors.enumerated() {
    let (before, own) = (try start.values(name).array, joined.tensors[index].values)
    for place in values.indices {
      moved = max(moved, abs(values[place] - before[place]))
      if abs(values[place] - own[place]) > 1e-7 + 1e-6 * abs(values[place]) {
        Issue.record("\(name): \(values[place]) of one rank, \(own[place]) of two")
        return
      }
    }
  }
  #expect(moved > 1e-3)
}
