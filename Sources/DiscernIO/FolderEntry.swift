import Foundation

/// What stands at a path, links followed.
package struct FolderEntry {
  package enum Kind {
    case file, folder, other
  }

  package struct Identity: Equatable {
    let device: UInt64
    let inode: UInt64
  }

  package let kind: Kind
  package let identity: Identity

  /// Nil if there is nothing, or nothing that may be looked at; `errno` says why.
  package init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// What an open descriptor leads to; nil if it is not open.
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

  /// The names in a folder, in the order of their bytes.
  package static func names(in path: String) throws(InputError) -> [String] {
    guard let folder = opendir(path) else {
      throw .unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    defer { closedir(folder) }
    var names: [String] = []
    while true {
      // The end of a folder and a failure both give nil; only a failure sets the error number.
      errno = 0
      guard let entry = readdir(folder) else {
        let code = errno
        if code == 0 { break }
        throw .unreadable(path: path, reason: String(cString: strerror(code)))
      }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
        field.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: field.pointee)) {
          String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The names of the folders in a folder.
  package static func folders(in path: String) throws(InputError) -> [String] {
    try names(in: path).filter { FolderEntry(path: path + "/" + $0)?.kind == .folder }
  }
}
