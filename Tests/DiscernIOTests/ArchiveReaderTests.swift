import DiscernIO
import Foundation
import TestSupport
import Testing

@Suite struct ArchiveReaderTests {
  private func members(_ path: String) throws -> [String: String] {
    let archive = try ArchiveReader(path: path)
    var result: [String: String] = [:]
    while let entry = try archive.next() {
      guard entry.isFile else { continue }
      let bytes = try allBytes { buffer throws(InputError) in try archive.read(into: buffer) }
      if let size = entry.size { #expect(size == bytes.count) }
      result[entry.name.text] = String(decoding: bytes, as: UTF8.self)
    }
    return result
  }

  enum Kind: CaseIterable {
    case tarGzip, tarXZPax, zip

    var bytes: [UInt8] {
      switch self {
      case .tarGzip: CompressedFixtures.tarGzipFolder
      case .tarXZPax: CompressedFixtures.tarXZPax
      case .zip: CompressedFixtures.zipFolder
      }
    }
  }

  @Test(arguments: Kind.allCases) func membersComeWithTheirNamesAndBytes(kind: Kind) throws {
    let bytes = kind.bytes
    let found = try withFile(bytes) { try members($0) }
    #expect(found == ["r/pos/1.txt": "good", "r/neg/坏.txt": "bad\n"])
  }

  @Test(arguments: Kind.allCases) func whatIsNotReadIsSkipped(kind: Kind) throws {
    let bytes = kind.bytes
    try withFile(bytes) { path in
      let archive = try ArchiveReader(path: path)
      var names: [String] = []
      while let entry = try archive.next() { if entry.isFile { names.append(entry.name.text) } }
      #expect(names == ["r/pos/1.txt", "r/neg/坏.txt"])
    }
  }

  @Test(arguments: Kind.allCases) func aCutArchiveIsAnErrorNamingIt(kind: Kind) throws {
    let bytes = kind.bytes
    try withFile(bytes[..<(bytes.count * 2 / 3)]) { path in
      do {
        let found = try members(path)
        Issue.record("\(kind): \(found)")
      } catch let error as InputError {
        #expect("\(error)".hasPrefix(path))
      }
    }
  }

  @Test func whatIsNoArchiveIsRefused() throws {
    for bytes in [Array("text".utf8), CompressedFixtures.gzip] {
      try withFile(bytes, named: "x.tar.gz") { path in
        #expect(throws: InputError.corrupt(path: path, reason: "neither a tar nor a zip archive")) {
          try members(path)
        }
      }
    }
  }

  @Test(.enabled(if: SharedData.isPresent)) func readsTheReviewArchiveWithoutUnpacking() throws {
    let path = SharedData.path("data/imdb/aclImdb-mini.tar.gz")
    #expect(try InputFile(path: path).isArchive)
    let archive = try ArchiveReader(path: path)
    var counts: [String: Int] = [:]
    while let entry = try archive.next() {
      if entry.isFile { counts[(entry.name.text as NSString).deletingLastPathComponent, default: 0] += 1 }
    }
    #expect(counts["aclImdb/train/pos"] == 500 && counts["aclImdb/test/neg"] == 250)
  }
}
