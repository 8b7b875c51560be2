import DiscernIO
import Foundation
import TestSupport
import Testing

/// Runs `body` with the path of a named pipe into which `bytes` are written, `step` at a time.
private func withPipe<Result>(
  _ bytes: [UInt8], step: Int = 4096, _ body: (String) throws -> Result
) throws -> Result {
  try withTemporaryFolder { folder in
    let path = folder + "/pipe"
    #expect(mkfifo(path, 0o600) == 0)
    signal(SIGPIPE, SIG_IGN)
    let writer = Thread {
      let descriptor = open(path, O_WRONLY)
      defer { close(descriptor) }
      for start in stride(from: 0, to: bytes.count, by: step) {
        let part = bytes[start..<min(start + step, bytes.count)]
        if part.withUnsafeBytes({ write(descriptor, $0.baseAddress, $0.count) }) < 0 { return }
      }
    }
    writer.start()
    return try body(path)
  }
}

private func contents(_ file: InputFile) throws(InputError) -> [UInt8] {
  let source = try ByteSource(file)
  return try allBytes { buffer throws(InputError) in try source.read(into: buffer) }
}

@Suite struct InputFileTests {
  static let kinds: [[UInt8]] = [
    Array(String(repeating: "good film\n", count: 3000).utf8), [], Array("x".utf8),
  ]

  @Test(arguments: [1, 700, 4096]) func aPipeGivesAllItsBytesThoughItWasLookedAt(step: Int) throws {
    for bytes in Self.kinds {
      try withPipe(bytes, step: step) { path in
        let file = try InputFile(path: path)
        #expect(!file.isArchive)
        #expect(try contents(file) == bytes)
        #expect(throws: InputError.readOnce(path: path)) { try contents(file) }
      }
    }
  }

  @Test func compressedPipesToo() throws {
    for bytes in [CompressedFixtures.gzip, CompressedFixtures.xz, CompressedFixtures.zstandard] {
      try withPipe(bytes, step: 7) { path in
        let file = try InputFile(path: path)
        #expect(try contents(file) == Array(CompressedFixtures.text.utf8))
      }
    }
  }

  @Test func whatIsKeptCanBeReadOften() throws {
    let text = Array(CompressedFixtures.text.utf8)
    for bytes in [text, CompressedFixtures.gzip] {
      try withPipe(bytes, step: 5) { path in
        let file = try InputFile(path: path, keeps: true)
        for _ in 0..<3 { #expect(try contents(file) == text) }
      }
    }
  }

  @Test func anArchiveOnAPipeIsKept() throws {
    for bytes in [CompressedFixtures.zip, CompressedFixtures.zipStreamed, CompressedFixtures.tarGzip] {
      try withPipe(bytes, step: 100) { path in
        let file = try InputFile(path: path)
        #expect(file.isArchive)
        for _ in 0..<2 { #expect(try contents(file) == Array(CompressedFixtures.text.utf8)) }
      }
    }
  }
}
