import Crypto

/// The size and the SHA-256 of a file, as the manifest records them.
package struct FileDigest: Sendable, Equatable, Codable {
  /// The file's size.
  package let bytes: Int
  /// 64 lower-case hexadecimal digits.
  package let sha256: String

  package init(bytes: Int, sha256: String) {
    self.bytes = bytes
    self.sha256 = sha256
  }

  /// The digest of bytes in memory.
  package static func of(bytes: [UInt8]) -> FileDigest {
    FileDigest(bytes: bytes.count, sha256: hexadecimal(SHA256.hash(data: bytes)))
  }

  /// The digest of numbers in memory.
  package static func of(_ floats: [Float]) -> FileDigest { floats.withUnsafeBytes { of([$0]) } }

  /// The digest of several parts in memory, one after another.
  package static func of(_ parts: [UnsafeRawBufferPointer]) -> FileDigest {
    var hash = SHA256()
    for part in parts { hash.update(bufferPointer: part) }
    return FileDigest(bytes: parts.reduce(0) { $0 + $1.count }, sha256: hexadecimal(hash.finalize()))
  }

  /// The digest of a file's present content. Cost: reads it once, a megabyte at a time.
  package static func of(path: String) throws(BundleError) -> FileDigest {
    try FileReader(path: path).digest()
  }
}

extension FileDigest {
  /// Throws unless the open file has this size and digest.
  func check(_ reader: FileReader) throws(BundleError) {
    guard reader.size == bytes else {
      throw .sizeMismatch(path: reader.path, expected: bytes, got: reader.size)
    }
    let got = try reader.digest()
    guard got.sha256 == sha256 else {
      throw .digestMismatch(path: reader.path, expected: sha256, got: got.sha256)
    }
  }
}
