import DiscernIO
import DiscernSystem

/// A file with text vectors, next to the states of the training that needs them, so that resumed training
/// does not compute them again. It is named by the digest of everything that the vectors depend on.
package struct VectorFile: Sendable {
  package let path: String
  private let key: String

  private static let (prefix, ending) = ("vectors-", ".safetensors")
  private static let tensor = "vectors"

  /// - Parameter key: SHA-256 of everything that the vectors depend on.
  package init(folder: String, key: String) {
    self.key = key
    path = BundleManifest.join(folder, Self.prefix + key.prefix(16) + Self.ending)
  }

  /// Whether a name is that of such a file.
  static func isName(_ name: FileName) -> Bool {
    guard let text = name.text, text.hasPrefix(prefix), text.hasSuffix(ending) else { return false }
    let digits = text.dropFirst(prefix.count).dropLast(ending.count)
    return digits.utf8.count == 16
      && digits.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  /// Removes all such files of a folder.
  package static func removeAll(in folder: String) {
    guard let folder = try? OpenFolder(path: folder) else { return }
    removeAll(in: folder)
  }

  /// - Returns: whether there were any.
  @discardableResult
  static func removeAll(in folder: OpenFolder) -> Bool {
    let own = ((try? folder.names()) ?? []).filter(isName)
    for name in own { _ = folder.removeFile(name) }
    return !own.isEmpty
  }

  /// The vectors of this many texts, row-major; nil if there is no such file.
  ///
  /// - Throws: `BundleError` for a file that is damaged, or has other vectors.
  package func read(texts: Int, size: Int) throws(BundleError) -> [Float]? {
    let file: SafetensorsFile
    do throws(BundleError) { file = try SafetensorsFile(path: path) } catch .notFound { return nil }
    func value(_ key: String) -> String? { file.header.metadata.first { $0.key == key }?.value }
    guard value("key") == key else {
      throw .wrongFormat(path: path, expected: key, got: value("key") ?? "a file without a key")
    }
    let values = try file.floats(Self.tensor, shape: [texts, size])
    let digest = FileDigest.of(values).sha256
    guard value("sha256") == digest else {
      throw .digestMismatch(path: path, expected: value("sha256") ?? "none", got: digest)
    }
    return values
  }

  /// Writes the file, completely or not at all.
  package func write(_ values: [Float], size: Int) throws(BundleError) {
    var writer = SafetensorsWriter()
    writer.add(Self.tensor, shape: [values.count / max(1, size), size], values)
    writer.addMetadata("key", key)
    writer.addMetadata("sha256", FileDigest.of(values).sha256)
    // An existing file was found to be unusable; it is removed, so that no link is followed and no pipe
    // blocks.
    unlink(path)
    try writer.write(to: path, .replacing)
  }
}
