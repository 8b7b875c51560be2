import CLibArchive

/// A member of an archive: its path as written there, and its size in bytes if the archive tells it.
package struct ArchiveEntry: Sendable, Equatable {
  package let path: String
  package let isFile: Bool
  package let size: Int?
}

/// The members of a tar (plain, `.gz`, `.xz`, `.zst`, `.bz2`) or a zip, streamed in their order and
/// never unpacked.
package final class ArchiveReader {
  private let archive: LibArchive
  private let stage: any ByteStage

  /// Opens the archive at `path` (`-` is standard input). Throws `InputError`, also when `path` is not
  /// an archive: see `ByteSource.isArchive`.
  package convenience init(path: String) throws(InputError) {
    let input = try OpenedInput(path: path)
    guard input.container != .bytes else {
      throw .corrupt(path: path, reason: "neither a tar nor a zip archive")
    }
    try self.init(path: path, input: input)
  }

  init(path: String, input: OpenedInput) throws(InputError) {
    stage = input.stage
    let isZip = input.container == .zip
    // With the central directory, where the file can be read from any place, a zip's sizes and
    // deleted members are known; otherwise it is read as it comes.
    archive = try LibArchive(
      path: path, upstream: input.stage, seekable: isZip && input.stage.seekableSize != nil
    ) { handle in
      let format =
        if !isZip {
          archive_read_support_format_tar(handle)
        } else if input.stage.seekableSize != nil {
          archive_read_support_format_zip_seekable(handle)
        } else {
          archive_read_support_format_zip_streamable(handle)
        }
      return min(
        format, archive_read_support_format_empty(handle),
        archive_read_append_filter(handle, ARCHIVE_FILTER_NONE))
    }
  }

  /// The next member, or nil after the last. What was not read of the one before is skipped.
  package func next() throws(InputError) -> ArchiveEntry? {
    guard let entry = try archive.nextEntry() else {
      try drain()
      return nil
    }
    return ArchiveEntry(
      path: archive.path(of: entry),
      isFile: archive_entry_filetype(entry) == 0o100000,
      size: archive_entry_size_is_set(entry) != 0 ? Int(archive_entry_size(entry)) : nil)
  }

  /// Reads bytes of the current member into `buffer`; 0 is its end.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    try archive.read(into: buffer)
  }

  /// Reads what follows the archive's own end mark, so that a checksum after it is looked at.
  private func drain() throws(InputError) {
    guard stage.seekableSize == nil else { return }
    let rest = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { rest.deallocate() }
    while try stage.read(into: rest) > 0 {}
  }
}
