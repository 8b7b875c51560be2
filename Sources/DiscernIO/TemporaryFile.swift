import CDiscernFiles
import DiscernSystem

/// An unfinished file, next to its destination: without a name if the file system supports such files, so
/// that nothing is left of it if the process is killed, or else with a hidden name. It is locked as long as
/// it has a name, so that the next output in the folder can remove the remains of killed processes.
package struct TemporaryFile: ~Copyable {
  package let descriptor: CInt
  /// The hidden name; nil while it has none.
  private var name: String?

  package var isNameless: Bool { name == nil }

  /// - Parameters:
  ///   - target: the destination, next to which it is made.
  ///   - path: the destination as given by the user, for messages.
  ///   - isNameless: whether it has no name, if that is possible.
  package init(beside target: String, for path: String, isNameless: Bool = true) throws(InputError) {
    let folder = OutputTarget.folder(of: target)
    Self.removeAbandoned(in: folder)
    if isNameless {
      let open = uninterrupted { discern_open_nameless(folder.isEmpty ? "." : folder, 0o666) }
      if open >= 0 {
        descriptor = open
        return
      }
    }
    while true {
      let name = Self.randomName(in: folder)
      let descriptor = uninterrupted {
        DiscernSystem.open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      }
      if descriptor >= 0 {
        // It may have been taken for abandoned before it was locked.
        if Self.isLocked(descriptor), access(name, F_OK) == 0 {
          self.descriptor = descriptor
          self.name = name
          return
        }
        close(descriptor)
        continue
      }
      let code = errno
      if code == EEXIST { continue }
      if code == ENOENT { throw .unwritable(path: path, reason: Self.missing(folder)) }
      throw OutputTarget.failure(path, code)
    }
  }

  deinit {
    close(descriptor)
    if let name { unlink(name) }
  }

  /// Puts the file in the place of `target`; returns the error number, or 0. An existing file can only be
  /// replaced by one that has a name: a nameless file gets a hidden one for the moment between two calls.
  package mutating func move(to target: String) -> CInt {
    if name == nil {
      if uninterrupted({ discern_name_file(descriptor, target) }) == 0 { return 0 }
      guard errno == EEXIST else { return errno }
      _ = Self.isLocked(descriptor)
      repeat {
        let hidden = Self.randomName(in: OutputTarget.folder(of: target))
        if uninterrupted({ discern_name_file(descriptor, hidden) }) == 0 {
          name = hidden
        } else if errno != EEXIST {
          return errno
        }
      } while name == nil
    }
    guard let name else { return EIO }
    if uninterrupted({ rename(name, target) }) != 0 { return errno }
    self.name = nil
    return 0
  }

  /// Puts the file at `target` if nothing exists there; returns the error number, such as `EEXIST`, or 0.
  package mutating func add(at target: String) -> CInt {
    guard let name else {
      return uninterrupted { discern_name_file(descriptor, target) } == 0 ? 0 : errno
    }
    if uninterrupted({ link(name, target) }) == 0 { return 0 }
    let code = errno
    // Some file systems have no hard links.
    guard [EPERM, EOPNOTSUPP, ENOSYS].contains(code), access(target, F_OK) != 0 else { return code }
    return move(to: target)
  }

  private static let (prefix, suffix) = (".discern-", ".tmp")

  private static func randomName(in folder: String) -> String {
    folder + prefix + String(UInt64.random(in: 0...UInt64.max), radix: 16) + suffix
  }

  /// Locks a file until its descriptor is closed; true also if there are no locks.
  private static func isLocked(_ descriptor: CInt) -> Bool {
    uninterrupted { flock(descriptor, LOCK_EX | LOCK_NB) } == 0 || errno != EWOULDBLOCK
  }

  /// Removes this user's files with such names that no process has locked: those of killed processes. A
  /// folder that cannot be listed is left unchanged.
  private static func removeAbandoned(in folder: String) {
    let names = try? FolderEntry.names(in: RawPath(folder.isEmpty ? "." : folder))
    for name in names ?? [] {
      let text = name.text
      let digits = text.dropFirst(prefix.count).dropLast(suffix.count)
      guard text.hasPrefix(prefix), text.hasSuffix(suffix), (1...16).contains(digits.count),
        digits.allSatisfy({ ("0"..."9").contains($0) || ("a"..."f").contains($0) })
      else { continue }
      let path = folder + text
      let file = uninterrupted { open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) }
      guard file >= 0 else { continue }
      var status = stat()
      if fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
        uninterrupted({ flock(file, LOCK_EX | LOCK_NB) }) == 0
      {
        unlink(path)
      }
      close(file)
    }
  }

  private static func missing(_ folder: String) -> String {
    folder.isEmpty
      ? "the working directory was deleted" : "there is no folder \(folder); create it first"
  }
}
