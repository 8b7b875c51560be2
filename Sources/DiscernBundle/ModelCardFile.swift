import DiscernIO

/// The file of a model's card, `README.md`, in addition to the files that the manifest lists.
///
/// Users edit it, so it is not part of the model's content: the manifest does not list it, no answer depends
/// on it, and a model without one is complete. Discern's parts are between marked lines, which distinguish a
/// card, which a save may replace by the new model's, from another file of the user.
package enum ModelCardFile {
  package static let name = "README.md"
  /// Far above any card.
  static let limit = 1 << 20

  /// The lines around the parts that Discern rewrites.
  package struct Marks: Sendable {
    package let begin: String
    package let end: String

    package static let frontMatter = Marks(
      begin: "# discern: written anew from here", end: "# discern: to here")
    package static let body = Marks(
      begin: "<!-- discern: written anew from here -->", end: "<!-- discern: to here -->")
  }

  /// Whether a part of the file was written by Discern.
  package static func isCard(_ bytes: [UInt8]) -> Bool {
    bytes.split(separator: 0x0A).contains { line in
      [Marks.frontMatter, .body].contains { line.elementsEqual($0.begin.utf8) }
        || line.last == 0x0D
          && [Marks.frontMatter, .body].contains { line.dropLast().elementsEqual($0.begin.utf8) }
    }
  }

  /// Whether a folder's card was written by Discern; false if it cannot be read.
  static func isCard(in folder: OpenFolder) -> Bool {
    guard let bytes = try? FileReader(FileName(name), in: folder).contents(limit: limit) else { return false }
    return isCard(bytes)
  }

  /// The bytes of a file with which to begin a card.
  package static func read(_ path: String) throws(BundleError) -> [UInt8] {
    try FileReader(path: path).contents(limit: limit)
  }

  /// The bytes of the card in a model's folder, or in the file that it was packed into; nil if there is none.
  package static func contents(ofModel path: String) throws(BundleError) -> [UInt8]? {
    if FolderEntry(path: path)?.kind == .file { return try PackedModel(path: path).card }
    do throws(BundleError) {
      return try FolderFiles(path: path).open(name).contents(limit: limit)
    } catch .notFound {
      return nil
    } catch {
      throw error
    }
  }
}
