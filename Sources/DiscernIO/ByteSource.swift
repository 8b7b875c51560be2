/// The bytes of a file, decompressed while reading: plain, gzip, xz, zstandard, bzip2, or a zip or tar that
/// holds exactly one file. The format is recognised by the content, not by the name.
///
/// Plain files are read directly into the caller's buffer. Memory: a few hundred kilobytes, and that of the
/// decompressor.
package final class ByteSource {
  /// The path as given, for messages.
  package let path: String
  private let content: Content

  private enum Content {
    case bytes(any ByteStage)
    case member(ArchiveReader)
  }

  /// The kind of a text that cannot be trained on, such as an HTML page.
  package let kind: FileKind?

  /// Opens `path`; `-` is standard input. Throws `InputError`, also for a file of another kind: see
  /// `FileKind`.
  ///
  /// - Parameter takesPages: whether HTML and other markup is text.
  package convenience init(path: String, takesPages: Bool = false) throws(InputError) {
    let limit = UnpackLimit()
    try self.init(
      path: path, try OpenedInput(path: path, limit: limit), limit: limit, takesPages: takesPages)
  }

  /// Reads `file` from its beginning. Throws `InputError.readOnce` if that has been read already.
  package convenience init(_ file: InputFile, takesPages: Bool = false) throws(InputError) {
    try self.init(path: file.path, try file.opened(), limit: file.limit, takesPages: takesPages)
  }

  /// Opens a file in a folder, of any name.
  package convenience init(
    file: RawPath, limit: UnpackLimit, takesPages: Bool = false
  ) throws(InputError) {
    try self.init(
      path: "\(file)", try OpenedInput(file: file, limit: limit), limit: limit, takesPages: takesPages)
  }

  /// Bytes in memory, unchanged; `path` is their name in messages.
  package init(path: String, bytes: [UInt8]) {
    self.path = path
    kind = nil
    content = .bytes(BytesAtHand(bytes))
  }

  private init(
    path: String, _ input: OpenedInput, limit: UnpackLimit, takesPages: Bool
  ) throws(InputError) {
    self.path = path
    guard input.container != .bytes else {
      kind = input.kind
      if let kind, !takesPages || !kind.isText { throw .otherKind(path: path, kind) }
      content = .bytes(input.stage)
      return
    }
    kind = nil
    if input.container == .zip, let size = input.stage.seekableSize {
      // Its directory is available: report problems before the first byte is used.
      let members = try ZipDirectory(path: path, stage: input.stage, size: size).members
        .filter { $0.kind == .file && Self.counts($0.name) }.map { "\($0.name)" }
      if members.count > 1 {
        if let kind = FileKind.of(members: members.map { RawPath($0) }) { throw .otherKind(path: path, kind) }
        throw .severalFiles(path: path, members: Array(members.prefix(5)))
      }
    }
    let archive = try ArchiveReader(path: path, input: input, limit: limit)
    while true {
      guard let entry = try archive.next() else { throw .noFile(path: path) }
      if Self.counts(entry) { break }
    }
    content = .member(archive)
  }

  /// Reads up to `buffer.count` bytes, as many as are available at once. 0 means the end. Throws
  /// `InputError`.
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

  /// All remaining bytes. Memory: their number.
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

  /// The file's size in bytes if it is plain and on disk, so that parts of it can be read separately.
  package var plainSize: Int? {
    if case .bytes(let stage) = content { stage.seekableSize } else { nil }
  }

  /// Whether bytes arrive over time, as from a pipe or a terminal.
  package var isLive: Bool {
    if case .bytes(let stage) = content { stage.isLive } else { false }
  }

  /// Waits for at most `wait`; returns whether there is something to read, or the end.
  package func isReady(within wait: Duration) -> Bool {
    if case .bytes(let stage) = content { stage.isReady(within: wait) } else { true }
  }

  /// A description of a stream's first bytes if they are packed: `gzip data`, `a zip archive`.
  package static func packedKind(_ head: UnsafeBufferPointer<UInt8>) -> String? {
    let head = Array(head.prefix(16))
    if let compression = Compression.of(head) { return "\(compression) data" }
    return Container.of(head) == .zip ? "a zip archive" : nil
  }

  /// Continues reading at `offset`. Only if `plainSize` is not nil.
  package func seek(to offset: Int) throws(InputError) {
    if case .bytes(let stage) = content { try stage.seek(to: offset) }
  }

  private static func files(of archive: ArchiveReader, limit: Int) throws(InputError) -> [String] {
    var names: [String] = []
    while names.count < limit, let entry = try archive.next() {
      if counts(entry) { names.append("\(entry.name)") }
    }
    return names
  }

  private static func counts(_ entry: ArchiveEntry) -> Bool { entry.isFile && counts(entry.name) }

  /// Folders do not count, nor system files such as those that macOS's archiver adds for every file.
  private static func counts(_ name: RawPath) -> Bool { !SystemFile.isOnPath(name) }
}
