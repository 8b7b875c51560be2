import DiscernSystem

/// Distinguishes a file or folder from a later one at the same path.
struct FileMark: Sendable, Equatable {
  let device: UInt64
  let inode: UInt64
  /// When its contents were last changed: seconds, nanoseconds.
  let changed: [Int]
  /// When anything about it was last changed, including its name. Not compared, since the removal of a file
  /// that is still open changes it.
  let touched: [Int]
  /// The bits of `st_mode`.
  let mode: UInt32

  init(_ status: stat) {
    device = UInt64(truncatingIfNeeded: status.st_dev)
    inode = UInt64(truncatingIfNeeded: status.st_ino)
    #if canImport(Darwin)
      let (time, touch) = (status.st_mtimespec, status.st_ctimespec)
    #else
      let (time, touch) = (status.st_mtim, status.st_ctim)
    #endif
    changed = [Int(time.tv_sec), Int(time.tv_nsec)]
    touched = [Int(touch.tv_sec), Int(touch.tv_nsec)]
    mode = UInt32(truncatingIfNeeded: status.st_mode)
  }

  /// The file at a path, following links; nil if there is none, or access is denied.
  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  static func == (one: FileMark, other: FileMark) -> Bool {
    one.isSame(as: other) && one.changed == other.changed && one.mode == other.mode
  }

  var isFolder: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFDIR) }
  var isRegularFile: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFREG) }
  /// The bits that `chmod` sets.
  var permissions: mode_t { mode_t(mode & 0o7777) }

  /// Whether it is the same file or folder, changed or not.
  func isSame(as other: FileMark) -> Bool { device == other.device && inode == other.inode }
}
