import DiscernIO
import DiscernVocabulary
import Foundation

/// How one input will be read.
struct SourcePlan: Sendable {
  enum Kind: Sendable {
    /// `name` is what the format is guessed from.
    case file(name: String)
    case folder(FolderLayout, notes: [String])
    case archive(FolderLayout, notes: [String])
  }

  let path: String
  let kind: Kind

  var parts: [Corpus.Part] {
    switch kind {
    case .file: []
    case .folder(let layout, _), .archive(let layout, _): layout.parts
    }
  }

  init(path: String, options: CorpusOptions) throws(CorpusError) {
    self.path = path
    let entry = path == "-" ? nil : FolderEntry(path: path)
    if entry?.kind == .folder {
      guard options.format == .automatic || options.format == .folder else {
        throw .unsupported(path: path, format: options.format, reason: "it is a folder")
      }
      let layout = try FolderLayout.find { (prefix) throws(CorpusError) in
        try CorpusError.wrapping { () throws(InputError) in
          try FolderEntry.folders(in: Self.join(path, prefix))
        }
      }
      guard let layout else { throw try Self.noLabels(path) }
      kind = .folder(
        layout,
        notes: try Self.notes(layout) { (prefix) throws(CorpusError) in
          try CorpusError.wrapping { () throws(InputError) in
            try FolderEntry.folders(in: Self.join(path, prefix))
          }
        })
      return
    }
    let isArchive: Bool
    do throws(InputError) {
      isArchive = try ByteSource.isArchive(path: path)
    } catch {
      throw .input(error)
    }
    guard isArchive else {
      if options.format == .folder {
        throw .unsupported(
          path: path, format: .folder, reason: "it is neither a folder nor an archive of one")
      }
      kind = .file(name: path)
      return
    }
    let contents = try ArchiveStream.Contents(path: path)
    if contents.fileCount <= 1, options.format != .folder {
      kind = .file(name: contents.firstFiles.first ?? path)
      return
    }
    let layout = try FolderLayout.find { (prefix) throws(CorpusError) in contents.children(of: prefix) }
    if layout == nil, options.format == .folder {
      throw .notAFolderOfLabels(path: path, reason: "the archive holds no folder")
    }
    guard let layout, options.format == .automatic || options.format == .folder,
      !layout.parts.isEmpty || contents.children(of: layout.prefix).count > 1
        || !contents.firstFiles.contains(where: { FormatGuess.byName($0) != nil })
    else {
      let more = contents.fileCount > contents.firstFiles.count ? ["…"] : []
      throw .input(.severalFiles(path: path, members: contents.firstFiles + more))
    }
    kind = .archive(
      layout,
      notes: try Self.notes(layout) { (prefix) throws(CorpusError) in
        contents.children(of: prefix)
      })
  }

  /// The labels' folders that are read for `part`, in order.
  func labelFolders(_ layout: FolderLayout, part: Corpus.Part) throws(CorpusError) -> [(
    path: String, label: String
  )] {
    let root = Self.join(path, layout.prefix)
    let wanted = layout.parts.filter { part == .all || part == $0 }
    let tops = layout.parts.isEmpty ? [root] : wanted.map { root + "/" + $0.rawValue }
    var folders: [(path: String, label: String)] = []
    for top in tops {
      for name in try CorpusError.wrapping({ () throws(InputError) in try FolderEntry.folders(in: top) })
      where !FolderLayout.isHidden(name[...]) && name != FolderLayout.unlabelledFolder {
        folders.append((top + "/" + name, name))
      }
    }
    return folders
  }

  static func join(_ path: String, _ components: [String]) -> String {
    let base = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    return ([base] + components).joined(separator: "/")
  }

  private static func noLabels(_ path: String) throws(CorpusError) -> CorpusError {
    let names = try CorpusError.wrapping { () throws(InputError) in try FolderEntry.names(in: path) }.filter {
      !FolderLayout.isHidden($0[...])
    }
    let reason =
      names.isEmpty
      ? "the folder is empty"
      : "the folder has files (\(NearestName.list(Array(names.prefix(5))))) but no subfolders; "
        + "give the file itself if one of them is the corpus"
    return .notAFolderOfLabels(path: path, reason: reason)
  }

  /// Says which folders are left out, and why.
  private static func notes(
    _ layout: FolderLayout, children: ([String]) throws(CorpusError) -> [String]
  ) throws(CorpusError) -> [String] {
    var notes: [String] = []
    for part in layout.parts.isEmpty ? [[]] : layout.parts.map({ [$0.rawValue] }) {
      let folder = layout.prefix + part
      if try children(folder).contains(FolderLayout.unlabelledFolder) {
        let name = (folder + [FolderLayout.unlabelledFolder]).joined(separator: "/")
        notes.append("\(name): unlabelled texts, left out")
      }
    }
    if !layout.parts.isEmpty {
      for name in try children(layout.prefix)
      where !FolderLayout.isHidden(name[...])
        && Corpus.Part(rawValue: name).map(layout.parts.contains) != true
      {
        notes.append("\((layout.prefix + [name]).joined(separator: "/")): neither train nor test, left out")
      }
    }
    return notes
  }
}
