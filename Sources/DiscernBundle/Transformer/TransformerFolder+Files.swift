import DiscernIO

extension TransformerFolder {
  /// The start of a Git LFS pointer, which replaces a file that was not fetched.
  private static let pointerStart = Array("version https://git-lfs".utf8)

  /// Throws for a Git LFS pointer, even if it is truncated.
  private static func requireContent(_ path: String, _ bytes: [UInt8]) throws(TransformerFolderError) {
    let start = bytes.prefix(pointerStart.count)
    guard !start.isEmpty, pointerStart.starts(with: start) else { return }
    throw .unsupported(
      path: path, "it is a Git LFS pointer, not the file itself; fetch it (git lfs pull), or download it")
  }

  private static func requireContent(_ reader: FileReader) throws(TransformerFolderError) {
    var start = [UInt8](repeating: 0, count: min(reader.size, pointerStart.count))
    do throws(BundleError) { try reader.fill(&start, at: 0) } catch { throw .bundle(error) }
    try requireContent(reader.path, start)
  }

  static func weights(_ path: String) throws(TransformerFolderError) -> SafetensorsFile {
    let file = BundleManifest.join(path, "model.safetensors")
    if let reader = try? FileReader(path: file) { try requireContent(reader) }
    do throws(BundleError) {
      return try SafetensorsFile(path: file)
    } catch {
      guard case .notFound = error else { throw .bundle(error) }
      for (name, what) in [
        ("model.safetensors.index.json", "its weights are in several files"),
        ("pytorch_model.bin", "its weights are pickled, which can run code"),
      ] {
        guard let reader = try? FileReader(path: BundleManifest.join(path, name)) else { continue }
        try requireContent(reader)
        throw .unsupported(path: path, "\(what); save it again as one model.safetensors")
      }
      throw .bundle(error)
    }
  }

  /// Far above the size of any tokenizer's file.
  private static let largestJSON = 64 << 20

  /// The content of a JSON file.
  static func json(_ name: String, in folder: String) throws(TransformerFolderError) -> JSONValue {
    let path = BundleManifest.join(folder, name)
    let bytes = try bytes(path)
    do throws(JSONError) { return try StrictJSON.parse(bytes) } catch {
      throw .json(path: path, reason: "\(error)")
    }
  }

  /// The same; nil if there is no such file.
  static func jsonIfPresent(_ name: String, in folder: String) throws(TransformerFolderError) -> JSONValue? {
    do throws(TransformerFolderError) { return try json(name, in: folder) } catch {
      if case .bundle(.notFound) = error { return nil }
      throw error
    }
  }

  static func bytes(_ path: String) throws(TransformerFolderError) -> [UInt8] {
    var result: [UInt8]?
    do throws(BundleError) {
      let reader = try FileReader(path: path)
      if reader.size <= largestJSON {
        var bytes = [UInt8](repeating: 0, count: reader.size)
        try reader.fill(&bytes, at: 0)
        result = bytes
      }
    } catch {
      throw .bundle(error)
    }
    if let result {
      try requireContent(path, result)
      return result
    }
    throw .unsupported(path: path, "it has more than \(largestJSON) bytes")
  }
}
