import DiscernIO
import DiscernSystem

/// The size of a model on disk.
package enum ModelSize {
  /// The number of bytes in all files of a model's folder, including manifest and card, or in the file that
  /// it was packed into.
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

  /// A file of a model that is not in its folder.
  package struct Reference: Encodable, Equatable {
    /// Its name in the model.
    package let name: String
    /// Its path as in the manifest: relative to the folder, unless it begins with a slash.
    package let path: String
    package let bytes: Int
  }

  /// The files that the manifest of a folder locates elsewhere and that the folder lacks.
  package static func references(ofModel path: String) throws(BundleError) -> [Reference] {
    if FolderEntry(path: path)?.kind == .file { return [] }
    let files = try FolderFiles(path: path)
    let manifest = try BundleManifest(in: files, format: .model)
    var references: [Reference] = []
    for (name, place) in manifest.references.sorted(by: { $0.key < $1.key }) {
      do throws(BundleError) {
        _ = try files.open(name)
      } catch .notFound {
        references.append(Reference(name: name, path: place, bytes: manifest.files[name]?.bytes ?? 0))
      }
    }
    return references
  }
}
