import DiscernIO
import DiscernModels
import DiscernSystem
import DiscernTensor

/// A file outside models' folders with weights that are never trained, shared by all models that refer to it.
/// A model's manifest has its path and its SHA-256.
public struct WeightReference: Sendable, Equatable {
  /// The path as given.
  public let path: String

  /// - Throws: `BundleError.destinationName` for a path that cannot be a file's.
  package init(_ path: String) throws(BundleError) {
    self.path = path
    if let objection = Self.objection(path) { throw .destinationName(path: path, reason: objection) }
  }

  private static func objection(_ path: String) -> String? {
    if path.isEmpty || path.utf8.contains(0) { return "it is not the path of a file" }
    if path == "-" { return "it is read again and again, which standard output cannot be" }
    if path.hasSuffix("/") { return "it names a folder; name a file, such as \(path)encoder.safetensors" }
    switch FolderEntry(path: path)?.kind {
    case .folder: return "it is a folder; name a file in it, such as \(path)/encoder.safetensors"
    case .other: return "it is not a regular file"
    case .file, nil: return nil
    }
  }

  /// Throws if a file cannot be made at that path, or exists with other bytes; called before long work.
  ///
  /// - Parameters:
  ///   - model: the transformer as pretrained.
  ///   - unfrozen: the number of its top layers that are trained.
  package func check(_ model: TransformerModel, unfrozen: Int) throws(BundleError) {
    let fixed = model.fixedNames(unfrozen: unfrozen)
    var writer = SafetensorsWriter()
    for (name, shape, values) in model.weights.tensors where fixed.contains(name) {
      writer.add(name, shape: shape, .floats(UnsafeBufferPointer(start: values.pointer, count: values.count)))
    }
    try check(writer)
  }

  func check(_ weights: SafetensorsWriter) throws(BundleError) {
    let digest = weights.digest
    if try isThere(digest) { return }
    do throws(InputError) { try OutputTarget(path: path).tryOut() } catch {
      throw .reference(path: path, reason: "\(error)")
    }
    try AtomicFolder.requireSpace(digest.bytes, at: path)
  }

  /// Whether the file exists; throws if something else is there.
  private func isThere(_ digest: FileDigest) throws(BundleError) -> Bool {
    let reader: FileReader
    do throws(BundleError) { reader = try FileReader(path: path) } catch .notFound { return false }
    guard reader.size == digest.bytes, try reader.digest() == digest else {
      throw .reference(
        path: path,
        reason: "it is not the file of this model's unchanged layers, and is not "
          + "overwritten; name another one")
    }
    return true
  }

  /// The file's path in a model's manifest: the given path if it begins with a slash, or else the path
  /// relative to the folder, so that both can move together.
  ///
  /// - Parameter folder: the model's folder, which need not exist yet.
  func path(from folder: String) throws(BundleError) -> String {
    let (own, target) = (try Self.parts(folder), try Self.parts(path))
    var common = 0
    while common < min(own.count, target.count - 1), own[common] == target[common] { common += 1 }
    guard common < own.count else {
      throw .destinationName(path: path, reason: "it lies in the model's own folder; name another place")
    }
    if path.hasPrefix("/") { return path }
    let up = [String](repeating: "..", count: own.count - common)
    return (up + target[common...]).joined(separator: "/")
  }

  /// The components of a path from the root on, with links followed as far as the path exists.
  private static func parts(_ path: String) throws(BundleError) -> [String] {
    let place = try DestinationPath(following: path)
    var (above, below) = (place.parent, [place.name])
    while access(above, F_OK) != 0, errno == ENOENT, above != "/", above != "." {
      let (parent, name) = DestinationPath.split(above)
      (above, below) = (parent, [name] + below)
    }
    return try DestinationPath.realPath(above).split(separator: "/").map(String.init) + below
  }

  /// Writes the file, unless it exists already.
  ///
  /// - Returns: its digest.
  func put(_ weights: SafetensorsWriter) throws(BundleError) -> FileDigest {
    let digest = weights.digest
    if try isThere(digest) { return digest }
    do throws(BundleError) {
      try weights.write(to: path, .adding)
    } catch {
      // Another training may have made the file meanwhile.
      if try isThere(digest) { return digest }
      throw .reference(path: path, reason: "\(error)")
    }
    return digest
  }
}
