import Foundation

/// A model folder all of whose files were found to be as they were written.
///
/// Files that the manifest doesn't list are not looked at.
package struct BundleFolder: Sendable {
  package let path: String
  package let manifest: BundleManifest

  /// Checks the manifest, then the size and the SHA-256 of every file that it lists; throws
  /// `BundleError` at the first that differs. Cost: reads every file once.
  package init(path: String, format: BundleFormat) throws(BundleError) {
    let manifest = try BundleManifest(folder: path, format: format)
    for (name, digest) in manifest.files.sorted(by: { $0.key < $1.key }) {
      let file = BundleManifest.join(path, name)
      do throws(BundleError) {
        try digest.check(FileReader(path: file))
      } catch .notFound(file) {
        throw .missingFile(path: file)
      }
    }
    self.path = path
    self.manifest = manifest
  }

  /// The path of a file that the manifest lists; throws when it lists none of that name.
  package func path(of name: String) throws(BundleError) -> String {
    guard manifest.files[name] != nil else {
      throw .malformedManifest(
        path: BundleManifest.join(path, BundleManifest.fileName), key: "files.\(name)",
        reason: "is missing")
    }
    return BundleManifest.join(path, name)
  }

  /// Opens a safetensors file that the manifest lists.
  package func tensors(_ name: String) throws(BundleError) -> SafetensorsFile {
    try SafetensorsFile(path: path(of: name))
  }
}
