import CDiscernFiles
import DiscernSystem

/// An unfinished file, beside its destination: without a name if the file system has such files, so that
/// nothing is left of it when the process is killed, or else under a hidden name.
package struct TemporaryFile: ~Copyable {
  package let descriptor: CInt
  /// Nil while it has none.
  private var name: String?

  package var isNameless: Bool { name == nil }

  /// - Parameters:
  ///   - target: beside which it is made.
  ///   - path: as the user gave it, for messages.
  ///   - isNameless: whether it has no name where that can be.
  package init(beside target: String, for path: String, isNameless: Bool = true) throws(InputError) {
    let folder = OutputTarget.folder(of: target)
    if isNameless {
      let open = Self.open { discern_open_nameless(folder.isEmpty ? "." : folder, 0o666) }
      if open >= 0 {
        descriptor = open
        return
      }
    }
    while true {
      let name = Self.randomName(in: folder)
      let descriptor = Self.open { DiscernSystem.open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
      if descriptor >= 0 {
        self.descriptor = descriptor
        self.name = name
        return
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

  /// Puts it in the place of `target`; the error number, or 0. An existing name can only be replaced by a
  /// file that itself has a name: it gets a hidden one for the moment between two calls.
  package mutating func move(to target: String) -> CInt {
    if name == nil {
      if discern_name_file(descriptor, target) == 0 { return 0 }
      guard errno == EEXIST else { return errno }
      repeat {
        let hidden = Self.randomName(in: OutputTarget.folder(of: target))
        if discern_name_file(descriptor, hidden) == 0 {
          name = hidden
        } else if errno != EEXIST {
          return errno
        }
      } while name == nil
    }
    guard let name else { return EIO }
    if rename(name, target) != 0 { return errno }
    self.name = nil
    return 0
  }

  /// Puts it at `target` where nothing has that name yet; the error number, such as `EEXIST`, or 0.
  package mutating func add(at target: String) -> CInt {
    guard let name else { return discern_name_file(descriptor, target) == 0 ? 0 : errno }
    if link(name, target) == 0 { return 0 }
    let code = errno
    // Some file systems have no second names.
    guard [EPERM, EOPNOTSUPP, ENOSYS].contains(code), access(target, F_OK) != 0 else { return code }
    return move(to: target)
  }

  private static func open(_ call: () -> CInt) -> CInt {
    while true {
      let descriptor = call()
      if descriptor >= 0 || errno != EINTR { return descriptor }
    }
  }

  private static func randomName(in folder: String) -> String {
    folder + ".discern-" + String(UInt64.random(in: 0...UInt64.max), radix: 16) + ".tmp"
  }

  private static func missing(_ folder: String) -> String {
    folder.isEmpty
      ? "the working directory was deleted" : "there is no folder \(folder); create it first"
  }
}
