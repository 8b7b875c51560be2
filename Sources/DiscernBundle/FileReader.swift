import Crypto
import DiscernIO
import DiscernSystem

/// A regular file that is open for reading; closed with its last reference.
final class FileReader: Sendable {
  let path: String
  let size: Int
  private let descriptor: Int32
  private let mark: FileMark

  private static let chunk = 1 << 20

  /// Throws if there is no such file, if it is not a regular file, or if it may not be read.
  convenience init(path: String) throws(BundleError) {
    try self.init(path: path, in: AT_FDCWD, FileName(path))
  }

  /// Opens a file in a folder.
  ///
  /// - Parameter path: for messages, if different from the file's own.
  convenience init(
    _ name: FileName, in folder: OpenFolder, path: String? = nil
  ) throws(BundleError) {
    try self.init(path: path ?? folder.path(of: name), in: folder.descriptor, name)
  }

  private init(path: String, in folder: Int32, _ name: FileName) throws(BundleError) {
    var opened: Int32 = -1
    let code = attempt(.open) {
      // Without O_NONBLOCK, opening a pipe would wait for a writer.
      opened = name.withPointer { openat(folder, $0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
      return opened
    }
    guard code == 0 else {
      throw code == ENOENT || code == ENOTDIR
        ? .notFound(path: path) : .cannotRead(path: path, reason: systemError(code))
    }
    var status = stat()
    let failure = attempt(.status) { fstat(opened, &status) }
    guard failure == 0 else {
      close(opened)
      throw .cannotRead(path: path, reason: systemError(failure))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(opened)
      throw .notAFile(path: path)
    }
    self.path = path
    descriptor = opened
    size = Int(status.st_size)
    mark = FileMark(status)
  }

  deinit { close(descriptor) }

  /// Whether it was written to since it was opened.
  func isChanged() throws(BundleError) -> Bool {
    var status = stat()
    let code = attempt(.status) { fstat(descriptor, &status) }
    guard code == 0 else { throw .cannotRead(path: path, reason: systemError(code)) }
    return FileMark(status) != mark || Int(status.st_size) != size
  }

  /// Fills `buffer` with the bytes from `offset` on; throws if the file ends earlier.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(BundleError) {
    var done = 0
    while done < buffer.count {
      let wanted = min(buffer.count - done, 1 << 30)
      var count = 0
      let code = attempt(.read) {
        count = pread(descriptor, buffer.baseAddress.map { $0 + done }, wanted, off_t(offset + done))
        return count < 0 ? -1 : 0
      }
      guard code == 0 else { throw .cannotRead(path: path, reason: systemError(code)) }
      if count == 0 {
        throw .sizeMismatch(path: path, expected: offset + buffer.count, got: offset + done)
      }
      done += count
    }
  }

  /// The whole file; throws if it exceeds `limit` bytes, before any memory is allocated.
  func contents(limit: Int) throws(BundleError) -> [UInt8] {
    guard size <= limit else { throw .tooLarge(path: path, bytes: size, limit: limit) }
    var bytes = [UInt8](repeating: 0, count: size)
    try fill(&bytes, at: 0)
    return bytes
  }

  /// Fills an array of plain numbers from the bytes from `offset` on.
  func fill<Element: BitwiseCopyable>(
    _ elements: inout [Element], at offset: Int
  ) throws(BundleError) {
    try elements.withUnsafeMutableBufferPointer { (buffer) throws(BundleError) in
      try read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
    }
  }

  /// The SHA-256 of the whole file, read a megabyte at a time.
  func digest() throws(BundleError) -> FileDigest {
    var hash = SHA256()
    var buffer = [UInt8](repeating: 0, count: min(max(size, 1), Self.chunk))
    var offset = 0
    while offset < size {
      let count = min(buffer.count, size - offset)
      try buffer.withUnsafeMutableBufferPointer { (bytes) throws(BundleError) in
        let part = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(bytes)[..<count])
        try read(at: offset, into: part)
        hash.update(bufferPointer: UnsafeRawBufferPointer(part))
      }
      offset += count
    }
    return FileDigest(bytes: size, sha256: hexadecimal(hash.finalize()))
  }
}

/// Lower-case hexadecimal digits, two per byte.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}
