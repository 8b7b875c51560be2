import DiscernBundle
import DiscernTensor
import DiscernTraining
import Synchronization

/// Where a training run other than a classifier's saves its state, how often, and whether it resumes from
/// there: pretraining, matchers, sequence models, forecasters. With the same data and options, a run that is
/// interrupted and resumed gives the same bits as an uninterrupted one; other data or options are refused.
///
/// A classifier's `TrainingCheckpoints` hold its recipe and paths too, so that the folder alone is enough to
/// resume.
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
  }

  private struct Progress {
    var last = ContinuousClock.now
    /// Seconds that the latest save took, or that a first one would take.
    var cost: Double?
    /// Whether the latest state could not be written.
    var hasFailed = false
  }

  /// - Parameters:
  ///   - path: the folder, created with the first state if it does not exist.
  ///   - interval: `nil`: every ten minutes and after each epoch, as long as that takes less than 2 % of the
  ///     time.
  ///   - isResuming: whether training resumes from the state in the folder; otherwise such states are
  ///     replaced.
  ///   - isLasting: whether the final state is saved too.
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
  }

  deinit { folder.removeIfUnused() }

  /// Whether the folder has no state to resume from.
  public var isEmpty: Bool { folder.isEmpty }

  /// Removes everything that was written, once the result is safe elsewhere.
  public func remove() { folder.removeAll() }

  /// The store of states for the trainer.
  ///
  /// - Parameters:
  ///   - inputFlag: the flag that names the data.
  ///   - onFailure: called for the first of several consecutive states that could not be written.
  func store(
    _ identity: RunIdentity, inputFlag: String, _ onFailure: @escaping (CheckpointError) -> Void
  ) throws(DiscernError) -> TrainingStore {
    do throws(CheckpointError) {
      try saved?.record.identity.requireSame(identity, at: path, inputFlag: inputFlag)
    } catch {
      throw .checkpoint(error)
    }
    return TrainingStore(
      saved: saved?.record.state,
      fill: { [self] buffers throws(TrainingError) in
        do throws(BundleError) { try saved?.checkpoint.fill(buffers) } catch {
          throw .unusableState(reason: "\(error)")
        }
      },
      offer: { [self] moment, state in offer(moment, state, identity, onFailure) })
  }

  private func offer(
    _ moment: TrainingMoment, _ state: () -> TrainingState, _ identity: RunIdentity,
    _ onFailure: (CheckpointError) -> Void
  ) {
    let now = ContinuousClock.now
    let isDue = progress.withLock { progress in
      let cost = progress.cost ?? CheckpointPolicy.seconds(toWrite: state())
      progress.cost = cost
      return policy.isDue(moment, elapsed: progress.last.duration(to: now) / .seconds(1), cost: cost)
    }
    guard isDue else { return }
    let state = state()
    do throws(CheckpointError) {
      try folder.write(Record(identity: identity, state: state.record), state.buffers)
      progress.withLock { $0.hasFailed = false }
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
