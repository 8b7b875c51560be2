import DiscernSystem

/// Long work on a thread of its own, waited for by a task: compute blocks its thread, and those of the
/// cooperative pool are too few for that.
enum BlockingWork {
  /// - Parameter work: asks `isCancelled` now and then, and ends early.
  /// - Throws: what `work` throws; `DiscernError.interrupted` if the task was cancelled.
  static func run<Value: Sendable>(
    _ work: @escaping @Sendable (_ isCancelled: @Sendable () -> Bool) throws(DiscernError) -> Value
  ) async throws(DiscernError) -> Value {
    let cancelled = InterruptionFlag()
    let result: Result<Value, DiscernError> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        DetachedThread.start {
          do throws(DiscernError) {
            continuation.resume(returning: .success(try work { cancelled.isSet }))
          } catch {
            continuation.resume(returning: .failure(error))
          }
        }
      }
    } onCancel: {
      cancelled.set()
    }
    if cancelled.isSet { throw .interrupted }
    return try result.get()
  }
}
