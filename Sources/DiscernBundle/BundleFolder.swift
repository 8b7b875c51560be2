import DiscernIO
import DiscernSystem

/// A model folder whose files have all been verified, or the one file that it was packed into.
///
/// The folder is opened once, and its files relative to it before the first is read, so that they belong
/// together even if something is renamed meanwhile. Files that the manifest does not list are ignored.
package struct BundleFolder: Sendable {
  package let path: String
  package let manifest: BundleManifest
  private let source: Source

  private enum Source: Sendable {
    case folder(FolderFiles, [String: FileReader])
    case packed(PackedModel)
  }

  /// The number of files held open, far below what systems allow; further ones are opened and checked again
  /// when they are read.
  private static let openLimit = 64

  /// Checks the manifest, then the size and the SHA-256 of every file that it lists; throws
  /// `BundleError` at the first that differs. Cost: reads every file once.
  ///
  /// - Parameter checksAll: whether files that are not read are checked too, as for a model, which is
  ///   one unit. Files that are read are always checked.
  package init(path: String, format: BundleFormat, checksAll: Bool = true) throws(BundleError) {
    let kind = FolderEntry(path: path)?.kind
    if kind == .other { throw .notAFile(path: path) }
    if format == .model, kind == .file {
      guard PackedModel.isOne(path) else { throw .notAClassifier(path: path) }
      let packed = try PackedModel(path: path, format: format)
      manifest = packed.manifest
      source = .packed(packed)
      self.path = path
      return
    }
    let folder = try FolderFiles(path: path)
    manifest = try BundleManifest(in: folder, format: format)
    self.path = path
    let listed = checksAll ? manifest.files.sorted { $0.key < $1.key } : []
    var files: [String: FileReader] = [:]
    for (name, _) in listed.prefix(Self.openLimit) { files[name] = try Self.open(name, manifest, in: folder) }
    for (name, digest) in listed {
      let file = if let file = files[name] { file } else { try Self.open(name, manifest, in: folder) }
      try digest.check(file)
    }
    source = .folder(folder, files)
  }

  /// The manifest as on disk.
  func manifestBytes() throws(BundleError) -> [UInt8] {
    switch source {
    case .packed(let packed): try packed.manifestBytes()
    case .folder(let folder, _):
      try folder.open(BundleManifest.fileName).contents(limit: BundleManifest.limit)
    }
  }

  /// Reads a folder with `body`, again if it was replaced meanwhile: `body` may run several times. The result
  /// is that of the old model or of the new one, never of a mixture.
  ///
  /// - Parameters:
  ///   - checksAll: as for `init`.
  ///   - wrap: wraps an error for content that cannot be read.
  package static func reading<Value, Failure: Error>(
    _ path: String, format: BundleFormat, checksAll: Bool = true, wrap: (BundleError) -> Failure,
    _ body: (BundleFolder) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    var round = 0
    while true {
      let before = FileMark(path: path)
      var isIncomplete = false
      do throws(Failure) {
        let folder: BundleFolder
        do throws(BundleError) {
          folder = try BundleFolder(path: path, format: format, checksAll: checksAll)
        } catch {
          switch error {
          case .missingFile, .noManifest: isIncomplete = true
          default: break
          }
          throw wrap(error)
        }
        let value = try body(folder)
        do throws(BundleError) { try folder.checkUnchanged() } catch { throw wrap(error) }
        return value
      } catch {
        round += 1
        let after = FileMark(path: path)
        let isReplaced = after != before || after?.touched != before?.touched
        // A folder may have its predecessor's inode and times, so a missing file is looked for again.
        guard round < (isReplaced ? 100 : isIncomplete ? 3 : 0) else { throw error }
        usleep(UInt32(min(round, 10)) * 1000)
      }
    }
  }

  /// The bytes of a file that the manifest lists; throws if it lists no such file.
  package func contents(_ name: String) throws(BundleError) -> [UInt8] {
    switch source {
    case .packed(let packed): try packed.contents(name)
    case .folder(let folder, let files): try file(name, folder, files).contents(limit: .max)
    }
  }

  /// Opens a safetensors file that the manifest lists.
  package func tensors(_ name: String) throws(BundleError) -> SafetensorsFile {
    switch source {
    case .packed(let packed): try packed.tensors(name)
    case .folder(let folder, let files): try SafetensorsFile(file(name, folder, files))
    }
  }

  private func file(
    _ name: String, _ folder: FolderFiles, _ files: [String: FileReader]
  ) throws(BundleError) -> FileReader {
    guard let digest = manifest.files[name] else {
      throw .malformedManifest(
        path: BundleManifest.join(path, BundleManifest.fileName), key: "files.\(name)",
        reason: "is missing")
    }
    if let file = files[name] { return file }
    let file = try Self.open(name, manifest, in: folder)
    try digest.check(file)
    return file
  }

  /// A file in the folder or, if missing there, at the path in the manifest's references.
  private static func open(
    _ name: String, _ manifest: BundleManifest, in folder: FolderFiles
  ) throws(BundleError) -> FileReader {
    do throws(BundleError) {
      return try folder.open(name)
    } catch .notFound(let path) {
      guard let reference = manifest.references[name] else { throw .missingFile(path: path) }
      let place = reference.hasPrefix("/") ? reference : BundleManifest.join(folder.path, reference)
      do throws(BundleError) { return try FileReader(path: place) } catch .notFound {
        throw .missingReference(path: place, model: folder.path, name: name)
      }
    } catch {
      throw error
    }
  }

  /// Throws if a file was written to since it was opened.
  private func checkUnchanged() throws(BundleError) {
    switch source {
    case .packed(let packed):
      if try packed.isChanged() { throw .changedWhileRead(path: path) }
    case .folder(_, let files):
      for file in files.values where try file.isChanged() { throw .changedWhileRead(path: file.path) }
    }
  }
}
