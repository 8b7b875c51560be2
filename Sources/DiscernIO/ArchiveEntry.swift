/// A member of an archive: its path as written there, its kind, and its size in bytes if the archive gives
/// it.
package struct ArchiveEntry: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    case file, folder
    /// Another name of an earlier member.
    case hardLink(RawPath)
    case symbolicLink
    /// A device or a pipe.
    case device
    /// A sparse file, a part of one, or another of tar's kinds.
    case other
  }

  package let name: RawPath
  package let kind: Kind
  package let size: Int?
  /// Whether backslashes stand for slashes, as in some zips from Windows.
  package var usesBackslashes = false

  package var isFile: Bool { kind == .file }
}
