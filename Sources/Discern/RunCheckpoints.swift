import DiscernBundle
import DiscernTensor
import DiscernTraining
import Synchronization

/// Where a training run other than a classifier's saves its state, how often, and whether it resumes from
/// there: pretraining, matchers, sequence models, forecasters. With the same data and options, a run that is
/// interrupted and resumed gives results bit-identical to those of an uninterrupted one; other data or
/// options are refused.
///
/// A classifier's `TrainingCheckpoints` also contain its recipe and paths, so that the folder alone is enough
/// to resume.
public final class RunCheckpoints: Sendable {
  /// The folder.
  public let path: String
  private let policy: CheckpointPolicy
  private let folder: CheckpointFolder
  private let saved: (record: Record, checkpoint: Checkpoint)?
  private let progress = Mutex(Progress())

  private struct Record: Codable, Sendable {
    let identity: RunIdentity
    let state: TrainingState.Record
    /// The length of the log in bytes.
    let logBytes: Int?
  }

  private struct Progress {
    var last = ContinuousClock.now
    /// Seconds that the latest save took, or that a first one would take.
    var cost: Double?
    /// Whether the latest state could not be written.
    var hasFailed = false
    /// Whether a state of this run was written.
    var hasWritten = false
    /// Whether the latest state is the final one.
    var holdsEnd = false
    var logBytes: (@Sendable () -> Int?)?
  }

  /// - Parameters:
  ///   - path: the folder, created with the first state if it does not exist.
  ///   - interval: how often the state is saved; nil: every ten minutes and after each epoch, as long as that
  ///     takes less than 2 % of the time.
  ///   - isResuming: whether training resumes from the state in the folder; otherwise such states are
  ///     replaced.
  ///   - isLasting: whether the final state is saved even if that is not cheap.
  /// - Throws: `DiscernError.checkpoint`; `.none` or `.damaged` if there is no state to resume from, `.inUse`
  ///   if another process writes there.
  public init(
    folder path: String, every interval: CheckpointInterval? = nil, isResuming: Bool = false,
    isLasting: Bool = true
  ) throws(DiscernError) {
    self.path = path
    policy = CheckpointPolicy(interval: interval, isLasting: isLasting)
    do throws(CheckpointError) {
      folder = try CheckpointFolder(path: path, creating: !isResuming)
      guard isResuming else {
        saved = nil
        return
      }
      let checkpoint = try folder.newest().checkpoint
      do throws(BundleError) { saved = (try checkpoint.content(Record.self), checkpoint) } catch {
        throw CheckpointError.damaged(path: path, error)
      }
    } catch {
      throw .checkpoint(error)
    }
    progress.withLock { $0.holdsEnd = saved?.record.state.outcome != nil }
  }

  deinit { folder.removeIfUnused() }

  /// Whether the folder has no state to resume from.
  public var isEmpty: Bool { folder.isEmpty }

  /// Whether there is a state of this run, not of another one that it replaces.
  package var hasOwnState: Bool { saved != nil || progress.withLock(\.hasWritten) }

  /// Whether the newest state belongs to a finished training run, so that resuming repeats no epoch.
  package var holdsEnd: Bool { progress.withLock(\.holdsEnd) }

  /// The length in bytes of the log in the state from which training resumes.
  package var savedLogBytes: Int? { saved?.record.logBytes }

  /// Sets the length of the log that is saved with each state.
  package func keep(logBytes: @escaping @Sendable () -> Int?) {
    progress.withLock { $0.logBytes = logBytes }
  }

  /// Removes everything that was written, once the result is safe elsewhere.
  public func remove() { folder.removeAll() }

  /// The store of states for the trainer.
  ///
  /// - Parameters:
  ///   - inputFlag: the flag that names the data.
  ///   - isFollowed: whether work that may be interrupted follows training; then the final state is always
  ///     saved.
  ///   - onFailure: called for the first of several consecutive states that could not be written.
  func store(
    _ identity: RunIdentity, inputFlag: String, isFollowed: Bool = false,
    _ onFailure: @escaping (CheckpointError) -> Void
  ) throws(DiscernError) -> TrainingStore {
    do throws(CheckpointError) {
      try saved?.record.identity.requireSame(identity, at: path, inputFlag: inputFlag)
    } catch {
      throw .checkpoint(error)
    }
    return TrainingStore(
      saved: saved?.record.state,
      fill: { [self] buffers throws(TrainingError) in try saved?.checkpoint.fill(resuming: buffers) },
      offer: { [self] moment, state in offer(moment, state, identity, isFollowed: isFollowed, onFailure) })
  }

  private func offer(
    _ moment: TrainingMoment, _ state: () -> TrainingState, _ identity: RunIdentity, isFollowed: Bool,
    _ onFailure: (CheckpointError) -> Void
  ) {
    let isNeeded = isFollowed && moment == .ended
    let now = ContinuousClock.now
    let isDue = progress.withLock { progress in
      let cost = progress.cost ?? CheckpointPolicy.seconds(toWrite: state())
      progress.cost = cost
      let elapsed = progress.last.duration(to: now) / .seconds(1)
      return isNeeded || policy.isDue(moment, elapsed: elapsed, cost: cost)
    }
    guard isDue else { return }
    let state = state()
    do throws(CheckpointError) {
      let logBytes = progress.withLock(\.logBytes)
      try folder.write(
        Record(identity: identity, state: state.record, logBytes: logBytes?()), state.buffers)
      progress.withLock {
        ($0.hasFailed, $0.hasWritten, $0.holdsEnd) = (false, true, moment == .ended)
      }
    } catch {
      // A failed save does not end training; only the first of consecutive failures is reported.
      let isNew = progress.withLock { progress in
        defer { progress.hasFailed = true }
        return !progress.hasFailed
      }
      if isNew { onFailure(error) }
    }
    let end = ContinuousClock.now
    progress.withLock {
      $0.last = end
      $0.cost = now.duration(to: end) / .seconds(1)
    }
  }
}
