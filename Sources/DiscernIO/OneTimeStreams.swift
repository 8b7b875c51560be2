import Synchronization

/// The pipes without a name that this process has opened, including standard input.
enum OneTimeStreams {
  private static let claimed = Mutex<Set<FolderEntry.Identity>>([])

  /// False if it was claimed before.
  static func claim(_ identity: FolderEntry.Identity) -> Bool {
    claimed.withLock { $0.insert(identity).inserted }
  }
}
