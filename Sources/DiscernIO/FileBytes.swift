import Foundation

/// A stage of the way from a file to plain bytes. Stages are stacked: file, decompression, archive.
protocol ByteStage: AnyObject {
  /// Reads up to `buffer.count` bytes; 0 means the end. Never waits for more than one byte.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int

  /// The size in bytes if this stage can be read from any place, otherwise nil.
  var seekableSize: Int? { get }

  /// Continues reading at `offset`. Only called where `seekableSize` is there.
  func seek(to offset: Int) throws(InputError)
}

/// The bytes of a file descriptor, as they are.
final class FileBytes: ByteStage {
  let path: String
  let seekableSize: Int?
  private let descriptor: CInt

  /// Opens `path`; `-` is standard input, which is not closed afterwards.
  init(path: String) throws(InputError) {
    self.path = path
    if path == "-" {
      descriptor = STDIN_FILENO
    } else {
      descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else {
        let code = errno
        if code == ENOENT || code == ENOTDIR { throw .notFound(path: path) }
        throw .unreadable(path: path, reason: String(cString: strerror(code)))
      }
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let reason = String(cString: strerror(errno))
      seekableSize = nil
      throw .unreadable(path: path, reason: reason)
    }
    let kind = status.st_mode & S_IFMT
    // Standard input may be a file that somebody has read a part of: never seek there.
    seekableSize = kind == S_IFREG && path != "-" ? Int(status.st_size) : nil
    if kind == S_IFDIR { throw .isDirectory(path: path) }
  }

  deinit {
    if descriptor > STDERR_FILENO { close(descriptor) }
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    guard let start = buffer.baseAddress, buffer.count > 0 else { return 0 }
    while true {
      let count = Foundation.read(descriptor, start, buffer.count)
      if count >= 0 { return count }
      if errno == EINTR { continue }
      throw .unreadable(path: path, reason: String(cString: strerror(errno)))
    }
  }

  func seek(to offset: Int) throws(InputError) {
    guard lseek(descriptor, off_t(offset), SEEK_SET) >= 0 else {
      throw .unreadable(path: path, reason: String(cString: strerror(errno)))
    }
  }
}

/// A stage whose first bytes can be looked at before they are read.
final class PeekableBytes: ByteStage {
  private let upstream: any ByteStage
  private(set) var head: [UInt8] = []
  private var headOffset = 0
  private var isAtEnd = false

  init(_ upstream: any ByteStage) { self.upstream = upstream }

  var seekableSize: Int? { upstream.seekableSize }

  /// Asks upstream once for what is missing of the first `count` bytes. False when there is no more.
  /// Only to be called before the first `read`.
  func extendHead(to count: Int) throws(InputError) -> Bool {
    guard head.count < count, !isAtEnd else { return false }
    let old = head.count
    head.append(contentsOf: repeatElement(0, count: count - old))
    var got = 0
    var failure: InputError?
    head.withUnsafeMutableBytes { bytes in
      do throws(InputError) {
        got = try upstream.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[old...]))
      } catch {
        failure = error
      }
    }
    head.removeLast(count - old - got)
    if let failure { throw failure }
    isAtEnd = got == 0
    return got > 0
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    if headOffset < head.count {
      let count = min(buffer.count, head.count - headOffset)
      head.withUnsafeBytes { bytes in
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[headOffset..<headOffset + count]))
      }
      headOffset += count
      return count
    }
    if isAtEnd { return 0 }
    return try upstream.read(into: buffer)
  }

  func seek(to offset: Int) throws(InputError) {
    headOffset = head.count
    isAtEnd = false
    try upstream.seek(to: offset)
  }
}
