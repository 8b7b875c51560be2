import CLibArchive

/// The members of a zip: names and kinds from its directory, bytes through libarchive, which visits the
/// members in the same order.
final class ZipReader {
  private let path: String
  private let size: Int
  private let archive: LibArchive
  private let limit: UnpackLimit
  private var upcoming: ArraySlice<ZipDirectory.Member>
  private var unpacked = 0

  /// Throws `InputError.otherKind` for files of other kinds that are zips, such as spreadsheets.
  init(path: String, stage: any ByteStage, size: Int, limit: UnpackLimit) throws(InputError) {
    self.path = path
    self.size = size
    self.limit = limit
    let members = try ZipDirectory(path: path, stage: stage, size: size).members
    if let kind = FileKind.of(members: members.map(\.name)) { throw .otherKind(path: path, kind) }
    upcoming = members[...]
    archive = try LibArchive(path: path, upstream: stage, seekable: true) { handle in
      min(
        archive_read_support_format_zip_seekable(handle), archive_read_support_format_empty(handle),
        archive_read_append_filter(handle, ARCHIVE_FILTER_NONE),
        archive_read_set_option(handle, "zip", "mac-ext", nil))
    }
  }

  func next() throws(InputError) -> ArchiveEntry? {
    let entry = try archive.nextEntry()
    guard let member = upcoming.popFirst(), let entry else {
      if entry == nil, upcoming.isEmpty { return nil }
      throw disagreement()
    }
    let name = member.name.bytes
    let theirs = archive.path(of: entry)
    // Plain names must be the same in both; libarchive adds the slash of folders.
    if name.allSatisfy({ $0 < 0x80 && $0 != UInt8(ascii: "\\") }), theirs != name,
      theirs != name + [UInt8(ascii: "/")]
    {
      throw disagreement()
    }
    if member.isEncrypted, member.kind == .file { throw .encrypted(path: path, member: "\(member.name)") }
    return ArchiveEntry(
      name: member.name, kind: member.kind,
      size: archive_entry_size_is_set(entry) != 0 ? Int(archive_entry_size(entry)) : nil,
      usesBackslashes: member.usesBackslashes)
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    let count = try archive.read(into: buffer)
    unpacked += count
    try limit.check(unpacked: unpacked, packed: size, path: path)
    return count
  }

  private func disagreement() -> InputError {
    .corrupt(path: path, reason: "the zip's directory and its members do not agree")
  }
}
