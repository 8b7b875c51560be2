import DiscernSystem

/// A temporary file without a name, which disappears with its last reference.
package final class ScratchFile: Sendable {
  let descriptor: CInt
  /// The path of the input whose bytes it stores, for messages.
  private let path: String

  package init(path: String) throws(InputError) {
    self.path = path
    let folder = Self.folder
    var template = Array((folder + "/discern-XXXXXX").utf8CString)
    descriptor = mkstemp(&template)
    guard descriptor >= 0 else {
      throw .cannotKeep(path: path, folder: folder, reason: systemError(errno))
    }
    unlink(template)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// TMPDIR, or `/tmp`.
  private static var folder: String {
    guard let given = getenv("TMPDIR").map({ String(cString: $0) }), !given.isEmpty else { return "/tmp" }
    return given
  }

  package func append(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(InputError) {
    var written = 0
    while written < bytes.count {
      let count = uninterrupted {
        pwrite(
          descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written, off_t(offset + written))
      }
      guard count >= 0 else {
        throw .cannotKeep(path: path, folder: Self.folder, reason: systemError(errno))
      }
      written += count
    }
  }

  /// Reads up to `buffer.count` bytes from `offset` on.
  package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(InputError) -> Int {
    let count = uninterrupted { pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset)) }
    guard count >= 0 else { throw .unreadable(path: path, reason: systemError(errno)) }
    return count
  }
}
