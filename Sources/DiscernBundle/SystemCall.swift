import Foundation

/// What this module asks of the system, so that tests can make each of it fail.
package enum SystemCall: Sendable, CaseIterable {
  case open, status, list, makeFolder, move, removeFile, removeFolder, read, write, sync

  /// In tests: asked before every call for the error number that it shall fail with; 0: it may go on.
  @TaskLocal package static var failure: (@Sendable (SystemCall) -> Int32)?
}

/// Makes a call, again where a signal interrupted it; the error number, or 0.
func attempt(_ call: SystemCall, _ body: () -> Int32) -> Int32 {
  if let code = SystemCall.failure?(call), code != 0 { return code }
  while body() < 0 {
    let code = errno
    if code != EINTR { return code }
  }
  return 0
}

/// The system's own words for an error number.
func systemError(_ code: Int32) -> String { String(cString: strerror(code)) }
