/// The content of a stream once it is decompressed.
enum Container {
  case bytes, tar, zip

  /// A tar header is recognised by its checksum, so that all kinds of tar are recognised and no text is.
  static func of(_ head: [UInt8]) -> Container {
    if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) || head.starts(with: [0x50, 0x4B, 0x05, 0x06]) {
      return .zip
    }
    guard head.count >= 512 else { return .bytes }
    let block = head[..<512]
    if block.allSatisfy({ $0 == 0 }) { return .tar }  // an archive without members
    // A field without digits means a sum of zero, which no header has.
    return head.withUnsafeBytes { TarHeader.hasChecksum(UnsafeRawBufferPointer(rebasing: $0[..<512])) }
      ? .tar : .bytes
  }
}
