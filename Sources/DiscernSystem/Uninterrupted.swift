/// Repeats a call of the C library as long as signals interrupt it (EINTR), which may happen to any call for
/// a file on a network or user-space file system.
package func uninterrupted<Result: SignedInteger>(_ call: () -> Result) -> Result {
  while true {
    let result = call()
    if result >= 0 || errno != EINTR { return result }
  }
}
