import DiscernIO
import Foundation
import TestSupport
import Testing

/// Everything that `read` yields, asked for `step` bytes at a time.
func allBytes(
  step: Int = 1 << 12, _ read: (UnsafeMutableRawBufferPointer) throws(InputError) -> Int
) throws(InputError) -> [UInt8] {
  var result: [UInt8] = []
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: step, alignment: 1)
  defer { buffer.deallocate() }
  while true {
    let count = try read(buffer)
    if count == 0 { return result }
    result += buffer[..<count]
  }
}

func contents(_ path: String, step: Int = 1 << 12) throws(InputError) -> [UInt8] {
  let source = try ByteSource(path: path)
  return try allBytes(step: step) { buffer throws(InputError) in try source.read(into: buffer) }
}

@Suite struct ByteSourceTests {
  enum Kind: CaseIterable {
    case gzip, gzipTwoMembers, xz, bzip2, zstandard

    var bytes: [UInt8] {
      switch self {
      case .gzip: CompressedFixtures.gzip
      case .gzipTwoMembers: CompressedFixtures.gzipTwoMembers
      case .xz: CompressedFixtures.xz
      case .bzip2: CompressedFixtures.bzip2
      case .zstandard: CompressedFixtures.zstandard
      }
    }
  }

  @Test(arguments: Kind.allCases) func decompressesWhateverTheNameSays(kind: Kind) throws {
    let bytes = kind.bytes
    for name in ["file", "file.txt", "file.gz", "file.xz"] {
      for step in [1, 3, 4096] {
        let read = try withFile(bytes, named: name) { try contents($0, step: step) }
        #expect(read == Array(CompressedFixtures.text.utf8))
      }
    }
  }

  @Test func plainTextStaysPlainUnderACompressedName() throws {
    for text in ["plain\n", "", "P", "BZ", "BZh9", "PK", "\u{1F}", "(µ/", "x\0y\n"] {
      for name in ["file.gz", "file.xz", "file.zip", "file.tar"] {
        #expect(try withFile(text.utf8, named: name) { try contents($0) } == Array(text.utf8))
      }
    }
  }

  @Test func oddFirstBytesAreNotMangled() throws {
    // The first bytes of other formats that libarchive can guess: uu, compress, lzip, rpm, cpio, mtree, ar …
    let heads: [[UInt8]] = [
      Array("begin 644 x\n".utf8), [0x1F, 0x9D, 0x90], Array("LZIP\u{1}".utf8), [0xED, 0xAB, 0xEE, 0xDB],
      Array("070707".utf8), Array("#mtree\n".utf8), Array("!<arch>\n".utf8), Array("Rar!".utf8),
      Array("7z".utf8), [0xFE, 0xFF, 0x00, 0x41], [0x1F, 0x8B, 0x09, 0x00],
    ]
    for head in heads {
      let bytes = head + Array("and some text after it\n".utf8)
      #expect(try withFile(bytes) { try contents($0) } == bytes)
    }
  }

  @Test func onlyOneLayerIsUnpacked() throws {
    #expect(try withFile(CompressedFixtures.gzipTwice) { try contents($0) } == CompressedFixtures.gzip)
    #expect(try withFile(CompressedFixtures.gzipEmpty) { try contents($0) } == [])
  }

  @Test func anArchiveOfOneFileCountsAsThatFile() throws {
    for bytes in [CompressedFixtures.zip, CompressedFixtures.zipStreamed, CompressedFixtures.tarGzip] {
      #expect(try withFile(bytes) { try contents($0) } == Array(CompressedFixtures.text.utf8))
      #expect(try withFile(bytes) { try InputFile(path: $0).isArchive })
    }
    #expect(try !withFile(CompressedFixtures.gzip) { try InputFile(path: $0).isArchive })
    #expect(try !withFile("plain".utf8, named: "x.tar") { try InputFile(path: $0).isArchive })
  }

  @Test func anArchiveOfSeveralFilesOrNoneIsRefused() throws {
    try withFile(CompressedFixtures.zipTwo) { path in
      #expect(throws: InputError.severalFiles(path: path, members: ["one.txt", "two.txt"])) {
        try contents(path)
      }
    }
    try withFile(CompressedFixtures.tarGzipFolder) { path in
      #expect(throws: InputError.severalFiles(path: path, members: ["…", "r/neg/坏.txt"])) {
        try contents(path)
      }
    }
    try withFile([UInt8](repeating: 0, count: 1024)) { path in
      #expect(throws: InputError.noFile(path: path)) { try contents(path) }
    }
  }

  @Test func missingFilesAndFoldersAreNamed() throws {
    #expect(throws: InputError.notFound(path: "/nowhere/x.gz")) { try contents("/nowhere/x.gz") }
    try withTemporaryFolder { folder in
      #expect(throws: InputError.isDirectory(path: folder)) { try contents(folder) }
      #expect(throws: InputError.isDirectory(path: folder)) { try InputFile(path: folder) }
    }
  }

  @Test(arguments: Kind.allCases) func everyTruncationIsAnError(kind: Kind) throws {
    let bytes = kind.bytes
    let identified = kind == .bzip2 ? 10 : 6
    for length in identified..<bytes.count {
      // A cut between two members leaves a whole file.
      if kind == .gzipTwoMembers, length == 31 { continue }
      try withFile(bytes[..<length]) { path in
        do throws(InputError) {
          let read = try contents(path)
          Issue.record("\(kind) cut to \(length) of \(bytes.count) bytes gave \(read.count) bytes")
        } catch {
          guard case .corrupt(path, _) = error else {
            Issue.record("\(error)")
            return
          }
        }
      }
    }
  }

  @Test(arguments: Kind.allCases) func aFlippedBitIsAnErrorOrChangesNothing(kind: Kind) throws {
    let bytes = kind.bytes
    let text = Array(CompressedFixtures.text.utf8)
    try withTemporaryFolder { folder in
      let path = folder + "/file"
      for position in 10..<bytes.count {
        var damaged = bytes
        damaged[position] ^= 1 << UInt8(position % 8)
        try Data(damaged).write(to: URL(fileURLWithPath: path))
        // The header of a second gzip member may lose its magic and turn into ignored rubbish, but then
        // the checksum of the whole fails.
        if let read = try? contents(path) { #expect(read == text, "\(kind): byte \(position)") }
      }
    }
  }

  @Test func largePlainAndCompressedFilesComeThroughWhole() throws {
    var generator = SeededGenerator(seed: 4)
    let bytes = (0..<3_000_000).map { _ in UInt8.random(in: 97...122, using: &generator) }
    #expect(try withFile(bytes) { try contents($0, step: 100_003) } == bytes)
  }
}
