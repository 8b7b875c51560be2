import DiscernSystem

/// The bytes of an input that can be read only once, kept in a temporary file; or a regular file that was
/// given only as a descriptor.
final class SpoolFile: Sendable {
  let path: String
  let size: Int
  private let descriptor: CInt
  private let base: Int
  /// The temporary file, if there is one.
  private let scratch: ScratchFile?

  /// Copies the bytes of the stages, each to its end.
  ///
  /// - Parameter path: the input's, for messages.
  init(copying stages: [any ByteStage], path: String) throws(InputError) {
    self.path = path
    scratch = try ScratchFile(path: path)
    descriptor = scratch?.descriptor ?? -1
    base = 0
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { buffer.deallocate() }
    var total = 0
    for stage in stages {
      while true {
        let count = try stage.read(into: buffer)
        if count == 0 { break }
        try scratch?.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]), at: total)
        total += count
      }
    }
    size = total
  }

  /// The rest of a regular file that is already open; its position is not changed.
  init?(rest descriptor: CInt, path: String) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    let place = lseek(descriptor, 0, SEEK_CUR)
    guard place >= 0 else { return nil }
    self.descriptor = descriptor
    self.path = path
    base = Int(place)
    size = max(0, Int(status.st_size) - base)
    scratch = nil
  }

  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(InputError) -> Int {
    guard let start = buffer.baseAddress, !buffer.isEmpty, offset < size else { return 0 }
    let count = uninterrupted {
      pread(descriptor, start, min(buffer.count, size - offset), off_t(base + offset))
    }
    guard count >= 0 else { throw .unreadable(path: path, reason: systemError(errno)) }
    return count
  }
}
