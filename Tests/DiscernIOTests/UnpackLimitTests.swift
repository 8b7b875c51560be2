import DiscernIO
import TestSupport
import Testing

@Suite struct UnpackLimitTests {
  private func read(_ path: String, _ limit: UnpackLimit) throws {
    let source = try ByteSource(InputFile(path: path, limit: limit))
    _ = try allBytes { buffer throws(InputError) in try source.read(into: buffer) }
  }

  @Test func moreBytesThanAllowedAreAnError() throws {
    let size = CompressedFixtures.text.utf8.count
    for bytes in [CompressedFixtures.gzip, CompressedFixtures.xz, CompressedFixtures.zip] {
      try withFile(bytes) { path in
        try read(path, UnpackLimit(bytes: size))
        #expect(throws: InputError.unpacksTooMuch(path: path, limit: size - 1)) {
          try read(path, UnpackLimit(bytes: size - 1))
        }
      }
    }
  }

  @Test func plainFilesHaveNoLimit() throws {
    try withFile("a text of some length\n".utf8) { path in try read(path, UnpackLimit(bytes: 1)) }
  }
}
