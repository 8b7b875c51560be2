import Crypto
import Foundation

/// A new file that is written from its beginning to its end, hashed on the way, and synced.
///
/// It never overwrites: the path must be free.
package struct FileWriter: ~Copyable {
  package let path: String
  private let descriptor: Int32
  private var hash = SHA256()
  private var bytes = 0

  /// Throws when the path is taken or cannot be written to.
  package init(path: String) throws(BundleError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: systemError(errno)) }
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Appends bytes; throws when the disk is full, among others.
  package mutating func write(_ buffer: UnsafeRawBufferPointer) throws(BundleError) {
    var done = 0
    while done < buffer.count {
      let wanted = min(buffer.count - done, 1 << 30)
      let count = Foundation.write(descriptor, buffer.baseAddress.map { $0 + done }, wanted)
      if count < 0 {
        let code = errno
        if code == EINTR { continue }
        throw .cannotWrite(path: path, reason: systemError(code))
      }
      done += count
    }
    hash.update(bufferPointer: buffer)
    bytes += buffer.count
  }

  /// Appends bytes.
  package mutating func write(_ bytes: [UInt8]) throws(BundleError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(BundleError) in
      try write(UnsafeRawBufferPointer(buffer))
    }
  }

  /// Syncs the file to its disk and returns the digest of what was written.
  package consuming func finish() throws(BundleError) -> FileDigest {
    guard fsync(descriptor) == 0 else {
      throw .cannotWrite(path: path, reason: systemError(errno))
    }
    return FileDigest(bytes: bytes, sha256: hexadecimal(hash.finalize()))
  }
}
