import DiscernSystem

/// This module's system calls, so that tests can make each of them fail.
package enum SystemCall: Sendable, CaseIterable {
  case open, status, list, makeFolder, move, removeFile, removeFolder, read, write, sync

  @TaskLocal private static var failure: (@Sendable (SystemCall) -> Int32)?

  /// For tests: runs `body`; before each of its calls on this thread, `failure` returns the error number with
  /// which the call is to fail, or 0 to proceed.
  package static func withFailure<Result>(
    _ failure: @escaping @Sendable (SystemCall) -> Int32, _ body: () throws -> Result
  ) rethrows -> Result {
    try $failure.withValue(failure) { try body() }
  }

  /// The error number with which the call is to fail; 0 outside `withFailure`.
  var failureCode: Int32 { Self.failure?(self) ?? 0 }
}

/// Makes a call, again if a signal interrupted it; returns the error number, or 0.
func attempt(_ call: SystemCall, _ body: () -> Int32) -> Int32 {
  let code = call.failureCode
  if code != 0 { return code }
  return uninterrupted(body) < 0 ? errno : 0
}
