import Synchronization

/// An input that can be read any number of times. One that can be opened only once (a pipe, a terminal,
/// standard input) is opened only here: it can be read once, beginning with the bytes that were inspected.
package final class InputFile: Sendable {
  /// As given, for messages.
  package let path: String
  /// Whether it is an archive with members (tar, compressed or not, or zip) rather than one stream of bytes.
  package let isArchive: Bool
  let limit: UnpackLimit
  private let spool: SpoolFile?
  private let isOneShot: Bool
  private let pending: Mutex<OpenedInput?>

  /// Determines the kind of `path`; `-` is standard input. Throws `InputError`.
  ///
  /// - Parameter keeps: whether an input that can be opened only once is copied to a temporary file first, so
  ///   that it can be read more than once.
  /// - Parameter unpacks: whether packed bytes are unpacked; if not, nothing is read ahead.
  package init(
    path: String, keeps: Bool = false, unpacks: Bool = true, limit: UnpackLimit = UnpackLimit()
  ) throws(InputError) {
    let input =
      try unpacks
      ? OpenedInput(path: path, keeps: keeps, limit: limit) : OpenedInput(asIs: FileBytes(path: path))
    self.path = path
    self.limit = limit
    isArchive = input.container != .bytes
    spool = input.spool
    isOneShot = input.isOneShot
    pending = Mutex(input.isOneShot ? input : nil)
  }

  /// The input from its beginning. Throws `InputError.readOnce` if that has been read already.
  func opened() throws(InputError) -> OpenedInput {
    if let spool { return try OpenedInput(path: path, spool, limit: limit) }
    if !isOneShot { return try OpenedInput(path: path, limit: limit) }
    let input = pending.withLock { pending -> OpenedInput? in
      let taken = pending
      pending = nil
      return taken
    }
    guard let input else { throw .readOnce(path: path) }
    return input
  }
}
