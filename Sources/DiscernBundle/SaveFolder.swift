import DiscernSystem
import Synchronization

/// An unfinished folder, named `.discern-` and sixteen hexadecimal digits, locked while its process lives, so
/// that later saves can recognise the remains of killed ones.
struct SaveFolder: Sendable {
  let parent: OpenFolder
  let name: FileName
  let folder: OpenFolder

  static let prefix = ".discern-"

  /// Those that hold nothing but unfinished files of this process, with the folders made above them.
  private static let unfinished = Mutex<[FileName: (made: SaveFolder, parents: [String])]>([:])
  /// What the saves of this process are doing.
  private struct Activity {
    /// How many are making a folder, or putting one in place, whose files may be a model's, or the user's.
    var busy = 0
    var isEnding = false
    var hasPlaced = false
  }
  private static let activity = Mutex(Activity())

  /// Runs what must not be cut off. Where the process is ending, it waits for the end.
  private static func uncut<Value>(_ body: () throws(BundleError) -> Value) throws(BundleError) -> Value {
    while !activity.withLock({ activity in
      // One that began before may need another.
      if activity.isEnding, activity.busy == 0 { return false }
      activity.busy += 1
      return true
    }) { usleep(1000) }
    defer { activity.withLock { $0.busy -= 1 } }
    return try body()
  }

  /// Removes all unfinished folders, then ends the process, so that none of them is put in place meanwhile. A
  /// save that does not answer for ten seconds is left as it is.
  ///
  /// - Parameter end: whether a folder was put in place before.
  static func removeUnfinished(andThen end: (_ hasPlaced: Bool) -> Never) -> Never {
    activity.withLock { $0.isEnding = true }
    var waits = 0
    while activity.withLock({ $0.busy > 0 }), waits < 10_000 {
      usleep(1000)
      waits += 1
    }
    for (made, parents) in unfinished.withLock({ $0.values.map(\.self) }) where waits < 10_000 {
      // Another thread may still be writing.
      for _ in 0..<1000 where made.empty() { break }
      DestinationPath.removeFolders(parents)
    }
    end(activity.withLock(\.hasPlaced))
  }

  /// Removes the folder and all files in it, which are this save's.
  private func empty() -> Bool {
    for name in (try? folder.names()) ?? [] { _ = folder.removeFile(name) }
    return parent.removeFolder(name)
  }

  /// Puts a folder in place; a process that is asked to end does so before or after it.
  ///
  /// - Parameter body: returns whether it succeeded.
  static func placing(_ body: () throws(BundleError) -> Bool) throws(BundleError) -> Bool {
    try uncut { () throws(BundleError) in
      let isPlaced = try body()
      if isPlaced { activity.withLock { $0.hasPlaced = true } }
      return isPlaced
    }
  }

  /// Adds the folders that were made above it.
  func note(parents: [String]) { Self.unfinished.withLock { $0[name]?.parents = parents } }

  /// To be called where the folder has got its place, or gets other files than this save's.
  func release() { _ = Self.unfinished.withLock { $0.removeValue(forKey: name) } }

  /// Whether a folder of that name was made by a save.
  static func isName(_ name: FileName) -> Bool {
    let digits = name.bytes.dropFirst(prefix.utf8.count)
    return name.hasPrefix(prefix) && digits.count == 16
      && digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  /// Makes a folder with a new name.
  init(in parent: OpenFolder) throws(BundleError) {
    self = try Self.uncut { () throws(BundleError) in
      let made = try Self.make(in: parent)
      Self.unfinished.withLock { $0[made.name] = (made, []) }
      return made
    }
  }

  private static func make(in parent: OpenFolder) throws(BundleError) -> SaveFolder {
    while true {
      let name = randomName()
      guard try parent.makeFolder(name) else { continue }
      let folder: OpenFolder
      do throws(BundleError) {
        folder = try parent.folder(name)
      } catch .notFound {
        // Another save removed it as a dead one before it was opened.
        continue
      } catch {
        _ = parent.removeFolder(name)
        throw error
      }
      // Another save may have removed it as a dead one before it was locked.
      _ = folder.lock(waiting: true)
      guard let mark = try parent.mark(of: name), mark.isSame(as: folder.mark) else { continue }
      return SaveFolder(parent: parent, name: name, folder: folder)
    }
  }

  private init(parent: OpenFolder, name: FileName, folder: OpenFolder) {
    self.parent = parent
    self.name = name
    self.folder = folder
  }

  /// Removes the folder and the model's files in it, and nothing else; false if something is left.
  ///
  /// Before a folder is put in its place, all files in it are the save's. After the exchange, it holds the
  /// old model, whose manifest lists the model's files; the others may be the user's. The manifest is removed
  /// last, so that this also holds after an interrupted removal, and its digest first, so that the rest is
  /// not regarded as a model.
  func remove() -> Bool {
    release()
    let manifest = FileName(BundleManifest.fileName)
    guard let names = try? folder.names() else { return false }
    var own: Set<FileName>
    do throws(BundleError) {
      own = Set(try BundleManifest.listedFiles(in: folder))
    } catch {
      switch error {
      case .notFound, .malformedJSON, .malformedManifest:
        // No manifest, or one that was truncated while it was written.
        own = Set(names.filter { $0.text.map(BundleManifest.isPlainName) ?? false })
      default: return false
      }
    }
    // The user's text in the card is also in the new model's.
    if ModelCardFile.isCard(in: folder) { own.insert(FileName(ModelCardFile.name)) }
    _ = folder.removeFile(FileName(BundleManifest.digestFileName))
    for name in names where own.contains(name) { _ = folder.removeFile(name) }
    guard let left = try? folder.names(), left.allSatisfy({ $0 == manifest }) else { return false }
    return folder.removeFile(manifest) && parent.removeFolder(name)
  }

  /// Removes a folder that contains these files and no others, in their order; it is first renamed like the
  /// remains of a dead save, so that the next save removes whatever a kill or a failure leaves.
  static func remove(_ name: FileName, in parent: OpenFolder, files: [String]) {
    let own = files.map { FileName($0) }
    guard let folder = try? parent.folder(name), let names = try? folder.names(),
      names.allSatisfy(own.contains)
    else { return }
    var newName: FileName
    var code: Int32
    repeat {
      newName = randomName()
      code = parent.move(name, to: parent, newName, .fails)
    } while code == EEXIST
    guard code == 0 else { return }
    for file in own { _ = folder.removeFile(file) }
    _ = parent.removeFolder(newName)
  }

  private static func randomName() -> FileName {
    FileName(prefix + hexadecimal((0..<8).map { _ in UInt8.random(in: 0...255) }))
  }

  /// The result of `removeDead`.
  struct Leftovers: Equatable {
    /// The number of folders that were removed.
    var removed = 0
    /// The paths of those that contain more than a model's files.
    var kept: [String] = []
  }

  /// Removes the folders that killed saves left in a folder.
  static func removeDead(in parent: OpenFolder) throws(BundleError) -> Leftovers {
    var leftovers = Leftovers()
    for dead in try dead(in: parent) {
      if dead.remove() { leftovers.removed += 1 } else { leftovers.kept.append(dead.folder.path) }
    }
    return leftovers
  }

  /// The folders of killed saves, locked now. None if the file system has no locks, since then they cannot be
  /// distinguished from saves in progress.
  static func dead(in parent: OpenFolder) throws(BundleError) -> [SaveFolder] {
    var found: [SaveFolder] = []
    for name in try parent.names() where isName(name) {
      guard let folder = try? parent.folder(name), folder.lock(waiting: false) == .held,
        let mark = try parent.mark(of: name), mark.isSame(as: folder.mark)
      else { continue }
      found.append(SaveFolder(parent: parent, name: name, folder: folder))
    }
    return found
  }
}
