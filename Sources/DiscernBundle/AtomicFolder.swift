import CDiscernFiles
import Foundation

/// A model folder in the making: written beside its destination under a temporary name, synced, and
/// put in place in one step by `commit`. When the value goes without `commit`, so does everything
/// that it made.
///
/// An existing model at the destination is exchanged for the new one in one step where the system can
/// (Linux `renameat2`, macOS `renamex_np`), so that a reader finds the old model or the new one, never a mixture
/// or nothing; elsewhere it is renamed aside for the moment. Files in it that are not the model's own are
/// moved into the new folder. Anything else at the destination is left alone and is an error.
package struct AtomicFolder: ~Copyable {
  /// Where files are to be written before `commit`.
  package let temporaryPath: String
  /// Where the folder will be, symbolic links resolved.
  package let destination: String
  private let format: BundleFormat
  private let exchanging: Bool
  private let createdParents: [String]
  private var isCommitted = false

  /// Makes the temporary folder, and the folders above the destination if need be. Throws when the
  /// destination must not be replaced and when the system refuses.
  ///
  /// `exchanging` false goes the way of systems that cannot exchange two paths.
  package init(
    destination: String, format: BundleFormat, exchanging: Bool = true
  ) throws(BundleError) {
    try Self.check(destination: destination, format: format)
    let resolved = Self.resolve(destination)
    let parent = Self.parent(of: resolved)
    let missing = Self.missingFolders(downTo: parent)
    let path: String
    do throws(BundleError) {
      path = try Self.makeTemporaryFolder(in: parent)
    } catch {
      for folder in missing { rmdir(folder) }
      throw error
    }
    temporaryPath = path
    createdParents = missing
    self.destination = resolved
    self.format = format
    self.exchanging = exchanging
  }

  deinit {
    // Nobody is left to hear of a failure here.
    if !isCommitted {
      try? FileManager.default.removeItem(atPath: temporaryPath)
      for folder in createdParents { rmdir(folder) }
    }
  }

  /// Whether a folder of that format may be put there: nothing is there, or an empty folder, or a folder
  /// of the same format. Programs that work for long call it before they begin.
  package static func check(destination: String, format: BundleFormat) throws(BundleError) {
    guard !destination.isEmpty else { throw .notFound(path: destination) }
    let path = resolve(destination)
    var status = stat()
    guard lstat(path, &status) == 0 else {
      guard errno == ENOENT else { throw .cannotWrite(path: path, reason: systemError(errno)) }
      return try checkWritable(parent(of: path))
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw .destinationIsAFile(path: path) }
    try checkWritable(parent(of: path))
    _ = try modelFiles(in: path, format: format)
  }

  /// The path of a file in the temporary folder.
  package func path(of name: String) -> String { BundleManifest.join(temporaryPath, name) }

  /// Writes `manifest.json`, which lists all files that are there by now with their sizes and SHA-256, and
  /// `manifest.sha256`. Throws when `content` holds NaN or infinity, and when a file's name is not plain.
  package func writeManifest<Content: Encodable>(_ content: Content) throws(BundleError) {
    var files: [String: FileDigest] = [:]
    for name in try Self.entries(of: temporaryPath) {
      guard BundleManifest.isPlainName(name) else {
        throw .unsafeFileName(path: temporaryPath, name: name)
      }
      files[name] = try FileDigest.of(path: path(of: name))
    }
    let path = path(of: BundleManifest.fileName)
    let bytes = try BundleManifest.encode(content, files: files, format: format, path: path)
    var manifest = try FileWriter(path: path)
    try manifest.write(bytes)
    _ = try manifest.finish()
    var digest = try FileWriter(path: self.path(of: BundleManifest.digestFileName))
    try digest.write(BundleManifest.digestLine(of: bytes))
    _ = try digest.finish()
  }

  /// Syncs everything and puts the folder in its place. `writeManifest` comes before.
  package consuming func commit() throws(BundleError) {
    let names = try Self.entries(of: temporaryPath)
    precondition(
      names.contains(BundleManifest.fileName), "a folder was committed without its manifest")
    for name in names { try Self.sync(path(of: name)) }
    try Self.sync(temporaryPath)

    var status = stat()
    if lstat(destination, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFDIR else { throw .destinationIsAFile(path: destination) }
      try replace(newNames: Set(names))
    } else {
      try Self.move(temporaryPath, destination)
      isCommitted = true
    }
    try Self.sync(Self.parent(of: destination))
  }

  /// Exchanges the new folder for the one at the destination, then clears the old one away.
  private mutating func replace(newNames: Set<String>) throws(BundleError) {
    let own = try Self.modelFiles(in: destination, format: format)
    let others = try Self.entries(of: destination).filter { !own.contains($0) }
    for name in others where newNames.contains(name) {
      throw .destinationHoldsOtherFile(path: BundleManifest.join(destination, name))
    }
    var old = temporaryPath
    let code = exchanging ? discern_exchange_paths(temporaryPath, destination) : ENOSYS
    if code == ENOSYS || code == EINVAL || code == ENOTSUP {
      old = temporaryPath + "-old"
      try Self.move(destination, old)
      do throws(BundleError) {
        try Self.move(temporaryPath, destination)
      } catch {
        try Self.move(old, destination)
        throw error
      }
    } else if code != 0 {
      throw .cannotWrite(path: destination, reason: systemError(code))
    }
    // From here on what stands at the temporary path is the old model.
    isCommitted = true
    for name in others {
      try Self.move(BundleManifest.join(old, name), BundleManifest.join(destination, name))
    }
    do {
      try FileManager.default.removeItem(atPath: old)
    } catch {
      throw .cannotWrite(path: old, reason: Self.reason(error))
    }
  }

  /// The files of the model in a folder, its manifest's two among them; none in an empty folder. Throws
  /// when the folder is something else.
  private static func modelFiles(
    in folder: String, format: BundleFormat
  ) throws(BundleError) -> Set<String> {
    let names = try entries(of: folder)
    if names.isEmpty { return [] }
    guard names.contains(BundleManifest.fileName) else {
      throw .destinationIsNotAModel(path: folder, reason: "it holds files but no manifest.json")
    }
    let path = BundleManifest.join(folder, BundleManifest.fileName)
    do throws(BundleError) {
      // A damaged model may be replaced, so no digest is looked at.
      let bytes = try FileReader(path: path).contents(limit: BundleManifest.limit)
      let manifest = try BundleManifest(bytes: bytes, path: path, format: format)
      return Set(manifest.files.keys).union([
        BundleManifest.fileName, BundleManifest.digestFileName,
      ])
    } catch {
      throw .destinationIsNotAModel(
        path: folder, reason: "its manifest is not that of a \(format.name) (\(error))")
    }
  }

  // MARK: The system's calls

  private static func checkWritable(_ folder: String) throws(BundleError) {
    let path = missingFolders(downTo: folder).last.map(parent(of:)) ?? folder
    guard access(path, W_OK | X_OK) == 0 else {
      throw .cannotWrite(path: path, reason: systemError(errno))
    }
  }

  /// The folders above a path that are not there yet, the deepest first.
  private static func missingFolders(downTo folder: String) -> [String] {
    var missing: [String] = []
    var path = folder
    while access(path, F_OK) != 0, path != "/" {
      missing.append(path)
      path = parent(of: path)
    }
    return missing
  }

  private static func entries(of folder: String) throws(BundleError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    } catch {
      throw .cannotRead(path: folder, reason: reason(error))
    }
  }

  private static func makeTemporaryFolder(in parent: String) throws(BundleError) -> String {
    do {
      try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    } catch {
      throw .cannotWrite(path: parent, reason: reason(error))
    }
    while true {
      let name = ".discern-" + hexadecimal((0..<8).map { _ in UInt8.random(in: 0...255) })
      let path = BundleManifest.join(parent, name)
      if mkdir(path, 0o777) == 0 { return path }
      let code = errno
      guard code == EEXIST else { throw .cannotWrite(path: path, reason: systemError(code)) }
    }
  }

  private static func move(_ source: String, _ target: String) throws(BundleError) {
    guard rename(source, target) == 0 else {
      throw .cannotWrite(path: target, reason: systemError(errno))
    }
  }

  private static func sync(_ path: String) throws(BundleError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: systemError(errno)) }
    defer { close(descriptor) }
    // Some file systems cannot sync folders and say so by EINVAL.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw .cannotWrite(path: path, reason: systemError(errno))
    }
  }

  /// The absolute path, symbolic links resolved as far as it exists.
  private static func resolve(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
  }

  private static func parent(of path: String) -> String {
    (path as NSString).deletingLastPathComponent
  }

  private static func reason(_ error: any Error) -> String {
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    if let underlying, underlying.domain == NSPOSIXErrorDomain {
      return systemError(Int32(truncatingIfNeeded: underlying.code))
    }
    return "\(error)"
  }
}
