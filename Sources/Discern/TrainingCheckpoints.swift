import DiscernBundle
import DiscernIO
import DiscernModels
import DiscernSystem
import DiscernTensor
import DiscernTraining
import Synchronization

/// Where a training keeps its state, how often, and from which state it goes on.
///
/// ```swift
/// let checkpoints = try TrainingCheckpoints(folder: "model.checkpoint")
/// let classifier = try TextClassifier.train(on: corpus, checkpoints: checkpoints)
/// // After a break, with the same texts:
/// let checkpoints = try TrainingCheckpoints(resuming: "model.checkpoint")
/// let classifier = try TextClassifier.train(
///   on: corpus, recipe: checkpoints.recipe, checkpoints: checkpoints)
/// ```
///
/// The result of a training that was broken off and goes on has the same bits as one without a break. The
/// folder is locked as long as the value lives. It stays until `remove`.
public final class TrainingCheckpoints: Sendable {
  /// The folder.
  public let path: String
  /// How often; `nil`: every ten minutes and at epochs' ends, as long as that takes less than 2 % of time.
  public let interval: CheckpointInterval?
  /// The recipe of the training that goes on; of a new one the defaults.
  public let recipe: TrainingRecipe
  /// Why newer checkpoints than the one that training goes on from cannot be used; most often nothing.
  public let damaged: [String]
  /// How many epochs are added to those that are complete.
  let moreEpochs: Int
  /// Whether the folder stays, and with it the state at the end, from which more epochs can go on.
  package let isLasting: Bool
  let allowsOtherKernels: Bool
  let folder: CheckpointFolder
  private let isWritten: Bool
  /// The state that training goes on from.
  let saved: (record: CheckpointRecord, checkpoint: Checkpoint)?
  private let progress: Mutex<Progress>

  private struct Progress {
    var command: StoredCommand?
    var fitted: [FittedChoice] = []
    var logBytes: (@Sendable () -> Int?)?
    var tableBytes: (@Sendable () -> Int?)?
    /// Where texts' vectors are kept; nil: beside the states.
    var vectorFolder: String?
    var last = ContinuousClock.now
    /// Seconds that the latest state took to be written, or a first one would take.
    var cost: Double?
    /// Whether a state of this training was written.
    var hasWritten = false
    /// Whether the latest state could not be written.
    var hasFailed = false
    /// Whether a finished run could not be written, so that later states are of no use.
    var isBroken = false
  }

  /// For a new training.
  ///
  /// - Parameters:
  ///   - path: the folder; made with the first state if it is not there.
  ///   - interval: how often a state is kept; `nil`: as by default.
  ///   - isReplacing: whether another training's checkpoints there are replaced with the first new one.
  ///   - isLasting: whether the folder stays when training is over.
  /// - Throws: `DiscernError.checkpoint`; `.taken` if there are such, `.inUse` if that training runs.
  public init(
    folder path: String, every interval: CheckpointInterval? = nil, isReplacing: Bool = false,
    isLasting: Bool = true
  ) throws(DiscernError) {
    do throws(CheckpointError) {
      folder = try CheckpointFolder(path: path, creating: true)
      if !folder.isEmpty, !isReplacing { throw .taken(path: path) }
    } catch {
      throw .checkpoint(error)
    }
    self.path = path
    isWritten = true
    self.interval = interval
    recipe = TrainingRecipe()
    damaged = []
    moreEpochs = 0
    self.isLasting = isLasting
    allowsOtherKernels = false
    saved = nil
    progress = Mutex(Progress())
  }

  /// For a training that goes on.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - interval: `nil`: as often as before.
  ///   - moreEpochs: added to those that are complete, also where training had come to its end; 0: as many as
  ///     the recipe says.
  ///   - allowsOtherKernels: whether it may go on with another family of kernels, whose bits differ.
  /// - Throws: `DiscernError.checkpoint`; `.none` or `.damaged` if there is nothing to go on from, `.inUse`
  ///   if the training runs.
  public convenience init(
    resuming path: String, every interval: CheckpointInterval? = nil, moreEpochs: Int = 0,
    allowsOtherKernels: Bool = false
  ) throws(DiscernError) {
    try self.init(
      resuming: path, every: interval, moreEpochs: moreEpochs, allowsOtherKernels: allowsOtherKernels,
      isWritten: true)
  }

  /// - Parameter isWritten: false for one of several processes of a training, of which another one writes.
  package init(
    resuming path: String, every interval: CheckpointInterval?, moreEpochs: Int,
    allowsOtherKernels: Bool, isWritten: Bool
  ) throws(DiscernError) {
    self.isWritten = isWritten
    let record: CheckpointRecord
    let newest: (checkpoint: Checkpoint, run: Int?, damaged: [BundleError])
    do throws(CheckpointError) {
      folder = try CheckpointFolder(path: path, creating: false, isLocked: isWritten)
      newest = try folder.newest()
      do throws(BundleError) {
        record =
          newest.run == nil
          ? try newest.checkpoint.content(CheckpointRecord.self)
          : try newest.checkpoint.content(FinishedRun.self).next
      } catch {
        throw .damaged(path: path, error)
      }
    } catch {
      throw .checkpoint(error)
    }
    let recipe = try TrainingIdentity.recipe(record.identity.recipe, at: path)
    guard (0..<max(1, recipe.runCount)).contains(record.run) else {
      throw .checkpoint(
        .damaged(
          path: path,
          .malformedManifest(
            path: newest.checkpoint.path, key: "content.run",
            reason: "is \(record.run), expected 0 to \(max(1, recipe.runCount) - 1)")))
    }
    self.path = path
    self.interval = interval ?? record.interval.flatMap(CheckpointInterval.init)
    self.recipe = recipe
    damaged = newest.damaged.map { "\($0)" }
    self.moreEpochs = moreEpochs
    isLasting = record.isLasting
    self.allowsOtherKernels = allowsOtherKernels
    saved = (record, newest.checkpoint)
    progress = Mutex(Progress(command: record.command, fitted: record.fitted ?? []))
    if moreEpochs > 0, recipe.runCount > 1 {
      throw .checkpoint(
        .cannotResume(
          path: path, reason: "--more-epochs goes on with one network; this training has \(recipe.runCount)"
        ))
    }
  }

  deinit {
    // Where nothing was written, nothing is left.
    folder.removeIfUnused()
  }

  /// Removes everything that was written, once the model is safe elsewhere.
  public func remove() { folder.removeAll() }

  /// Whether there is a state to go on from.
  public var isEmpty: Bool { folder.isEmpty }

  /// Whether there is one of this training, not of another one whose place it takes.
  package var hasOwnState: Bool { saved != nil || progress.withLock(\.hasWritten) }

  /// The command line that began the training.
  package var command: StoredCommand? { saved?.record.command }

  /// How many epochs are complete in the state that training goes on from.
  package var completedEpochs: Int { saved?.record.state?.epochs.count ?? 0 }

  /// How far the log had come.
  package var savedLogBytes: Int? { saved?.record.logBytes }

  /// How far the epochs' values had come.
  package var savedTableBytes: Int? { saved?.record.tableBytes }

  /// Sets what is kept for a command line.
  package func keep(
    command: StoredCommand, logBytes: @escaping @Sendable () -> Int?,
    tableBytes: @escaping @Sendable () -> Int?
  ) {
    progress.withLock {
      $0.command = command
      $0.logBytes = logBytes
      $0.tableBytes = tableBytes
    }
  }

  /// Keeps texts' vectors in a folder that is there, in the place of that of the states: for several
  /// trainings with the same texts.
  package func keepVectors(in folder: String) { progress.withLock { $0.vectorFolder = folder } }

  /// Where the vectors of some texts are kept; nil for one of several processes, of which another one writes.
  ///
  /// - Parameter key: SHA-256 of all that they depend on.
  func vectorFile(key: String) throws(CheckpointError) -> VectorFile? {
    if let path = progress.withLock(\.vectorFolder) { return VectorFile(folder: path, key: key) }
    return isWritten ? try folder.vectorFile(key: key) : nil
  }

  /// The choices that followed from the texts: also those of the training that goes on.
  func keep(fitted choices: [FittedChoice]) -> [FittedChoice] {
    progress.withLock {
      $0.fitted += choices
      return $0.fitted
    }
  }

  // MARK: Keeping states

  /// Keeps a finished run, before states of the next one are kept.
  func keep(
    _ run: TrainingRun, _ index: Int, _ model: AttentionLSTMClassifier, _ identity: TrainingIdentity,
    _ onStage: (TrainingStage) -> Void
  ) {
    let finished = FinishedRun(run: run, next: record(identity, run: index + 1, state: nil))
    let isKept = attempt(onStage) { () throws(CheckpointError) in
      try folder.write(run: index + 1, finished, model.weights.stateBuffers("weights"))
    }
    if !isKept { progress.withLock { $0.isBroken = true } }
  }

  private func record(
    _ identity: TrainingIdentity, run: Int, state: TrainingState.Record?
  ) -> CheckpointRecord {
    let (command, logBytes, tableBytes) = progress.withLock { ($0.command, $0.logBytes, $0.tableBytes) }
    return CheckpointRecord(
      identity: identity, fitted: progress.withLock(\.fitted), command: command, logBytes: logBytes?(),
      tableBytes: tableBytes?(), run: run, isLasting: isLasting,
      interval: interval?.description, state: state)
  }

  /// What a run's trainer is given.
  func store(
    run index: Int, _ identity: TrainingIdentity, _ options: TrainingOptions,
    _ onStage: @escaping (TrainingStage) -> Void
  ) -> TrainingStore {
    var record: TrainingState.Record?
    if let saved, saved.record.run == index {
      record = saved.record.state
      if moreEpochs > 0 { record?.reopen(options) }
    }
    return TrainingStore(
      saved: record,
      fill: { [self] buffers throws(TrainingError) in
        do throws(BundleError) { try saved?.checkpoint.fill(buffers) } catch {
          throw .unusableState(reason: "\(error)")
        }
      },
      offer: { [self] moment, state in offer(moment, state, run: index, identity, onStage) })
  }

  private func offer(
    _ moment: TrainingMoment, _ state: () -> TrainingState, run: Int, _ identity: TrainingIdentity,
    _ onStage: (TrainingStage) -> Void
  ) {
    let now = ContinuousClock.now
    let isDue = progress.withLock { progress in
      let cost = progress.cost ?? CheckpointPolicy.seconds(toWrite: state())
      progress.cost = cost
      let elapsed = progress.last.duration(to: now) / .seconds(1)
      let policy = CheckpointPolicy(interval: interval, isLasting: isLasting)
      return !progress.isBroken && policy.isDue(moment, elapsed: elapsed, cost: cost)
    }
    guard isDue else { return }
    let state = state()
    _ = attempt(onStage) { () throws(CheckpointError) in
      try folder.write(record(identity, run: run, state: state.record), state.buffers)
    }
    let end = ContinuousClock.now
    progress.withLock {
      $0.last = end
      $0.cost = now.duration(to: end) / .seconds(1)
    }
  }

  /// A state that cannot be kept ends no training; the first failure in a row is reported.
  private func attempt(
    _ onStage: (TrainingStage) -> Void, _ body: () throws(CheckpointError) -> Void
  ) -> Bool {
    if !isWritten { return true }
    do throws(CheckpointError) {
      try body()
      progress.withLock { ($0.hasFailed, $0.hasWritten) = (false, true) }
      return true
    } catch {
      let isNew = progress.withLock { progress in
        defer { progress.hasFailed = true }
        return !progress.hasFailed
      }
      if isNew { onStage(.checkpointFailed(error)) }
      return false
    }
  }
}
