/// The bytes of a file, decompressed as they come: plain, gzip, xz, zstandard, bzip2, or a zip or tar
/// that holds exactly one file. The content decides, not the name.
///
/// Plain files go straight from `read(2)` into the caller's buffer. Memory: a fixed few hundred
/// kilobytes and what the decompressor needs.
package final class ByteSource {
  /// The path as given, for messages.
  package let path: String
  private let content: Content

  private enum Content {
    case bytes(any ByteStage)
    case member(ArchiveReader)
  }

  /// Opens `path`; `-` is standard input. Throws `InputError`.
  package init(path: String) throws(InputError) {
    self.path = path
    let input = try OpenedInput(path: path)
    guard input.container != .bytes else {
      content = .bytes(input.stage)
      return
    }
    if input.container == .zip, input.stage.seekableSize != nil {
      // Its directory is at hand: complain before the first byte is used.
      let members = try Self.files(of: try ArchiveReader(path: path), limit: 5)
      if members.count > 1 { throw .severalFiles(path: path, members: members) }
      try input.stage.seek(to: 0)
    }
    let archive = try ArchiveReader(path: path, input: input)
    while true {
      guard let entry = try archive.next() else { throw .noFile(path: path) }
      if Self.counts(entry) { break }
    }
    content = .member(archive)
  }

  /// Whether `path` is an archive with members (tar, compressed or not, or zip) and not one stream of
  /// bytes. Standard input (`-`) cannot be looked at without being read: always false.
  package static func isArchive(path: String) throws(InputError) -> Bool {
    if path == "-" { return false }
    return try OpenedInput(path: path).container != .bytes
  }

  /// Reads up to `buffer.count` bytes, as many as come at once. 0 is the end. Throws `InputError`.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    switch content {
    case .bytes(let stage):
      return try stage.read(into: buffer)
    case .member(let archive):
      let count = try archive.read(into: buffer)
      if count == 0, !buffer.isEmpty {
        let more = try Self.files(of: archive, limit: 4)
        if !more.isEmpty { throw .severalFiles(path: path, members: ["…"] + more) }
      }
      return count
    }
  }

  /// All bytes that are still to come. Memory: as many.
  package func contents() throws(InputError) -> [UInt8] {
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = try block.withUnsafeMutableBufferPointer { (buffer) throws(InputError) in
        try read(into: UnsafeMutableRawBufferPointer(buffer))
      }
      if count == 0 { return bytes }
      bytes.append(contentsOf: block[..<count])
    }
  }

  /// The file's size in bytes if it is plain and lies on a disk, so that parts of it can be read apart.
  package var plainSize: Int? {
    if case .bytes(let stage) = content { stage.seekableSize } else { nil }
  }

  /// Continues reading at `offset`. Only where `plainSize` is there.
  package func seek(to offset: Int) throws(InputError) {
    if case .bytes(let stage) = content { try stage.seek(to: offset) }
  }

  private static func files(of archive: ArchiveReader, limit: Int) throws(InputError) -> [String] {
    var names: [String] = []
    while names.count < limit, let entry = try archive.next() {
      if counts(entry) { names.append(entry.path) }
    }
    return names
  }

  /// Folders do not count, nor what macOS's archiver puts beside every file.
  private static func counts(_ entry: ArchiveEntry) -> Bool {
    entry.isFile && !entry.path.hasPrefix("__MACOSX/")
  }
}
