import DiscernIO
import DiscernSystem

/// The destination of a folder: its parent and its name there, with symbolic links resolved.
struct DestinationPath: Sendable, Equatable {
  /// The folder above; `.` for a plain name.
  let parent: String
  let name: String

  var path: String { parent == "." ? name : BundleManifest.join(parent, name) }

  /// The path of a folder to be written. Throws like `init(following:)`, and for names that a folder may not
  /// have.
  init(_ given: String) throws(BundleError) {
    if let objection = OutputName.objection(toFolder: given) {
      throw .destinationName(path: given, reason: objection)
    }
    try self.init(following: given)
  }

  /// Throws if the path is the root, or relative to a working directory that was deleted.
  init(following given: String) throws(BundleError) {
    var path = Self.withoutSlashes(given)
    if !path.hasPrefix("/"), !Self.hasWorkingDirectory {
      throw .cannotWrite(
        path: given,
        reason: "the working directory has been deleted; change to another one or give an absolute path")
    }
    var links = 0
    while let target = try Self.target(ofLink: path) {
      links += 1
      // As many as Linux follows.
      guard links <= 40 else { throw .cannotWrite(path: given, reason: systemError(ELOOP)) }
      path = target.hasPrefix("/") ? target : BundleManifest.join(Self.split(path).parent, target)
      path = Self.withoutSlashes(path)
    }
    if [".", ".."].contains(Self.split(path).name) { path = try Self.realPath(path) }
    guard path != "/" else {
      throw .destinationIsNotAModel(path: path, reason: "it is the root folder")
    }
    (parent, name) = Self.split(path)
  }

  /// Makes the missing folders above; returns those that it created, the deepest last.
  func makeParents() throws(BundleError) -> [String] {
    var missing: [String] = []
    var path = parent
    while access(path, F_OK) != 0, errno == ENOENT, path != "/", path != "." {
      missing.append(path)
      path = Self.split(path).parent
    }
    var made: [String] = []
    for folder in missing.reversed() {
      let code = attempt(.makeFolder) { mkdir(folder, 0o777) }
      if code == 0 {
        made.append(folder)
      } else if code != EEXIST {
        Self.removeFolders(made)
        throw .cannotWrite(path: folder, reason: systemError(code))
      }
    }
    return made
  }

  /// Makes the folder, unless it exists, and those above it; returns those made.
  func makeFolder() throws(BundleError) -> (isMade: Bool, parents: [String]) {
    var code: Int32 = 0
    // Another save may remove a parent folder that it had made.
    for _ in 0..<AtomicFolder.rounds {
      let parents = try makeParents()
      code = attempt(.makeFolder) { mkdir(path, 0o777) }
      if code == 0 || code == EEXIST { return (code == 0, parents) }
      Self.removeFolders(parents)
      guard code == ENOENT else { break }
    }
    throw .cannotWrite(path: path, reason: systemError(code))
  }

  /// Removes the folders that were made, if they are empty.
  static func removeFolders(_ made: [String]) { for folder in made.reversed() { rmdir(folder) } }

  /// Whether relative paths are valid.
  private static var hasWorkingDirectory: Bool {
    guard let path = getcwd(nil, 0) else { return errno != ENOENT }
    free(path)
    return true
  }

  static func split(_ path: String) -> (parent: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let parent = withoutSlashes(String(path[..<slash]))
    return (parent.isEmpty ? "/" : parent, String(path[path.index(after: slash)...]))
  }

  private static func withoutSlashes(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }

  private static func target(ofLink path: String) throws(BundleError) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &buffer, buffer.count)
    // Missing, or not a link.
    guard count >= 0 else { return nil }
    guard let target = String(validating: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    else {
      throw .cannotWrite(
        path: path, reason: "it is a link to a name that is not UTF-8; give that folder itself")
    }
    return target
  }

  static func realPath(_ path: String) throws(BundleError) -> String {
    guard let real = realpath(path, nil) else {
      throw .cannotWrite(path: path, reason: systemError(errno))
    }
    defer { free(real) }
    guard let text = String(validatingCString: real) else {
      throw .cannotWrite(path: path, reason: "a folder above it has a name that is not UTF-8")
    }
    return text
  }
}
