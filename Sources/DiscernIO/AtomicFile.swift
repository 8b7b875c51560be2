import Foundation

/// Files that are there whole or not at all.
package enum AtomicFile {
  /// Writes `bytes` to a new file beside `path`, syncs it and its folder, and renames it. If anything
  /// fails, the new file is removed and what stood at `path` stays.
  package static func write(_ bytes: [UInt8], to path: String) throws(InputError) {
    let folder = (path as NSString).deletingLastPathComponent
    let name = (path as NSString).lastPathComponent
    let temporary = (folder as NSString).appendingPathComponent(
      ".\(name).\(getpid()).\(UInt64.random(in: 0...UInt64.max)).tmp")
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(path) }
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { bytes in
        bytes.baseAddress.map { Foundation.write(descriptor, $0 + done, bytes.count - done) } ?? 0
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw abandon(descriptor, temporary, path) }
      done += count
    }
    guard fsync(descriptor) == 0 else { throw abandon(descriptor, temporary, path) }
    guard close(descriptor) == 0, rename(temporary, path) == 0 else {
      let error = failure(path)
      unlink(temporary)
      throw error
    }
    // The rename itself reaches the disk with the folder; some file systems cannot sync folders, and
    // then there is nothing more to be done.
    let directory = open(folder.isEmpty ? "." : folder, O_RDONLY | O_CLOEXEC)
    if directory >= 0 {
      fsync(directory)
      close(directory)
    }
  }

  private static func failure(_ path: String) -> InputError {
    .unwritable(path: path, reason: String(cString: strerror(errno)))
  }

  private static func abandon(_ descriptor: CInt, _ temporary: String, _ path: String) -> InputError {
    let error = failure(path)
    close(descriptor)
    unlink(temporary)
    return error
  }
}
