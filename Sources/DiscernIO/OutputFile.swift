import DiscernSystem

/// A file, pipe or device that is written from its beginning to its end.
///
/// Without `finish`, a regular file that was to be replaced stays as it was, and no new file is left.
package final class OutputFile {
  /// The way in which a regular file is created.
  package enum Manner {
    /// Next to its place, and renamed by `finish`: there is either the complete file or the old one. It keeps
    /// the old one's permissions and, where the system allows, its owner.
    case replacing
    /// The same, but only if there is no file yet: one that appears meanwhile makes `finish` fail.
    case adding
    /// In its place, truncated first, so that others can read it while it grows: for logs. It is locked, and
    /// another process's is an error.
    case growing
    /// The same, appending to at most this many first bytes of the existing file; the rest is cut off.
    case continuing(Int)
  }

  package let target: OutputTarget
  private let replaces: Bool
  private var temporary: TemporaryFile?
  private var descriptor: CInt
  /// Whether this value closes the descriptor; a temporary file closes its own.
  private let isOurs: Bool

  /// Opens the target; waits for the reader of a pipe if there is none.
  package init(_ target: OutputTarget, _ manner: Manner) throws(InputError) {
    self.target = target
    if case .adding = manner { replaces = false } else { replaces = true }
    switch (target.kind, manner) {
    case (.descriptor(let number), _):
      descriptor = number
      isOurs = false
      temporary = nil
    case (.stream, _):
      descriptor = try Self.open(target.path, O_WRONLY | O_NOCTTY, target)
      isOurs = true
      temporary = nil
    case (.file(let path), .growing):
      descriptor = try Self.open(path, O_WRONLY | O_CREAT, target)
      isOurs = true
      temporary = nil
      try truncate(to: 0)
    case (.file(let path), .continuing(let count)):
      descriptor = try Self.open(path, O_WRONLY | O_CREAT, target)
      isOurs = true
      temporary = nil
      try truncate(to: count)
    case (.file(let path), .replacing), (.file(let path), .adding):
      let made = try TemporaryFile(beside: path, for: target.path)
      descriptor = made.descriptor
      isOurs = false
      temporary = consume made
      takeOverPermissions()
    }
  }

  deinit {
    if isOurs, descriptor >= 0 { close(descriptor) }
  }

  /// Locks a file that grows, and cuts off what comes after its first bytes.
  private func truncate(to count: Int) throws(InputError) {
    try target.lock(descriptor)
    guard lseek(descriptor, 0, SEEK_END) > count else { return }
    guard ftruncate(descriptor, off_t(count)) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else {
      throw OutputTarget.failure(target.path, errno)
    }
  }

  private static func open(_ path: String, _ flags: CInt, _ target: OutputTarget) throws(InputError) -> CInt {
    let descriptor = uninterrupted { DiscernSystem.open(path, flags | O_CLOEXEC, 0o666) }
    guard descriptor >= 0 else { throw OutputTarget.failure(target.path, errno) }
    return descriptor
  }

  package func write(_ bytes: [UInt8]) throws(InputError) {
    // `withUnsafeBytes` has no typed throws.
    try bytes.withUnsafeBufferPointer { bytes throws(InputError) in
      try write(UnsafeRawBufferPointer(bytes))
    }
  }

  /// Writes all of `bytes`; nothing is buffered.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(InputError) {
    precondition(descriptor >= 0, "\(target.path) is finished")
    var done = 0
    while done < bytes.count {
      let wanted = min(bytes.count - done, 1 << 30)
      let count = uninterrupted {
        DiscernSystem.write(descriptor, bytes.baseAddress.map { $0 + done }, wanted)
      }
      guard count >= 0 else { throw OutputTarget.failure(target.path, errno) }
      done += count
    }
  }

  /// Writes over the first bytes of a regular file.
  package func rewriteBeginning(_ bytes: [UInt8]) throws(InputError) {
    precondition(descriptor >= 0 && target.isFile, "\(target.path) cannot be rewritten from its beginning")
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw OutputTarget.failure(target.path, errno) }
    try write(bytes)
    guard lseek(descriptor, 0, SEEK_END) >= 0 else { throw OutputTarget.failure(target.path, errno) }
  }

  /// Finishes the file: a replacement is synced and moved into place.
  package func finish() throws(InputError) {
    precondition(descriptor >= 0, "\(target.path) is finished")
    let open = descriptor
    defer { descriptor = -1 }
    guard temporary != nil, case .file(let path) = target.kind else {
      guard isOurs else { return }
      // Some file systems report a full disk only now. EINTR leaves the descriptor closed.
      guard close(open) == 0 || errno == EINTR else { throw OutputTarget.failure(target.path, errno) }
      return
    }
    guard uninterrupted({ fsync(open) }) == 0 else { throw OutputTarget.failure(target.path, errno) }
    let code = (replaces ? temporary?.move(to: path) : temporary?.add(at: path)) ?? EIO
    guard code == 0 else {
      if code == EBUSY || code == EXDEV {
        throw .unwritable(
          path: target.path, reason: "is a mount point, which cannot be replaced; write elsewhere and copy it"
        )
      }
      throw OutputTarget.failure(target.path, code)
    }
    temporary = nil
    syncFolder(of: path)
  }

  /// Takes over the owner if the system allows it, at least the group, and then the mode, since a new owner
  /// clears bits of it. This happens before the first byte is written, so that none can be read by anyone who
  /// could not read the old file.
  private func takeOverPermissions() {
    guard let old = target.permissions else { return }
    if old.owner != geteuid() || old.group != getegid() {
      if fchown(descriptor, old.owner, old.group) != 0 {
        _ = fchown(descriptor, uid_t.max, old.group)
      }
    }
    _ = fchmod(descriptor, old.mode)
  }

  /// The rename itself reaches the disk with the folder; some file systems cannot sync folders, and then
  /// there is nothing more to be done.
  private func syncFolder(of path: String) {
    let folder = OutputTarget.folder(of: path)
    let directory = DiscernSystem.open(folder.isEmpty ? "." : folder, O_RDONLY | O_CLOEXEC)
    guard directory >= 0 else { return }
    fsync(directory)
    close(directory)
  }
}
