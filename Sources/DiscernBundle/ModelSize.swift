import DiscernIO
import DiscernSystem

/// How much room a model takes on its disk.
package enum ModelSize {
  /// Bytes of the files that a model's folder consists of, its manifest and card among them, or of the one
  /// file that it was packed into.
  package static func bytes(ofModel path: String) throws(BundleError) -> Int {
    if FolderEntry(path: path)?.kind == .file { return try FileReader(path: path).size }
    let files = try FolderFiles(path: path)
    var names = Set(try BundleManifest.listedFiles(in: files.folder).compactMap(\.text))
    names.formUnion([BundleManifest.fileName, BundleManifest.digestFileName, ModelCardFile.name])
    var bytes = 0
    for name in names {
      do throws(BundleError) {
        bytes += try files.open(name).size
      } catch .notFound {
        // A model without a card, or of a format without that digest.
        continue
      }
    }
    return bytes
  }
}
