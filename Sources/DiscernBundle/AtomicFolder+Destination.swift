import DiscernIO
import DiscernSystem

extension AtomicFolder {
  /// Checks all conditions for saving a folder of the format at `destination`: the path is free, or holds an
  /// empty folder or one of the same format; the temporary folder can be made and written to; enough bytes
  /// are free. Call it before long work.
  package static func check(
    destination: String, format: BundleFormat, expectedBytes: Int = 0
  ) throws(BundleError) -> [SaveNote] {
    let folder = try AtomicFolder(destination: destination, format: format)
    var probe = try FileWriter(path: folder.path(of: "probe"))
    try probe.write([UInt8](repeating: 0, count: 4096))
    _ = try probe.finish()
    if let free = folder.made.folder.freeBytes, free < expectedBytes {
      throw .noSpace(path: folder.destination, bytes: expectedBytes, free: free)
    }
    return folder.notes
  }

  /// Throws unless `bytes` are free at the destination of a folder.
  package static func requireSpace(_ bytes: Int, at destination: String) throws(BundleError) {
    let place = try DestinationPath(destination)
    var folder = try? OpenFolder(path: place.path)
    var path = place.parent
    while folder == nil {
      folder = try? OpenFolder(path: path)
      guard folder == nil, path != "/", path != "." else { break }
      path = DestinationPath.split(path).parent
    }
    guard let free = folder?.freeBytes, free < bytes else { return }
    throw .noSpace(path: place.path, bytes: bytes, free: free)
  }

  /// Whether an error code means that a folder cannot be exchanged or replaced, though its files may be.
  static func isInTheWay(_ code: Int32) -> Bool {
    OpenFolder.isUnsupported(code) || [EBUSY, EXDEV, EPERM, EACCES].contains(code)
  }

  /// The files of the model in a folder, including the manifest's two; none for an empty folder. Throws if
  /// the folder is something else.
  static func modelFiles(
    in folder: OpenFolder, format: BundleFormat
  ) throws(BundleError) -> Set<FileName> {
    // A new disk, which has this folder, counts as empty.
    let names = try folder.names().filter { !SaveFolder.isName($0) && $0 != FileName("lost+found") }
    if names.isEmpty { return [] }
    let name = FileName(BundleManifest.fileName)
    guard names.contains(name) else {
      throw .destinationIsNotAModel(path: folder.path, reason: "it holds files but no manifest.json")
    }
    let reader = try FileReader(name, in: folder)
    do throws(BundleError) {
      // A damaged model may be replaced, so digests are not checked.
      let bytes = try reader.contents(limit: BundleManifest.limit)
      let manifest = try BundleManifest(bytes: bytes, path: reader.path, format: format)
      return Set(manifest.files.keys.map { FileName($0) })
        .union([name, FileName(BundleManifest.digestFileName)])
    } catch {
      throw .destinationIsNotAModel(
        path: folder.path, reason: "its manifest is not that of a \(format.name) (\(error))")
    }
  }

  static func openParent(_ place: DestinationPath) throws(BundleError) -> OpenFolder {
    do throws(BundleError) {
      return try OpenFolder(path: place.parent)
    } catch .notFound(let path) {
      throw .cannotWrite(path: path, reason: systemError(ENOENT))
    } catch .notAFolder(let path) {
      throw .cannotWrite(path: path, reason: systemError(ENOTDIR))
    } catch {
      throw error
    }
  }

  /// The folder at the destination; nil if there is nothing.
  static func existing(
    _ place: DestinationPath, in parent: OpenFolder
  ) throws(BundleError) -> OpenFolder? {
    do throws(BundleError) {
      return try parent.folder(FileName(place.name))
    } catch .notFound {
      return nil
    } catch .notAFolder {
      throw .destinationIsAFile(path: place.path)
    } catch {
      throw error
    }
  }
}
