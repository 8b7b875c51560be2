import DiscernSystem

/// The destination of the bytes written to a path.
///
/// `-` is standard output. Symbolic links lead to their target, even if that does not exist yet.
/// `/dev/stdout`, `/dev/fd/3` and the like are the open descriptor itself, including its position. Devices
/// and pipes are written through. Only a regular file is ever replaced.
package struct OutputTarget: Sendable {
  enum Kind: Equatable, Sendable {
    /// A descriptor that is already open and is not ours.
    case descriptor(CInt)
    /// A pipe, a terminal or another character device.
    case stream
    /// A regular file at this path, or none yet.
    case file(String)
  }

  /// The path as given, for messages.
  package let path: String
  let kind: Kind
  /// The identity of the destination if it exists.
  package let identity: FolderEntry.Identity?
  /// The permissions of an existing regular file.
  let permissions: Permissions?

  struct Permissions: Equatable, Sendable {
    let mode: mode_t
    let owner: uid_t
    let group: gid_t
  }

  /// Determines the destination; nothing is opened or changed. Throws `InputError.unwritable` for folders,
  /// block devices, sockets, circular links, and regular files without permission to write, `.outputName` for
  /// an empty name.
  package init(path: String) throws(InputError) {
    self.path = path
    if path.isEmpty { throw .outputName(path: path, reason: "the name of the output is empty; give one") }
    if path.hasSuffix("/") { throw Self.failure(path, EISDIR) }
    var target = path
    for _ in 0..<40 {
      if let descriptor = Self.descriptor(target) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.failure(path, errno) }
        kind = .descriptor(descriptor)
        identity = FolderEntry.Identity(status)
        permissions = nil
        return
      }
      guard let link = Self.link(at: target) else { break }
      target = link.hasPrefix("/") ? link : Self.folder(of: target) + link
    }
    var status = stat()
    guard lstat(target, &status) == 0 else {
      guard errno == ENOENT else { throw Self.failure(path, errno) }
      kind = .file(target)
      identity = nil
      permissions = nil
      return
    }
    identity = FolderEntry.Identity(status)
    switch status.st_mode & S_IFMT {
    case S_IFREG:
      // A rename alone would need permission only for the folder.
      guard faccessat(AT_FDCWD, target, W_OK, AT_EACCESS) == 0 else { throw Self.failure(path, errno) }
      kind = .file(target)
      permissions = Permissions(
        mode: status.st_mode & 0o7777, owner: status.st_uid, group: status.st_gid)
    case S_IFIFO, S_IFCHR:
      kind = .stream
      permissions = nil
    case S_IFDIR: throw Self.failure(path, EISDIR)
    case S_IFLNK: throw Self.failure(path, ELOOP)
    default: throw .unwritable(path: path, reason: "is neither a file nor a pipe")
    }
  }

  /// The destination's name, for messages.
  package var name: String { isStandardOutput ? "standard output" : path }

  /// Whether it is a regular file, or will be one.
  package var isFile: Bool { if case .file = kind { true } else { false } }

  /// The size of a regular file; nil if there is none yet.
  package var size: Int? {
    guard case .file(let path) = kind else { return nil }
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : nil
  }

  /// Whether the bytes go to this process's standard output.
  package var isStandardOutput: Bool { kind == .descriptor(STDOUT_FILENO) }

  /// Throws `InputError.sameFile` if an input is the file that would be written, or a folder that contains
  /// it, and `.partOfModel` if it is a trained model or a file of one. Must be called before anything is
  /// opened for writing. Missing inputs are ignored.
  ///
  /// - Parameter isPackedModel: whether a packed model will be written, which may replace another one.
  package func requireApart(from inputs: [String], isPackedModel: Bool = false) throws(InputError) {
    guard case .file(let target) = kind, let identity else { return }
    if Self.isPartOfModel(target) { throw .partOfModel(path: path) }
    for input in inputs {
      guard let entry = input == "-" ? FolderEntry(descriptor: STDIN_FILENO) : FolderEntry(path: input)
      else { continue }
      if entry.identity == identity { throw .sameFile(path: path, input: input) }
      if entry.kind == .folder, Self.folders(above: target).contains(entry.identity) {
        throw .sameFile(path: path, input: input)
      }
    }
    if !isPackedModel, Self.isPackedModel(target) { throw .partOfModel(path: path) }
  }

  /// Throws `InputError.insideModel` if the file is, or would be, in this folder or one of its subfolders.
  package func requireOutside(ofModel folder: String) throws(InputError) {
    guard case .file(let target) = kind, let entry = FolderEntry(path: folder),
      Self.folders(above: target).contains(entry.identity)
    else { return }
    throw .insideModel(path: path, folder: folder)
  }

  /// Checks in advance that a file can be created in the output's place. Leaves nothing behind.
  package func tryOut() throws(InputError) {
    guard case .file(let target) = kind else { return }
    _ = try TemporaryFile(beside: target, for: path)
  }

  /// Checks that no other process is writing a file that grows.
  package func requireUnlocked() throws(InputError) {
    guard case .file(let target) = kind else { return }
    let descriptor = uninterrupted { open(target, O_RDONLY | O_NONBLOCK | O_CLOEXEC) }
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    try lock(descriptor)
  }

  /// Locks the file, which must not be locked by another writer. Some file systems have no locks.
  func lock(_ descriptor: CInt) throws(InputError) {
    if uninterrupted({ flock(descriptor, LOCK_EX | LOCK_NB) }) != 0, errno == EWOULDBLOCK {
      throw .unwritable(path: path, reason: "is being written already; name another file")
    }
  }

  /// Writes everything at once: a regular file appears complete or stays as it was.
  package func write(_ bytes: [UInt8]) throws(InputError) {
    let file = try OutputFile(self, .replacing)
    try file.write(bytes)
    try file.finish()
  }

  // MARK: Paths

  /// Everything up to and including the last slash.
  static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  static func failure(_ path: String, _ code: CInt) -> InputError {
    code == EPIPE ? .closedPipe(path: path) : .unwritable(path: path, reason: systemError(code))
  }

  /// The descriptor that a path names by its number.
  private static func descriptor(_ path: String) -> CInt? {
    switch path {
    case "-", "/dev/stdout": return STDOUT_FILENO
    case "/dev/stderr": return STDERR_FILENO
    default:
      for folder in ["/dev/fd/", "/proc/self/fd/", "/proc/\(getpid())/fd/"] where path.hasPrefix(folder) {
        if let number = CInt(path.dropFirst(folder.count)), number >= 0 { return number }
      }
      return nil
    }
  }

  private static func link(at path: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = buffer.withUnsafeMutableBytes { bytes in
      bytes.baseAddress.map { readlink(path, $0.assumingMemoryBound(to: CChar.self), bytes.count) } ?? -1
    }
    return count > 0 ? String(validating: buffer[..<count], as: UTF8.self) : nil
  }

  /// Whether the file is a manifest, or is listed by the manifest in its folder.
  private static func isPartOfModel(_ target: String) -> Bool {
    let folder = folder(of: target)
    let manifest = folder + "manifest.json"
    let digest = folder + "manifest.sha256"
    guard FolderEntry(path: manifest)?.kind == .file, FolderEntry(path: digest)?.kind == .file else {
      return false
    }
    let name = String(target.dropFirst(folder.count))
    if ["manifest.json", "manifest.sha256"].contains(name) { return true }
    guard let bytes = try? ByteSource(path: manifest).contents(),
      let members = (try? StrictJSON.parse(bytes, duplicateKeys: .allowed))?.object,
      let files = members.first(where: { $0.key == "files" })?.value.object
    else { return false }
    return files.contains { $0.key.utf8.elementsEqual(name.utf8) }
  }

  /// Whether the header of a safetensors file says that it is a packed model.
  private static func isPackedModel(_ target: String) -> Bool {
    var head = [UInt8](repeating: 0, count: 4096)
    guard let file = try? FileBytes(path: target), file.isRegular,
      let count = try? head.withUnsafeMutableBytes({ bytes in try file.fill(bytes) })
    else { return false }
    return head[..<count].dropFirst(8).starts(with: "{\"__metadata__\":{".utf8)
      && String(decoding: head[..<count], as: UTF8.self).contains("\"format\":\"discern-packed-model\"")
  }

  /// The identities of the folder that contains `target` and of all folders above it.
  private static func folders(above target: String) -> [FolderEntry.Identity] {
    let folder = folder(of: target)
    guard let resolved = realpath(folder.isEmpty ? "." : folder, nil) else { return [] }
    defer { free(resolved) }
    var path = String(cString: resolved)
    var result: [FolderEntry.Identity] = []
    while let entry = FolderEntry(path: path.isEmpty ? "/" : path) {
      result.append(entry.identity)
      guard let slash = path.lastIndex(of: "/") else { break }
      path = String(path[..<slash])
    }
    return result
  }
}
