import DiscernIO

/// The folders of a tree by their decoded names.
struct FolderListing {
  private let decoder: NameDecoder
  private var paths: [[String]: RawPath]

  init(path: String, options: CorpusOptions) {
    decoder = options.nameDecoder(for: path)
    paths = [[]: RawPath(path)]
  }

  /// The names of the subfolders of the root, or of a folder that was listed before.
  mutating func children(of prefix: [String]) throws(CorpusError) -> [String] {
    guard let path = paths[prefix] else { return [] }
    do throws(InputError) {
      var names: [String] = []
      for name in try FolderEntry.names(in: path) {
        let child = path.appending(name)
        guard FolderEntry(child)?.kind == .folder else { continue }
        let text = try decoder.text(of: name)
        paths[prefix + [text]] = child
        names.append(text)
      }
      return names
    } catch {
      throw .input(error)
    }
  }
}
