import CDiscernFiles
import DiscernIO
import DiscernSystem

/// A folder that is opened once: everything in it is accessed relative to its descriptor, so that it stays
/// the same folder even if something is renamed meanwhile. Closed with its last reference.
final class OpenFolder: Sendable {
  /// For messages.
  let path: String
  let descriptor: Int32
  /// Its mark when it was opened.
  let mark: FileMark

  /// Throws if there is no such folder or it may not be entered.
  convenience init(path: String) throws(BundleError) {
    try self.init(path: path, in: AT_FDCWD, FileName(path), followingLinks: true)
  }

  private init(
    path: String, in parent: Int32, _ name: FileName, followingLinks: Bool
  ) throws(BundleError) {
    var opened: Int32 = -1
    let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (followingLinks ? 0 : O_NOFOLLOW)
    func open(_ flags: Int32) -> Int32 {
      attempt(.open) {
        opened = name.withPointer { openat(parent, $0, flags) }
        return opened
      }
    }
    var code = open(flags)
    // A folder may allow entering but not listing.
    let unlisted = discern_unlisted_folder_flags()
    if code == EACCES, unlisted != 0 { code = open(flags | unlisted) }
    switch code {
    case 0: break
    case ENOENT: throw .notFound(path: path)
    case ENOTDIR: throw .notAFolder(path: path)
    default: throw .cannotRead(path: path, reason: systemError(code))
    }
    var status = stat()
    let failure = attempt(.status) { fstat(opened, &status) }
    guard failure == 0 else {
      close(opened)
      throw .cannotRead(path: path, reason: systemError(failure))
    }
    self.path = path
    descriptor = opened
    mark = FileMark(status)
  }

  deinit { close(descriptor) }

  /// The path of an entry, for messages.
  func path(of name: FileName) -> String {
    path == "." ? name.description : BundleManifest.join(path, name.description)
  }

  /// Opens a folder in it, without following links.
  func folder(_ name: FileName) throws(BundleError) -> OpenFolder {
    try OpenFolder(path: path(of: name), in: descriptor, name, followingLinks: false)
  }

  /// The mark of an entry, without following links; nil if there is none.
  func mark(of name: FileName) throws(BundleError) -> FileMark? {
    var status = stat()
    let code = attempt(.status) { name.withPointer { fstatat(descriptor, $0, &status, AT_SYMLINK_NOFOLLOW) } }
    if code == ENOENT { return nil }
    guard code == 0 else { throw .cannotRead(path: path(of: name), reason: systemError(code)) }
    return FileMark(status)
  }

  /// All names in it, in the order of their bytes.
  func names() throws(BundleError) -> [FileName] {
    // A separate descriptor, since reading a folder moves the descriptor's position.
    let copy = uninterrupted { openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard copy >= 0, let stream = fdopendir(copy) else {
      let code = errno
      if copy >= 0 { close(copy) }
      throw code == EACCES
        ? .cannotList(path: path) : .cannotRead(path: path, reason: systemError(code))
    }
    defer { closedir(stream) }
    var names: [FileName] = []
    while true {
      var code = SystemCall.list.failureCode
      // The end of a folder and a failure both give nil; only a failure sets the error number.
      errno = 0
      let entry = code == 0 ? readdir(stream) : nil
      if entry == nil, code == 0 { code = errno }
      guard code == 0 else { throw .cannotRead(path: path, reason: systemError(code)) }
      guard let entry else { return names.sorted() }
      let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      let name = FileName(bytes: bytes)
      if name != FileName("."), name != FileName("..") { names.append(name) }
    }
  }

  /// Makes a folder in it; false if the name is taken.
  func makeFolder(_ name: FileName) throws(BundleError) -> Bool {
    let code = attempt(.makeFolder) { name.withPointer { mkdirat(descriptor, $0, 0o777) } }
    guard code == 0 || code == EEXIST else {
      throw .cannotWrite(path: path(of: name), reason: systemError(code))
    }
    return code == 0
  }

  /// How `move` treats an existing entry with the new name.
  enum Collision { case replaces, fails, exchanges }

  /// Renames an entry; returns the error number, or 0. If the system cannot refuse a taken name in the same
  /// step, the name is checked before.
  func move(
    _ name: FileName, to target: OpenFolder, _ newName: FileName, _ collision: Collision
  ) -> Int32 {
    let code = attempt(.move) {
      name.withPointer { old in
        newName.withPointer { new in
          let flags: UInt32 =
            switch collision {
            case .replaces: 0
            case .fails: UInt32(DISCERN_RENAME_NOREPLACE)
            case .exchanges: UInt32(DISCERN_RENAME_EXCHANGE)
            }
          return discern_rename(descriptor, old, target.descriptor, new, flags)
        }
      }
    }
    guard collision == .fails, OpenFolder.isUnsupported(code) else { return code }
    do throws(BundleError) {
      guard try target.mark(of: newName) == nil else { return EEXIST }
    } catch {
      return EIO
    }
    return move(name, to: target, newName, .replaces)
  }

  /// Whether an error number means that the system or the file system does not support a call.
  static func isUnsupported(_ code: Int32) -> Bool {
    code == ENOSYS || code == EINVAL || code == ENOTSUP || code == EOPNOTSUPP
  }

  /// Removes a file in it; true also if there was none.
  func removeFile(_ name: FileName) -> Bool {
    let code = attempt(.removeFile) { name.withPointer { unlinkat(descriptor, $0, 0) } }
    return code == 0 || code == ENOENT
  }

  /// Removes a folder in it if it is empty; true also if there was none.
  func removeFolder(_ name: FileName) -> Bool {
    let code = attempt(.removeFolder) { name.withPointer { unlinkat(descriptor, $0, AT_REMOVEDIR) } }
    return code == 0 || code == ENOENT
  }

  /// Syncs the folder's own entries to its disk.
  func sync() throws(BundleError) {
    let code = attempt(.sync) { fsync(descriptor) }
    // Some file systems cannot sync folders.
    guard code == 0 || OpenFolder.isUnsupported(code) else {
      throw .cannotWrite(path: path, reason: systemError(code))
    }
  }

  /// Syncs a file in it to its disk.
  func sync(_ name: FileName) throws(BundleError) {
    var opened: Int32 = -1
    var code = attempt(.open) {
      opened = name.withPointer { openat(descriptor, $0, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) }
      return opened
    }
    if code == 0 {
      code = attempt(.sync) { fsync(opened) }
      close(opened)
    }
    guard code == 0 || OpenFolder.isUnsupported(code) else {
      throw .cannotWrite(path: path(of: name), reason: systemError(code))
    }
  }

  /// The number of free bytes on its disk for this user; nil if unknown.
  var freeBytes: Int? {
    var system = statvfs()
    guard fstatvfs(descriptor, &system) == 0 else { return nil }
    let (bytes, overflow) = UInt64(system.f_bavail).multipliedReportingOverflow(by: UInt64(system.f_frsize))
    return overflow ? .max : Int(clamping: bytes)
  }

  /// The outcome of `lock`.
  enum Lock { case held, busy, unsupported }

  /// Locks the folder until its descriptor is closed; this only excludes other programs' locks.
  func lock(waiting: Bool) -> Lock {
    if uninterrupted({ flock(descriptor, LOCK_EX | (waiting ? 0 : LOCK_NB)) }) == 0 { return .held }
    return errno == EWOULDBLOCK ? .busy : .unsupported
  }

  /// Waits for the lock, but not forever, since a program that was stopped may hold it. Continuing without it
  /// risks no more than an error in the slower program.
  func lockPatiently() {
    for _ in 0..<500 {
      if lock(waiting: false) != .busy { return }
      usleep(20_000)
    }
  }
}
