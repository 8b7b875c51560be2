import DiscernIO
import DiscernSystem
import DiscernVocabulary

/// How one input will be read.
struct SourcePlan: Sendable {
  enum Kind: Sendable {
    /// The format is guessed from `name`; `leftOut` is the content of an archive apart from its single file.
    case file(InputFile, name: String, leftOut: LeftOut)
    case folder(FolderLayout)
    case archive(InputFile, FolderLayout, linkTargets: Set<String>)
    case records([CorpusRecord])
  }

  let path: String
  let kind: Kind

  var parts: [Corpus.Part] {
    switch kind {
    case .file, .records: []
    case .folder(let layout), .archive(_, let layout, _): layout.parts.map(\.part)
    }
  }

  init(_ records: [CorpusRecord]) {
    path = RecordsStream.path
    kind = .records(records)
  }

  init(path: String, options: CorpusOptions) throws(CorpusError) {
    self.path = path
    if options.format == .records {
      throw .unsupported(path: path, format: .records, reason: "it is a path")
    }
    if path != "-", FolderEntry(path: path)?.kind == .folder {
      guard options.format == .automatic || options.format == .folder else {
        throw .unsupported(path: path, format: options.format, reason: "it is a folder")
      }
      var listing = FolderListing(path: path, options: options)
      let layout = try FolderLayout.find { (prefix) throws(CorpusError) in
        try listing.children(of: prefix)
      }
      guard let layout else { throw try Self.noLabels(path) }
      try Self.check(layout, path, try listing.children(of: layout.prefix), options)
      kind = .folder(layout)
      return
    }
    let file = try CorpusError.wrapping { () throws(InputError) in
      try InputFile(
        path: path, keeps: !options.readsOnce, unpacks: !options.takesLines(of: path),
        limit: options.unpackLimit)
    }
    guard file.isArchive else {
      if options.format == .folder {
        throw .unsupported(
          path: path, format: .folder, reason: "it is neither a folder nor an archive of one")
      }
      kind = .file(file, name: path, leftOut: LeftOut())
      return
    }
    kind = try Self.archive(file, options)
  }

  private static func archive(_ file: InputFile, _ options: CorpusOptions) throws(CorpusError) -> Kind {
    let path = file.path
    let contents = try ArchiveContents(file, options: options)
    if contents.fileCount <= 1, options.format != .folder {
      return .file(file, name: contents.firstFiles.first ?? path, leftOut: contents.leftOut)
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
    try check(layout, path, contents.children(of: layout.prefix), options)
    return .archive(file, layout, linkTargets: contents.linkTargets)
  }

  /// Throws if all labels are the names of parts: parts without label folders are not labels themselves.
  private static func check(
    _ layout: FolderLayout, _ path: String, _ names: [String], _ options: CorpusOptions
  ) throws(CorpusError) {
    let labels = names.filter { !FolderLayout.isHidden($0) && !FolderLayout.isUnlabelled($0) }
    guard options.needsLabels, layout.parts.isEmpty, !labels.isEmpty,
      PartName.parts(among: labels).count == labels.count
    else { return }
    throw .notAFolderOfLabels(
      path: path,
      reason: "\(NearestName.list(labels)) look like parts of the data, but have no label folders")
  }

  private static func noLabels(_ path: String) throws(CorpusError) -> CorpusError {
    let names = try CorpusError.wrapping { () throws(InputError) in
      try FolderEntry.names(in: RawPath(path))
    }.map(\.description).filter { !FolderLayout.isHidden($0) }
    let reason =
      names.isEmpty
      ? "the folder is empty"
      : "the folder has files (\(NearestName.list(Array(names.prefix(5))))) but no subfolders; "
        + "give the file itself if one of them is the corpus"
    return .notAFolderOfLabels(path: path, reason: reason)
  }
}
