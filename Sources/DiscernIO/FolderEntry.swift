import DiscernSystem

/// The file or folder at a path, following links.
package struct FolderEntry {
  package enum Kind {
    case file, folder, other
  }

  package struct Identity: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64

    init(_ status: stat) {
      device = UInt64(truncatingIfNeeded: status.st_dev)
      inode = UInt64(truncatingIfNeeded: status.st_ino)
    }
  }

  package let kind: Kind
  package let identity: Identity

  /// Nil if there is nothing, or access is denied; `errno` says why.
  package init?(_ path: RawPath) {
    var status = stat()
    guard path.withCString({ stat($0, &status) }) == 0 else { return nil }
    self.init(status)
  }

  /// The file of an open descriptor; nil if it is not open.
  package init?(descriptor: CInt) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  private init(_ status: stat) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = .folder
    default: kind = .other
    }
    identity = Identity(status)
  }

  package init?(path: String) { self.init(RawPath(path)) }

  package static func isSymbolicLink(_ path: RawPath) -> Bool {
    var status = stat()
    return path.withCString { lstat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// The path without links and dots; nil if there is nothing.
  package static func resolved(_ path: RawPath) -> RawPath? {
    guard let found = path.withCString({ realpath($0, nil) }) else { return nil }
    defer { free(found) }
    return RawPath(bytes: bytes(found))
  }

  /// The names in a folder, in the order of their bytes. An incomplete list is an error.
  package static func names(in path: RawPath) throws(InputError) -> [RawPath] {
    guard let folder = path.withCString({ opendir($0) }) else {
      throw .unreadable(path: "\(path)", reason: systemError(errno))
    }
    defer { closedir(folder) }
    var names: [RawPath] = []
    while true {
      errno = 0
      guard let entry = readdir(folder) else {
        // Only this distinguishes the end from an error.
        if errno != 0 { throw .unreadable(path: "\(path)", reason: systemError(errno)) }
        return names.sorted()
      }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
        field.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: field.pointee)) {
          bytes($0)
        }
      }
      if name != [0x2E], name != [0x2E, 0x2E] { names.append(RawPath(bytes: name)) }
    }
  }

  private static func bytes(_ characters: UnsafePointer<CChar>) -> [UInt8] {
    UnsafeRawBufferPointer(start: characters, count: strlen(characters)).map { $0 }
  }
}
