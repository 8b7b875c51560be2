/// A member of an archive: its path as written there, what it is, and its size in bytes if the archive
/// tells it.
package struct ArchiveEntry: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    case file, folder
    /// Another name of a member before it.
    case hardLink(RawPath)
    case symbolicLink
    /// A device or a pipe.
    case device
    /// A file with holes, a piece of one, and what else tar knows.
    case other
  }

  package let name: RawPath
  package let kind: Kind
  package let size: Int?
  /// Whether backslashes stand for slashes, as in some zips from Windows.
  package var usesBackslashes = false

  package var isFile: Bool { kind == .file }
}
