import Crypto
import Foundation

/// A regular file that is open for reading; closed when the value goes.
struct FileReader: ~Copyable {
  let path: String
  let size: Int
  private let descriptor: Int32

  private static let chunk = 1 << 20

  /// Throws when there is no such file, when it is no regular file, and when it may not be read.
  init(path: String) throws(BundleError) {
    // Without O_NONBLOCK the opening of a pipe would wait for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let code = errno
      throw code == ENOENT || code == ENOTDIR
        ? .notFound(path: path) : .cannotRead(path: path, reason: systemError(code))
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw .cannotRead(path: path, reason: systemError(code))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .notAFile(path: path)
    }
    self.path = path
    self.descriptor = descriptor
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Fills `buffer` with the bytes from `offset` on; throws when the file ends before.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(BundleError) {
    var done = 0
    while done < buffer.count {
      let wanted = min(buffer.count - done, 1 << 30)
      let count = pread(
        descriptor, buffer.baseAddress.map { $0 + done }, wanted, off_t(offset + done))
      if count < 0 {
        let code = errno
        if code == EINTR { continue }
        throw .cannotRead(path: path, reason: systemError(code))
      }
      if count == 0 {
        throw .sizeMismatch(path: path, expected: offset + buffer.count, got: offset + done)
      }
      done += count
    }
  }

  /// The whole file; throws when it is over `limit` bytes, before any memory is taken.
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

/// The system's own words for an error number.
func systemError(_ code: Int32) -> String { String(cString: strerror(code)) }

/// Lower-case hexadecimal digits, two a byte.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}
