import DiscernIO
import DiscernSystem

/// Puts a model's files into a folder that cannot itself be replaced, such as a mount point, one file after
/// another.
///
/// The new files are in a save's folder inside it (the stage). First, each old file is moved there, under the
/// name `.old.NAME`; then the new ones are moved out, `manifest.sha256` last. While the stage contains
/// `manifest.sha256`, the old model is valid: readers look there for `.old.NAME` first, and the next save
/// puts everything back. Afterwards, the stage contains only the old model and is removed.
struct InPlaceReplacement {
  let destination: OpenFolder
  let stage: SaveFolder

  private static let aside = ".old."
  private static let last = FileName(BundleManifest.digestFileName)

  /// The reason why files could not be put in place.
  struct Failure {
    let error: BundleError
    /// Whether the old model is complete again; otherwise the stage must stay.
    let isUndone: Bool
  }

  /// Moves all old files aside and all new ones in; nil on success. If a step fails, those before it are
  /// undone.
  func run(old: [FileName], new: [FileName]) -> Failure? {
    do throws(BundleError) {
      for name in old {
        let code = destination.move(name, to: stage.folder, Self.asideName(name), .replaces)
        // A damaged model may lack a file.
        guard code == 0 || code == ENOENT else { throw refusal(name, code) }
      }
      for name in new where name != Self.last { try moveIn(name) }
      try destination.sync()
      try stage.folder.sync()
      try moveIn(Self.last)
    } catch {
      if undo(new) { return Failure(error: error, isUndone: true) }
      let reason =
        "\(error); the files of the old model (named .old.*) and of the new one are in \(stage.folder.path)"
      return Failure(
        error: .cannotWrite(path: destination.path, reason: reason), isUndone: false)
    }
    // Failures from here on do not change which model is valid.
    try? destination.sync()
    return nil
  }

  /// Removes the stage after a replacement: the old files, and nothing else.
  func clear() -> Bool {
    guard let names = try? stage.folder.names() else { return false }
    for name in names where name.hasPrefix(Self.aside) { _ = stage.folder.removeFile(name) }
    return destination.removeFolder(stage.name)
  }

  private func moveIn(_ name: FileName) throws(BundleError) {
    let code = stage.folder.move(name, to: destination, name, .fails)
    guard code == 0 else { throw refusal(name, code) }
  }

  private func refusal(_ name: FileName, _ code: Int32) -> BundleError {
    .cannotWrite(path: destination.path(of: name), reason: systemError(code))
  }

  /// Restores everything; false if a part could not be restored.
  private func undo(_ new: [FileName]) -> Bool {
    do throws(BundleError) {
      for name in new.reversed() {
        guard try stage.folder.mark(of: name) == nil, try destination.mark(of: name) != nil else { continue }
        let code = destination.move(name, to: stage.folder, name, .fails)
        guard code == 0 else { return false }
      }
      for name in try stage.folder.names() where name.hasPrefix(Self.aside) {
        let plain = FileName(bytes: Array(name.bytes.dropFirst(Self.aside.utf8.count)))
        guard stage.folder.move(name, to: destination, plain, .fails) == 0 else { return false }
      }
      return true
    } catch {
      return false
    }
  }

  /// The name of an old file in the stage.
  static func asideName(_ name: FileName) -> FileName {
    FileName(bytes: Array(aside.utf8) + name.bytes)
  }

  // MARK: After a save was killed

  /// Restores one of the two models in a folder in which saves were killed, and removes their stages.
  static func recover(_ destination: OpenFolder) throws(BundleError) -> SaveFolder.Leftovers {
    var leftovers = SaveFolder.Leftovers()
    for stage in try SaveFolder.dead(in: destination) {
      let replacement = InPlaceReplacement(destination: destination, stage: stage)
      let names = try stage.folder.names()
      var isGone = false
      if names.contains(last) {
        let manifest = FileName(BundleManifest.fileName)
        let listed = try BundleManifest.listedFiles(
          in: names.contains(manifest) ? stage.folder : destination)
        let card = FileName(ModelCardFile.name)
        let others = names.contains(asideName(card)) ? [manifest, card] : [manifest]
        isGone = replacement.undo(listed + others) && stage.remove()
      } else {
        isGone = replacement.clear() || stage.remove()
      }
      if isGone { leftovers.removed += 1 } else { leftovers.kept.append(stage.folder.path) }
    }
    return leftovers
  }

  /// Whether a stage in a folder holds files of the valid model.
  static func holdsOldModel(_ stage: OpenFolder) throws(BundleError) -> Bool {
    try stage.mark(of: last) != nil
  }
}
