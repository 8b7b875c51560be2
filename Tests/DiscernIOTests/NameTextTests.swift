import DiscernIO
import Foundation
import TestSupport
import Testing

@Suite struct NameTextTests {
  @Test func whatIsUTF8StaysAsItIs() {
    for name in ["pos", "好评", "e\u{301}", "a\\b", "\\t", "\\x41", "\\xe9", "line\nbreak", "\\"] {
      #expect(NameText.text(Array(name.utf8)) == name)
    }
  }

  @Test func otherBytesAreWrittenOut() {
    #expect(NameText.text([0xE9, 0x74, 0xE9]) == "\\xE9t\\xE9")
    #expect(NameText.text(Array("é".utf8) + [0xFF]) == "é\\xFF")
    #expect(NameText.text(Array("\\xE9".utf8)) == "\\\\xE9")
  }

  /// Every name of up to five of these pieces, which were chosen to be confused.
  @Test func noTwoNamesHaveTheSameText() {
    let pieces: [[UInt8]] = [Array("\\".utf8), [0xE9], Array("x".utf8), Array("E9".utf8), Array("é".utf8)]
    var names: Set<[UInt8]> = [[]]
    for _ in 0..<5 { names.formUnion(names.flatMap { name in pieces.map { name + $0 } }) }
    #expect(Set(names.map { Array(NameText.text($0).utf8) }).count == names.count)
  }

  @Test func messagesShowNoControlCharacters() {
    #expect("\(RawPath("a\nb\u{1B}[2J\u{85}ü"))" == "a\\nb\\u{1B}[2J\\u{85}ü")
  }

  @Test func foldersAreListedByBytes() throws {
    try withTemporaryFolder { folder in
      let names: [[UInt8]] = [Array("a\nb".utf8), [0xE9], Array("é".utf8)]
      for name in names {
        let path = Array((folder + "/").utf8) + name + [0]
        #expect(
          path.withUnsafeBytes { mkdir($0.baseAddress!.assumingMemoryBound(to: CChar.self), 0o700) } == 0)
      }
      let found = try FolderEntry.names(in: RawPath(folder))
      #expect(found.map(\.bytes) == [Array("a\nb".utf8), Array("é".utf8), [0xE9]])
      for name in found { #expect(FolderEntry(RawPath(folder).appending(name))?.kind == .folder) }
      #expect(throws: InputError.self) { try FolderEntry.names(in: RawPath(folder + "/none")) }
    }
  }
}
