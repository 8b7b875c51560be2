import DiscernIO
import DiscernSystem

/// An unfinished model folder: written under a temporary name, synced, and put in place by `commit`. If the
/// value is destroyed without `commit`, everything that it made is removed.
///
/// It is written next to its destination. An existing model there is exchanged for the new one in one step
/// (Linux `renameat2`, macOS `renameatx_np`), so that a reader finds the old model or the new one, never a
/// mixture or nothing. Files in it that are not the model's own are then moved into the new folder, and the
/// old model's own are removed. Where two folders cannot be exchanged (mount points, overlays, file systems
/// without that call), the files are put into the existing folder one by one: `InPlaceReplacement`. Anything
/// else at the destination is not touched and is an error.
package struct AtomicFolder: ~Copyable {
  /// The folder's final place, with symbolic links resolved.
  package let destination: String
  /// Events so far that users should know about.
  package private(set) var notes: [SaveNote]
  private let place: DestinationPath
  private let parent: OpenFolder
  let made: SaveFolder
  private let isInside: Bool
  private let format: BundleFormat
  private let exchanging: Bool
  private let createdParents: [String]
  private var keepsMade = false

  /// The maximum number of attempts if other processes change the destination at the same time.
  static let rounds = 100

  /// Removes the unfinished folders of all saves, then ends the process.
  ///
  /// - Parameter end: whether a folder was put in place before.
  package static func removeUnfinished(andThen end: (_ hasPlaced: Bool) -> Never) -> Never {
    SaveFolder.removeUnfinished(andThen: end)
  }

  /// The folder for files before `commit`.
  package var temporaryPath: String { made.folder.path }

  /// Makes the temporary folder, and the folders above the destination if necessary, and removes the remains
  /// of killed saves there. Throws if the destination must not be replaced, or the system refuses.
  ///
  /// With `exchanging` false, it works as on systems that cannot exchange two folders.
  package init(
    destination: String, format: BundleFormat, exchanging: Bool = true
  ) throws(BundleError) {
    let place = try DestinationPath(destination)
    let opened = try Self.open(place, format: format)
    made = opened.made
    isInside = opened.isInside
    parent = opened.parent
    notes = opened.notes
    createdParents = opened.createdParents
    made.note(parents: createdParents)
    self.place = place
    self.destination = place.path
    self.format = format
    self.exchanging = exchanging
  }

  deinit {
    made.release()
    // A failure here cannot be reported; the next save removes the remains.
    if !keepsMade {
      _ = made.remove()
      DestinationPath.removeFolders(createdParents)
    }
  }

  /// The path of a file in the temporary folder.
  package func path(of name: String) -> String { BundleManifest.join(temporaryPath, name) }

  /// Writes `manifest.json`, which lists all files present with their sizes and SHA-256, and
  /// `manifest.sha256`. Throws if `content` contains NaN or infinity, or a file's name is not plain.
  ///
  /// - Parameters:
  ///   - references: files that are not in the folder, with their paths relative to it.
  ///   - beforehand: writes files that the manifest does not list. If the process is killed before there is a
  ///     manifest, the next save regards all files as remains and removes them.
  @discardableResult
  package func writeManifest<Content: Encodable>(
    _ content: Content, requires: [BundleManifest.Requirement] = [],
    references: [String: (path: String, digest: FileDigest)] = [:],
    beforehand: (SavedContent) throws(BundleError) -> Void = { _ in }
  ) throws(BundleError) -> SavedContent {
    var files = references.mapValues(\.digest)
    for name in try made.folder.names() {
      guard let text = name.text, BundleManifest.isPlainName(text) else {
        throw .unsafeFileName(path: temporaryPath, name: "\(name)")
      }
      files[text] = try FileReader(name, in: made.folder).digest()
    }
    let path = path(of: BundleManifest.fileName)
    let bytes = try BundleManifest.encode(
      content, requires: requires, references: references.mapValues(\.path), files: files, format: format,
      path: path)
    let saved = SavedContent(
      bytes: files.values.reduce(0) { $0 + $1.bytes }, sha256: FileDigest.of(bytes: bytes).sha256)
    try beforehand(saved)
    try FileWriter.write(bytes, to: path)
    // Last, since it marks the folder as complete.
    try FileWriter.write(
      BundleManifest.digestLine(of: bytes), to: self.path(of: BundleManifest.digestFileName))
    return saved
  }

  /// Syncs everything and puts the folder in its place, after `writeManifest`. Returns notes for the user.
  ///
  /// - Parameter expected: the content when the work began; if another model is there by now, a note reports
  ///   it.
  package consuming func commit(
    expecting expected: ModelDestination.Found? = nil
  ) throws(BundleError) -> [SaveNote] {
    let names = try made.folder.names()
    // Another program may have removed files, or this process is ending.
    guard names.contains(FileName(BundleManifest.fileName)) else {
      throw .cannotWrite(path: destination, reason: "files were removed while they were being written")
    }
    for name in names { try made.folder.sync(name) }
    try made.folder.sync()
    // Other processes that create and remove folders there may cause another round, but not forever.
    for _ in 0..<Self.rounds {
      let isPlaced = try SaveFolder.placing { () throws(BundleError) in
        try isInside ? replace(names, expected) : put(names, expected)
      }
      if isPlaced { return notes }
    }
    throw .cannotWrite(path: destination, reason: "other programs keep changing it")
  }

  /// One attempt to put the folder at a destination that is free, an empty folder or a model; false if that
  /// changed meanwhile.
  private mutating func put(
    _ names: [FileName], _ expected: ModelDestination.Found?
  ) throws(BundleError) -> Bool {
    let name = FileName(place.name)
    var code = made.parent.move(made.name, to: parent, name, .fails)
    if code == EEXIST || code == ENOTEMPTY {
      let existing = try Self.existing(place, in: parent)
      guard let existing, try existing.names().isEmpty else { return try replace(names, expected) }
      // An empty folder is replaced, but only while it is empty.
      code = made.parent.move(made.name, to: parent, name, .replaces)
      if code == ENOTEMPTY || code == EEXIST { return false }
      if Self.isInTheWay(code) { return try replace(names, expected) }
    }
    guard code == 0 else { throw .cannotWrite(path: destination, reason: systemError(code)) }
    keepsMade = true
    made.release()
    try? parent.sync()
    return true
  }

  /// One attempt to replace the existing content.
  private mutating func replace(
    _ names: [FileName], _ expected: ModelDestination.Found?
  ) throws(BundleError) -> Bool {
    let name = FileName(place.name)
    guard let old = try Self.existing(place, in: parent) else {
      guard isInside else { return false }
      throw .cannotWrite(path: destination, reason: "the folder has been removed in the meantime")
    }
    // Concurrent saves replace a model one after another.
    old.lockPatiently()
    guard let mark = try parent.mark(of: name), mark.isSame(as: old.mark) else { return false }
    var own = try Self.modelFiles(in: old, format: format)
    let card = FileName(ModelCardFile.name)
    if names.contains(card), ModelCardFile.isCard(in: old) { own.insert(card) }
    let others = try old.names().filter { !own.contains($0) }
    if let taken = others.first(where: names.contains) {
      throw .destinationHoldsOtherFile(path: old.path(of: taken))
    }
    let found = try ModelDestination.Found(in: old)
    takePermissions(of: old, names)
    let code = isInside || !exchanging ? ENOSYS : made.parent.move(made.name, to: parent, name, .exchanges)
    if code == ENOENT { return false }
    if code == 0 {
      keepsMade = true
      made.release()
      try? parent.sync()
      clearOld(own)
    } else if Self.isInTheWay(code) {
      try replaceInPlace(old, own, names)
    } else {
      throw .cannotWrite(path: destination, reason: systemError(code))
    }
    if let expected, found.manifest != nil, found != expected {
      notes.append(.replacedNewerModel(path: destination))
    }
    return true
  }

  /// After the exchange, the temporary name is that of the old model: the user's files are moved to the new
  /// one, the rest is removed. A failure leaves a file there, and is reported.
  private mutating func clearOld(_ own: Set<FileName>) {
    let old: OpenFolder
    do throws(BundleError) {
      old = try parent.folder(made.name)
      for name in try old.names() where !own.contains(name) {
        _ = old.move(name, to: made.folder, name, .fails)
      }
    } catch {
      notes.append(.oldModelIsLeft(path: made.folder.path))
      return
    }
    // The manifest last: while it exists, it lists the model's files.
    let manifest = FileName(BundleManifest.fileName)
    for name in own.sorted() where name != manifest { _ = old.removeFile(name) }
    let isEmpty = (try? old.names().allSatisfy { $0 == manifest }) ?? false
    guard isEmpty, old.removeFile(manifest), parent.removeFolder(made.name) else {
      notes.append(.oldModelIsLeft(path: made.folder.path))
      return
    }
  }

  private mutating func replaceInPlace(
    _ old: OpenFolder, _ own: Set<FileName>, _ names: [FileName]
  ) throws(BundleError) {
    let stage = isInside ? made : try SaveFolder(in: old)
    // It will hold the old model's files.
    stage.release()
    if !isInside {
      do throws(BundleError) { try FolderCopy.move(names, from: made.folder, to: stage.folder) } catch {
        _ = stage.remove()
        throw error
      }
    }
    let replacement = InPlaceReplacement(destination: old, stage: stage)
    if let failure = replacement.run(old: own.sorted(), new: names) {
      if !failure.isUndone {
        keepsMade = true
      } else if !isInside {
        _ = stage.remove()
      }
      throw failure.error
    }
    if isInside { keepsMade = true }
    if !replacement.clear() { notes.append(.oldModelIsLeft(path: stage.folder.path)) }
  }

  /// Gives the new folder and files the permissions of the old ones.
  private func takePermissions(of old: OpenFolder, _ names: [FileName]) {
    if !isInside { fchmod(made.folder.descriptor, old.mark.permissions) }
    for name in names {
      guard let mark = try? old.mark(of: name), mark.isRegularFile else { continue }
      _ = name.withPointer { fchmodat(made.folder.descriptor, $0, mark.permissions, 0) }
    }
  }
}
