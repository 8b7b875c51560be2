import DiscernIO
import DiscernSystem
import DiscernTensor
import Synchronization

/// The checkpoints of one training, in a folder that one process writes to at a time: the last two states,
/// each complete in itself, and the finished runs.
///
/// States have names such as `checkpoint-00000007`, finished runs such as `run-1-00000008`; `AtomicFolder`
/// puts each in its place with everything synced. The folder may also contain text vectors (`VectorFile`).
/// Other files in the folder are not touched.
package final class CheckpointFolder: Sendable {
  package let path: String
  private let isLocked: Bool
  private let known = Mutex(Known())

  private struct Known {
    /// Open and locked; `nil` until it is created.
    var folder: OpenFolder?
    /// Whether this value made it, and which folders above it.
    var isMade = false
    var createdParents: [String] = []
    var lastNumber = 0
    /// The states that are known to be complete, in order.
    var whole: [CheckpointName] = []
    /// By run: the latest that this training has saved.
    var runs: [Int: CheckpointName] = [:]
  }

  /// Appended to the model's path if no folder was named.
  package static let defaultEnding = ".checkpoint"
  private static let kept = 2

  /// Opens the folder and locks it until this value is destroyed.
  ///
  /// - Parameters:
  ///   - creating: whether to make the folder if it does not exist; this happens with the first write, so
  ///     that training that ends while reading its data leaves nothing behind.
  ///   - isLocked: false if it is only read, while another process holds the lock.
  package init(path: String, creating: Bool, isLocked: Bool = true) throws(CheckpointError) {
    self.path = path
    self.isLocked = isLocked
    if creating, try Self.canBeMade(path) { return }
    let folder: OpenFolder
    do throws(BundleError) {
      folder = try OpenFolder(path: path)
    } catch {
      if creating { throw .cannotWrite(path: path, reason: Self.reason(error)) }
      if case .notFound = error {
        throw Self.finished(path, "does not exist") ?? .notFound(path: path)
      }
      throw .cannotRead(path: path, reason: Self.reason(error))
    }
    try known.withLock { known throws(CheckpointError) in try open(folder, &known) }
  }

  /// True if there is nothing yet and a folder can be made.
  private static func canBeMade(_ path: String) throws(CheckpointError) -> Bool {
    do throws(BundleError) {
      var place = try DestinationPath(path)
      if access(place.path, F_OK) == 0 { return false }
      guard errno == ENOENT else { throw .cannotWrite(path: path, reason: systemError(errno)) }
      while access(place.parent, F_OK) != 0, errno == ENOENT {
        place = try DestinationPath(following: place.parent)
      }
      guard access(place.parent, W_OK | X_OK) == 0 else {
        throw .cannotWrite(path: path, reason: systemError(errno))
      }
      return true
    } catch .destinationName(_, let reason) {
      throw .folderName(path: path, reason: reason)
    } catch {
      throw .cannotWrite(path: path, reason: reason(error))
    }
  }

  private func open(_ folder: OpenFolder, _ known: inout Known) throws(CheckpointError) {
    // If the file system has no locks, a second training cannot be detected.
    if isLocked, folder.lock(waiting: false) == .busy { throw .inUse(path: path) }
    known.lastNumber = max(known.lastNumber, try Self.names(in: folder).last?.number ?? 0)
    known.folder = folder
  }

  /// Makes the folder and locks it, unless that has been done and the folder is still at its path.
  private func make() throws(CheckpointError) {
    try known.withLock { known throws(CheckpointError) in
      let wasOpen = known.folder != nil
      if let folder = known.folder {
        if FileMark(path: path)?.isSame(as: folder.mark) == true { return }
        // It was moved or removed, together with its states.
        known.folder = nil
        known.whole = []
        known.runs = [:]
      }
      let folder: OpenFolder
      do throws(BundleError) {
        (known.isMade, known.createdParents) = try DestinationPath(path).makeFolder()
        folder = try OpenFolder(path: path)
      } catch {
        DestinationPath.removeFolders(known.createdParents)
        throw .cannotWrite(path: path, reason: Self.reason(error))
      }
      try open(folder, &known)
      // Another training may have used the folder first, and ended.
      if !wasOpen, !known.isMade, known.lastNumber > 0 {
        known.folder = nil
        known.lastNumber = 0
        throw .taken(path: path)
      }
    }
  }

  /// Whether it holds neither a training's state nor a finished run.
  package var isEmpty: Bool { known.withLock { $0.lastNumber } == 0 }

  /// Saves a state in the folder; the last two are kept.
  package func write(_ content: some Encodable, _ buffers: [StateBuffer]) throws(CheckpointError) {
    let name = CheckpointName(number: known.withLock { $0.lastNumber } + 1)
    try put(name, content, buffers)
    removeOthers(than: name) { $0.whole = ($0.whole + [name]).suffix(Self.kept) }
  }

  /// Saves a finished run in the folder, replacing what this training saved for the same run before.
  package func write(
    run: Int, _ content: some Encodable, _ buffers: [StateBuffer]
  ) throws(CheckpointError) {
    let name = CheckpointName(number: known.withLock { $0.lastNumber } + 1, run: run)
    try put(name, content, buffers)
    removeOthers(than: name) { $0.runs[run] = name }
  }

  /// Records what was written, and removes everything that is no longer needed for resuming, including that
  /// of other trainings.
  private func removeOthers(than name: CheckpointName, _ note: (inout Known) -> Void) {
    let known = self.known.withLock { known in
      known.lastNumber = name.number
      note(&known)
      return known
    }
    for old in ((try? names()) ?? []).reversed()
    where !known.whole.contains(old) && !known.runs.values.contains(old) { remove(old) }
  }

  /// A file for text vectors in the folder, which is made if it does not exist.
  ///
  /// - Parameter key: the SHA-256 of everything that they depend on.
  package func vectorFile(key: String) throws(CheckpointError) -> VectorFile {
    try make()
    return VectorFile(folder: path, key: key)
  }

  /// The newest complete state or finished run, and the errors of newer ones that are not complete.
  ///
  /// - Returns: `run` is the number of a finished run; nil for a state.
  /// - Throws: `CheckpointError.none` or `.damaged`.
  package func newest() throws(CheckpointError) -> (
    checkpoint: Checkpoint, run: Int?, damaged: [BundleError]
  ) {
    var damaged: [BundleError] = []
    let names = try names()
    for (index, name) in names.enumerated().reversed() {
      do throws(BundleError) {
        let checkpoint = try Checkpoint(path: BundleManifest.join(path, name.text))
        known.withLock { known in
          known.whole = name.run == nil ? [name] : []
          known.runs = [:]
          for name in names[...index] { if let run = name.run { known.runs[run] = name } }
        }
        return (checkpoint, name.run, damaged)
      } catch {
        damaged.append(error)
      }
    }
    if let first = damaged.first { throw .damaged(path: path, first) }
    throw other() ?? .none(path: path)
  }

  /// The error for a default checkpoint folder whose model is complete; nil if it is not.
  private static func finished(_ path: String, _ state: String) -> CheckpointError? {
    var model = path[...]
    while model.count > 1, model.hasSuffix("/") { model.removeLast() }
    guard model.hasSuffix(defaultEnding) else { return nil }
    model.removeLast(defaultEnding.count)
    let formats = [BundleFormat.model, .forecaster, .matcher, .sequences, .pretrained]
    guard formats.contains(where: { (try? BundleFolder(path: String(model), format: $0)) != nil })
    else { return nil }
    return .another(
      path: path,
      reason: "\(state); the model at \(model) is complete; without --resume it is trained from scratch")
  }

  /// The error that names the actual kind of the folder, if it can be determined.
  private func other() -> CheckpointError? {
    let names = (try? known.withLock { $0.folder }?.names()) ?? []
    guard names.contains(FileName(BundleManifest.fileName)) else {
      if let finished = Self.finished(path, "holds no checkpoint") { return finished }
      guard names.contains(where: VectorFile.isName) else { return nil }
      return .another(
        path: path,
        reason: "holds text vectors but no checkpoint yet; run the same command without --resume to use them")
    }
    if names.contains(FileName(Checkpoint.tensorFile)) {
      let above = DestinationPath.split(path).parent
      return .another(
        path: path,
        reason: "is a single checkpoint; name the folder that contains it"
          + (above == "." ? "" : " (--resume \(above))"))
    }
    let usual = path + Self.defaultEnding
    return .another(
      path: path,
      reason: "is a model and holds no checkpoint; name the checkpoint folder of its training "
        + (access(usual, F_OK) == 0 ? "(--resume \(usual))" : "(--checkpoint)"))
  }

  /// A finished run of the resumed training.
  package func run(_ number: Int) throws(CheckpointError) -> Checkpoint {
    do throws(BundleError) {
      guard let name = known.withLock({ $0.runs[number] }) else {
        throw BundleError.missingFile(path: BundleManifest.join(path, "run-\(number)"))
      }
      return try Checkpoint(path: BundleManifest.join(path, name.text))
    } catch {
      throw .damaged(path: path, error)
    }
  }

  /// Removes everything that training wrote there, and the folder if nothing else is in it. The newest is
  /// removed first, so that an interrupted removal leaves states that training can resume from.
  package func removeAll() {
    let known = self.known.withLock { $0 }
    guard let folder = known.folder else { return }
    for name in ((try? names()) ?? []).reversed() { remove(name) }
    let heldVectors = VectorFile.removeAll(in: folder)
    // An empty folder that was there before stays.
    removeEmpty(folder, known, withItself: known.isMade || known.lastNumber > 0 || heldVectors)
  }

  /// Removes the folder if this value made it and nothing was kept there.
  package func removeIfUnused() {
    let known = self.known.withLock { $0 }
    guard known.isMade, known.lastNumber == 0, let folder = known.folder else { return }
    removeEmpty(folder, known, withItself: true)
  }

  private func removeEmpty(_ folder: OpenFolder, _ known: Known, withItself: Bool) {
    _ = try? SaveFolder.removeDead(in: folder)
    if withItself { rmdir(path) }
    DestinationPath.removeFolders(known.createdParents)
  }

  private func put(
    _ name: CheckpointName, _ content: some Encodable, _ buffers: [StateBuffer]
  ) throws(CheckpointError) {
    try make()
    do throws(BundleError) {
      let made = try AtomicFolder(
        destination: BundleManifest.join(path, name.text), format: .checkpoint)
      var writer = SafetensorsWriter()
      for buffer in buffers {
        switch buffer.numbers {
        case .floats(let values): writer.add(buffer.name, shape: buffer.shape, .floats(.init(values)))
        case .doubles(let values): writer.add(buffer.name, shape: buffer.shape, .doubles(.init(values)))
        }
      }
      _ = try writer.write(to: made.path(of: Checkpoint.tensorFile))
      try made.writeManifest(content)
      _ = try made.commit()
    } catch {
      throw .cannotWrite(path: path, reason: Self.reason(error))
    }
  }

  /// The message without the path, which may be a temporary one.
  private static func reason(_ error: BundleError) -> String {
    switch error {
    case .cannotWrite(_, let reason), .cannotRead(_, let reason): reason
    case .tensors(_, let problem): "\(problem)"
    case .notAFolder: "it is not a folder"
    default: "\(error)"
    }
  }

  /// States and finished runs, in the order in which they were written.
  private func names() throws(CheckpointError) -> [CheckpointName] {
    guard let folder = known.withLock({ $0.folder }) else { return [] }
    return try Self.names(in: folder)
  }

  private static func names(in folder: OpenFolder) throws(CheckpointError) -> [CheckpointName] {
    do throws(BundleError) {
      return try folder.names().compactMap { CheckpointName($0) }.sorted { $0.number < $1.number }
    } catch {
      throw .cannotRead(path: folder.path, reason: reason(error))
    }
  }

  /// Removes a state or a run: it is first renamed to a name that the next save removes, so that an
  /// interrupted removal leaves all of it or nothing. Anything else with such a name, such as a model, stays.
  private func remove(_ name: CheckpointName) {
    guard let folder = known.withLock({ $0.folder }) else { return }
    SaveFolder.remove(FileName(name.text), in: folder, files: Checkpoint.fileNames)
  }
}
