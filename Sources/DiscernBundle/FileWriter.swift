import Crypto
import DiscernIO
import DiscernSystem

/// A new file that is written from beginning to end, hashed meanwhile, and synced.
///
/// It never overwrites: the path must be free.
package struct FileWriter: ~Copyable {
  package let path: String
  private let descriptor: Int32
  private var hash = SHA256()
  private var bytes = 0
  /// Small parts that are collected for one system call.
  private var pending: [UInt8] = []
  private static let pendingLimit = 1 << 16

  /// Throws if the path is taken or cannot be written to.
  package init(path: String) throws(BundleError) {
    var opened: Int32 = -1
    let code = attempt(.open) {
      opened = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      return opened
    }
    guard code == 0 else { throw .cannotWrite(path: path, reason: systemError(code)) }
    self.path = path
    descriptor = opened
  }

  deinit { close(descriptor) }

  /// Appends bytes; throws if the disk is full, for example.
  package mutating func write(_ buffer: UnsafeRawBufferPointer) throws(BundleError) {
    hash.update(bufferPointer: buffer)
    bytes += buffer.count
    if pending.count + buffer.count > Self.pendingLimit { try writePending() }
    if buffer.count > Self.pendingLimit {
      try put(buffer)
    } else {
      pending.append(contentsOf: buffer)
    }
  }

  private mutating func writePending() throws(BundleError) {
    try pending.withUnsafeBufferPointer { (buffer) throws(BundleError) in
      try put(UnsafeRawBufferPointer(buffer))
    }
    pending.removeAll(keepingCapacity: true)
  }

  private func put(_ buffer: UnsafeRawBufferPointer) throws(BundleError) {
    var done = 0
    while done < buffer.count {
      let wanted = min(buffer.count - done, 1 << 30)
      var count = 0
      let code = attempt(.write) {
        count = DiscernSystem.write(descriptor, buffer.baseAddress.map { $0 + done }, wanted)
        return count < 0 ? -1 : 0
      }
      guard code == 0 else { throw .cannotWrite(path: path, reason: systemError(code)) }
      done += count
    }
  }

  /// Appends bytes.
  package mutating func write(_ bytes: [UInt8]) throws(BundleError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(BundleError) in
      try write(UnsafeRawBufferPointer(buffer))
    }
  }

  /// Writes a complete file.
  package static func write(_ bytes: [UInt8], to path: String) throws(BundleError) {
    var file = try FileWriter(path: path)
    try file.write(bytes)
    _ = try file.finish()
  }

  /// Syncs the file to its disk and returns the digest of its content.
  package consuming func finish() throws(BundleError) -> FileDigest {
    try writePending()
    let code = attempt(.sync) { fsync(descriptor) }
    guard code == 0 else { throw .cannotWrite(path: path, reason: systemError(code)) }
    return FileDigest(bytes: bytes, sha256: hexadecimal(hash.finalize()))
  }
}
