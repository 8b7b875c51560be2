import DiscernSystem

/// A stage between a file and plain bytes. Stages are stacked: file, decompression, archive.
protocol ByteStage: AnyObject {
  /// Reads up to `buffer.count` bytes; 0 means the end. Never waits for more than one byte.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int

  /// The size in bytes if this stage can be read from any position, otherwise nil.
  var seekableSize: Int? { get }

  /// Continues reading at `offset`. Only called if `seekableSize` is not nil.
  func seek(to offset: Int) throws(InputError)

  /// Whether bytes arrive over time, as from a pipe or a terminal.
  var isLive: Bool { get }

  /// Waits for at most `wait`; returns whether there is something to read, or the end. A decompressor may
  /// still have to wait for more.
  func isReady(within wait: Duration) -> Bool
}

extension ByteStage {
  var isLive: Bool { false }
  func isReady(within wait: Duration) -> Bool { true }

  /// Reads until the buffer is full or the end is reached: a single read may return fewer bytes.
  ///
  /// - Returns: the number of bytes.
  func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    var filled = 0
    while filled < buffer.count {
      let count = try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
      if count == 0 { break }
      filled += count
    }
    return filled
  }
}

/// The bytes of a file descriptor, unchanged.
final class FileBytes: ByteStage {
  let path: String
  let seekableSize: Int?
  /// Whether it can be opened again to read the same bytes.
  let isRegular: Bool
  let isLive: Bool
  let descriptor: CInt

  /// Opens `path`; `-` is standard input, which is not closed afterwards. A stream that can be read only once
  /// can be opened only once.
  convenience init(path: String) throws(InputError) {
    try self.init(RawPath(path), standardInput: path == "-")
  }

  /// Opens a file of any name.
  init(_ path: RawPath, standardInput: Bool = false) throws(InputError) {
    self.path = "\(path)"
    if standardInput {
      descriptor = STDIN_FILENO
    } else {
      descriptor = uninterrupted { path.withCString { open($0, O_RDONLY | O_CLOEXEC) } }
      guard descriptor >= 0 else {
        let code = errno
        if code == ENOENT || code == ENOTDIR { throw .notFound(path: "\(path)") }
        throw .unreadable(path: "\(path)", reason: systemError(code))
      }
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let reason = systemError(errno)
      seekableSize = nil
      isRegular = false
      isLive = false
      throw .unreadable(path: "\(path)", reason: reason)
    }
    let kind = status.st_mode & S_IFMT
    isRegular = kind == S_IFREG && !standardInput
    isLive = kind != S_IFREG
    // Standard input may be a file that has been read in part: never seek in it.
    seekableSize = isRegular ? Int(status.st_size) : nil
    if kind == S_IFDIR { throw .isDirectory(path: "\(path)") }
    // A pipe without a name, or standard input, would silently be empty the second time.
    let isNameless = standardInput || kind == S_IFIFO && FolderEntry.resolved(path) == nil
    if isNameless, !OneTimeStreams.claim(FolderEntry.Identity(status)) {
      throw .givenTwice(path: "\(path)")
    }
  }

  deinit {
    if descriptor > STDERR_FILENO { close(descriptor) }
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    guard let start = buffer.baseAddress, buffer.count > 0 else { return 0 }
    let count = uninterrupted { DiscernSystem.read(descriptor, start, buffer.count) }
    guard count >= 0 else { throw .unreadable(path: path, reason: systemError(errno)) }
    return count
  }

  func isReady(within wait: Duration) -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let milliseconds = wait.components.seconds * 1000 + wait.components.attoseconds / 1_000_000_000_000_000
    return !isLive || poll(&request, 1, CInt(clamping: milliseconds)) > 0
  }

  func seek(to offset: Int) throws(InputError) {
    guard lseek(descriptor, off_t(offset), SEEK_SET) >= 0 else {
      throw .unreadable(path: path, reason: systemError(errno))
    }
  }
}
