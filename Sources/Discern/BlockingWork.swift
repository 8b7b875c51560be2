import DiscernSystem

/// Long work on a separate thread that a task awaits: computing blocks its thread, and the cooperative pool
/// has too few threads for that.
enum BlockingWork {
  /// - Parameter work: should call `isCancelled` now and then, and end early.
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
