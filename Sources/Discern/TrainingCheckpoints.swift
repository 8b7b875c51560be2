import DiscernBundle
import DiscernIO
import DiscernModels
import DiscernSystem
import DiscernTensor
import DiscernTraining
import Synchronization

/// Where a training run saves its state, how often, and the state from which it resumes.
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
/// A run that is interrupted and resumed gives a model bit-identical to that of an uninterrupted one. The
/// folder is locked during the lifetime of this object, and stays until `remove`.
public final class TrainingCheckpoints: Sendable {
  /// The folder.
  public let path: String
  /// How often the state is saved; nil: every ten minutes and after each epoch, as long as that takes less
  /// than 2 % of the time.
  public let interval: CheckpointInterval?
  /// The recipe of the resumed run; for a new one, the defaults.
  public let recipe: TrainingRecipe
  /// Why checkpoints newer than the one resumed from cannot be used; usually empty.
  public let damaged: [String]
  /// The number of epochs added to the completed ones.
  let moreEpochs: Int
  /// Whether the folder is kept, with the final state, from which more epochs can be trained.
  package let isLasting: Bool
  let allowsOtherKernels: Bool
  let folder: CheckpointFolder
  private let isWritten: Bool
  /// The state from which training resumes.
  let saved: (record: CheckpointRecord, checkpoint: Checkpoint)?
  private let progress: Mutex<Progress>

  private struct Progress {
    var command: StoredCommand?
    var fitted: [FittedChoice] = []
    var logBytes: (@Sendable () -> Int?)?
    var tableBytes: (@Sendable () -> Int?)?
    /// Where the vectors of texts are saved; nil: with the states.
    var vectorFolder: String?
    var last = ContinuousClock.now
    /// Seconds that the latest save took, or that a first one would take.
    var cost: Double?
    /// Whether a state of this run was written.
    var hasWritten = false
    /// Whether the latest state could not be written.
    var hasFailed = false
    /// Whether a finished run could not be written, so that later states are useless.
    var isBroken = false
  }

  /// Checkpoints of a new run.
  ///
  /// - Parameters:
  ///   - path: the folder; created with the first state if it does not exist.
  ///   - interval: how often the state is saved; `nil`: the default.
  ///   - isReplacing: whether another run's checkpoints there are replaced when the first new one is saved.
  ///   - isLasting: whether the folder is kept when training ends.
  /// - Throws: `DiscernError.checkpoint`; `.taken` if there are such checkpoints, `.inUse` if that run is
  ///   active.
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

  /// Checkpoints of a run that resumes.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - interval: how often the state is saved; nil: as often as before.
  ///   - moreEpochs: added to the completed epochs, even if training had finished; 0: as many as in the
  ///     recipe.
  ///   - allowsOtherKernels: whether training may resume with another kernel family, which rounds
  ///     differently.
  /// - Throws: `DiscernError.checkpoint`; `.none` or `.damaged` if there is no state to resume from, `.inUse`
  ///   if the run is active.
  public convenience init(
    resuming path: String, every interval: CheckpointInterval? = nil, moreEpochs: Int = 0,
    allowsOtherKernels: Bool = false
  ) throws(DiscernError) {
    try self.init(
      resuming: path, every: interval, moreEpochs: moreEpochs, allowsOtherKernels: allowsOtherKernels,
      isWritten: true)
  }

  /// - Parameter isWritten: false if another process of the same distributed run writes.
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
          path: path, reason: "--more-epochs works with one network; this training has \(recipe.runCount)"
        ))
    }
  }

  deinit {
    // If nothing was written, nothing is left.
    folder.removeIfUnused()
  }

  /// Removes everything that was written, once the model is safe elsewhere.
  public func remove() { folder.removeAll() }

  /// Whether the folder has no state to resume from.
  public var isEmpty: Bool { folder.isEmpty }

  /// Whether there is a state of this run, not of another one that it replaces.
  package var hasOwnState: Bool { saved != nil || progress.withLock(\.hasWritten) }

  /// The command line that started the run.
  package var command: StoredCommand? { saved?.record.command }

  /// The number of completed epochs in the state from which training resumes.
  package var completedEpochs: Int { saved?.record.state?.epochs.count ?? 0 }

  /// The length of the log in bytes.
  package var savedLogBytes: Int? { saved?.record.logBytes }

  /// The length in bytes of the table of epoch values.
  package var savedTableBytes: Int? { saved?.record.tableBytes }

  /// Sets what a run of the command line saves with each state.
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

  /// Saves the vectors of texts in an existing folder instead of with the states, for several runs with the
  /// same texts.
  package func keepVectors(in folder: String) { progress.withLock { $0.vectorFolder = folder } }

  /// The file for the vectors of some texts; nil if another process of the same run writes.
  ///
  /// - Parameter key: SHA-256 of everything on which the vectors depend.
  func vectorFile(key: String) throws(CheckpointError) -> VectorFile? {
    if let path = progress.withLock(\.vectorFolder) { return VectorFile(folder: path, key: key) }
    return isWritten ? try folder.vectorFile(key: key) : nil
  }

  /// Adds settings derived from the texts; returns all of them, including those of the resumed run.
  func keep(fitted choices: [FittedChoice]) -> [FittedChoice] {
    progress.withLock {
      $0.fitted += choices
      return $0.fitted
    }
  }

  // MARK: Keeping states

  /// Saves a finished run, before states of the next one are saved.
  func keep(
    _ run: TrainingRun, _ index: Int, _ model: NeuralClassifier, _ identity: TrainingIdentity,
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

  /// The store of states for a run's trainer.
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
      fill: { [self] buffers throws(TrainingError) in try saved?.checkpoint.fill(resuming: buffers) },
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

  /// A failed save does not end training; only the first of consecutive failures is reported.
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
