import DiscernIO
import DiscernModels
import DiscernSystem
import DiscernTensor

/// A file outside of models' folders with the weights that no training moves, once for all models that name
/// it. A model has its path and its SHA-256.
public struct WeightReference: Sendable, Equatable {
  /// The path as it was given.
  public let path: String

  /// - Throws: `BundleError.destinationName` for a path that cannot be that of a file.
  package init(_ path: String) throws(BundleError) {
    self.path = path
    if let objection = Self.objection(path) { throw .destinationName(path: path, reason: objection) }
  }

  private static func objection(_ path: String) -> String? {
    if path.isEmpty || path.utf8.contains(0) { return "it is no path of a file" }
    if path == "-" { return "it is read again and again, which standard output cannot be" }
    if path.hasSuffix("/") { return "it names a folder; name a file, such as \(path)encoder.safetensors" }
    switch FolderEntry(path: path)?.kind {
    case .folder: return "it is a folder; name a file in it, such as \(path)/encoder.safetensors"
    case .other: return "it is no regular file"
    case .file, nil: return nil
    }
  }

  /// Throws where a file of that path cannot be made, or is there with other bytes; asked before long work.
  ///
  /// - Parameters:
  ///   - model: the transformer as it was pretrained.
  ///   - unfrozen: how many of its top layers training moves.
  package func check(_ model: TransformerModel, unfrozen: Int) throws(BundleError) {
    let fixed = model.fixedNames(unfrozen: unfrozen)
    var writer = SafetensorsWriter()
    for (name, shape, values) in model.weights.tensors where fixed.contains(name) {
      writer.add(name, shape: shape, .floats(UnsafeBufferPointer(start: values.pointer, count: values.count)))
    }
    if try isThere(writer.digest) { return }
    do throws(InputError) {
      let target = try OutputTarget(path: path)
      // It goes again with this value.
      _ = try OutputFile(target, .replacing)
    } catch {
      throw .reference(path: path, reason: "\(error)")
    }
  }

  /// Whether it is there; throws where something else is.
  private func isThere(_ digest: FileDigest) throws(BundleError) -> Bool {
    let reader: FileReader
    do throws(BundleError) { reader = try FileReader(path: path) } catch .notFound { return false }
    guard reader.size == digest.bytes, try reader.digest() == digest else {
      throw .reference(
        path: path,
        reason: "it holds other weights than the pretrained layers that this training leaves as they are, "
          + "and is not overwritten")
    }
    return true
  }

  /// How a model's folder names the file: as it was given where that begins with a slash, or else by the way
  /// from the folder, so that both can move together.
  ///
  /// - Parameter folder: the model's, which need not be there yet.
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

  /// The names of a path from the root on, with links followed as far as there is something.
  private static func parts(_ path: String) throws(BundleError) -> [String] {
    let place = try DestinationPath(following: path)
    var (above, below) = (place.parent, [place.name])
    while access(above, F_OK) != 0, errno == ENOENT, above != "/", above != "." {
      let (parent, name) = DestinationPath.split(above)
      (above, below) = (parent, [name] + below)
    }
    return try DestinationPath.realPath(above).split(separator: "/").map(String.init) + below
  }

  /// Puts a file of the folder in the making there, unless it is there already, and takes it out of the
  /// folder.
  ///
  /// - Parameters:
  ///   - source: the path of that file.
  ///   - digest: its own.
  func put(_ source: String, _ digest: FileDigest) throws(BundleError) {
    if try !isThere(digest) {
      let reader = try FileReader(path: source)
      do throws(InputError) {
        let file = try OutputFile(try OutputTarget(path: path), .replacing)
        try Self.copy(reader, to: file)
        try file.finish()
      } catch {
        throw .reference(path: path, reason: "\(error)")
      }
    }
    unlink(source)
  }

  private static func copy(_ reader: FileReader, to file: OutputFile) throws(InputError) {
    var offset = 0
    while offset < reader.size {
      var part = [UInt8](repeating: 0, count: min(1 << 20, reader.size - offset))
      do throws(BundleError) { try reader.fill(&part, at: offset) } catch {
        throw .unreadable(path: reader.path, reason: "\(error)")
      }
      try file.write(part)
      offset += part.count
    }
  }
}
