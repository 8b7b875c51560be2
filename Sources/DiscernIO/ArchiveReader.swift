/// The members of a tar (plain, `.gz`, `.xz`, `.zst`, `.bz2`) or a zip, in the order of the file; nothing is
/// extracted to disk.
package final class ArchiveReader {
  private enum Content {
    case tar(TarReader)
    case zip(ZipReader)
  }

  private let path: String
  private let content: Content

  /// Opens the archive at `path` (`-` is standard input). Throws `InputError`, also if it is not an archive.
  package convenience init(path: String) throws(InputError) { try self.init(try InputFile(path: path)) }

  package convenience init(_ file: InputFile) throws(InputError) {
    try self.init(path: file.path, input: try file.opened(), limit: file.limit)
  }

  init(path: String, input: OpenedInput, limit: UnpackLimit) throws(InputError) {
    self.path = path
    switch input.container {
    case .bytes: throw .corrupt(path: path, reason: "neither a tar nor a zip archive")
    case .tar: content = .tar(TarReader(path: path, stage: input.stage))
    case .zip:
      // Only seekable input is opened as a zip.
      content = .zip(
        try ZipReader(path: path, stage: input.stage, size: input.stage.seekableSize ?? 0, limit: limit))
    }
  }

  /// The next member, or nil after the last. The unread rest of the previous one is skipped.
  package func next() throws(InputError) -> ArchiveEntry? {
    switch content {
    case .tar(let reader): try reader.next()
    case .zip(let reader): try reader.next()
    }
  }

  /// Reads bytes of the current member into `buffer`; 0 means its end.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    switch content {
    case .tar(let reader): try reader.read(into: buffer)
    case .zip(let reader): try reader.read(into: buffer)
    }
  }

  /// A problem with the archive as a whole, known only at its end.
  package var warning: String? {
    if case .tar(let reader) = content, reader.lacksEndMark {
      return "the archive stops without an end mark; it may be cut short"
    }
    return nil
  }
}
