import DiscernIO

/// The content of an archive, from one pass over its headers. Memory: for its folders and links, not its
/// files.
struct ArchiveContents {
  /// The names of the subfolders of each folder that has any.
  private var tree: [[String]: Set<String>] = [:]
  private(set) var fileCount = 0
  /// The first few files.
  private(set) var firstFiles: [String] = []
  /// The targets of hard links.
  private(set) var linkTargets: Set<String> = []
  /// The members that are not files, for an archive of a single file.
  private(set) var leftOut = LeftOut()

  init(_ file: InputFile, options: CorpusOptions) throws(CorpusError) {
    let decoder = options.nameDecoder(for: file.path)
    do throws(InputError) {
      let archive = try ArchiveReader(file)
      while let entry = try archive.next() {
        if entry.kind == .folder { continue }
        let name = MemberName(try decoder.text(of: entry))
        switch entry.kind {
        case .hardLink(let target): linkTargets.insert(MemberName(try decoder.text(of: target)).key)
        case .file, .folder: break
        case .symbolicLink: leftOut.add(.symbolicLink, name.shown)
        case .device: leftOut.add(.device, name.shown)
        case .other: leftOut.add(.other, name.shown)
        }
        if name.leadsOut {
          leftOut.add(.badName, name.shown)
          continue
        }
        if name.components.contains(where: FolderLayout.isHidden) {
          leftOut.add(.hidden, name.shown)
          continue
        }
        if case .hardLink = entry.kind {} else if !entry.isFile { continue }
        fileCount += 1
        if firstFiles.count < 5 { firstFiles.append(name.shown) }
        add(name.components.dropLast().map(String.init))
      }
    } catch {
      throw .input(error)
    }
  }

  private mutating func add(_ folder: [String]) {
    var folder = folder
    while let name = folder.popLast() {
      if !tree[folder, default: []].insert(name).inserted { return }
    }
  }

  func children(of prefix: [String]) -> [String] {
    (tree[prefix] ?? []).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
