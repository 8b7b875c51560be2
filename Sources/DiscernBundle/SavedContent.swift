/// The size and digest of a folder's content without its card, known once its manifest is encoded.
package struct SavedContent: Sendable {
  /// The total size of the files that the manifest lists.
  package let bytes: Int
  /// The SHA-256 of the manifest, which has the digests of all other files.
  package let sha256: String

  package init(bytes: Int, sha256: String) {
    self.bytes = bytes
    self.sha256 = sha256
  }

  /// The content of an existing folder or packed file, which is fully checked.
  package init(ofModel path: String) throws(BundleError) {
    let folder = try BundleFolder(path: path, format: .model)
    self.init(
      bytes: folder.manifest.files.values.reduce(0) { $0 + $1.bytes },
      sha256: FileDigest.of(bytes: try folder.manifestBytes()).sha256)
  }
}
