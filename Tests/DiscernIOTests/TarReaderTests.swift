import DiscernIO
import TestSupport
import Testing

@Suite struct TarReaderTests {
  private func entries(_ tar: [UInt8]) throws -> [ArchiveEntry] {
    try withFile(tar) { path in
      let archive = try ArchiveReader(path: path)
      var entries: [ArchiveEntry] = []
      while let entry = try archive.next() { entries.append(entry) }
      return entries
    }
  }

  @Test func namesAreTheBytesThatTheyAre() throws {
    var tar = TarBytes()
    // Composed, decomposed, Latin-1, and all of these after a pax header.
    let names: [[UInt8]] = [
      Array("é/1".utf8), Array("e\u{301}/1".utf8), [0xE9, 0x2F, 0x31], Array("\n".utf8),
    ]
    for name in names {
      tar.add(name, "x".utf8)
      tar.add("short".utf8, "x".utf8, pax: [("path", name), ("mtime", Array("1.5".utf8))])
    }
    #expect(try entries(tar.finished).map(\.name.bytes) == names.flatMap { [$0, $0] })
  }

  @Test func kindsAreTold() throws {
    var tar = TarBytes()
    tar.add("d/".utf8, type: "5")
    tar.add("f".utf8, "abc".utf8)
    tar.add("h".utf8, type: "1", target: "f")
    tar.add("s".utf8, type: "2", target: "f")
    tar.add("c".utf8, type: "3")
    tar.add(
      "GNUSparseFile.0/x".utf8, "x".utf8,
      pax: [("GNU.sparse.major", Array("1".utf8)), ("GNU.sparse.name", Array("sparse".utf8))])
    tar.add("old/".utf8, type: "\0")
    #expect(try entries(tar.finished)[5].name == RawPath("sparse"))
    #expect(
      try entries(tar.finished).map(\.kind) == [
        .folder, .file, .hardLink(RawPath("f")), .symbolicLink, .device, .other, .folder,
      ])
  }

  @Test func sizesOfPaxHeadersCount() throws {
    var tar = TarBytes()
    tar.add("a".utf8, "abc".utf8, pax: [("size", Array("3".utf8))])
    tar.add("b".utf8, "d".utf8)
    #expect(try entries(tar.finished).map(\.size) == [3, 1])
  }

  @Test func damageIsNamed() throws {
    var tar = TarBytes()
    tar.add("a".utf8, [UInt8](repeating: 0x61, count: 600))
    tar.add("b".utf8, "b".utf8)
    for length in [513, 1000, 1024 + 512 + 100, 1024 + 512 + 512 + 200] {
      #expect(throws: InputError.self, "cut to \(length)") { try entries(Array(tar.bytes[..<length])) }
    }
    var flipped = tar.finished
    flipped[512 + 1024 + 3] ^= 1
    #expect(throws: InputError.self) { try entries(flipped) }
    var pax = TarBytes()
    pax.add("x".utf8, "999 path=y\n".utf8, type: "x")
    pax.add("z".utf8)
    #expect(throws: InputError.self) { try entries(pax.finished) }
  }

  @Test func aMissingEndMarkIsTold() throws {
    var tar = TarBytes()
    tar.add("a".utf8, "abc".utf8)
    for (bytes, isWarned) in [(tar.bytes, true), (tar.finished, false)] {
      try withFile(bytes) { path in
        let archive = try ArchiveReader(path: path)
        while try archive.next() != nil {}
        #expect((archive.warning != nil) == isWarned)
      }
    }
  }
}
