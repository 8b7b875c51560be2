import DiscernIO
import TestSupport
import Testing

@Suite struct GzipCheckTests {
  @Test(arguments: [1, 7, 8, 9, 16, 17, 511, 512, 100_000]) func zerosBehindTheDataArePadding(count: Int)
    throws
  {
    for bytes in [CompressedFixtures.gzip, CompressedFixtures.gzipTwoMembers] {
      let padded = bytes + [UInt8](repeating: 0, count: count)
      #expect(try withFile(padded) { try contents($0) } == Array(CompressedFixtures.text.utf8))
    }
    let empty = CompressedFixtures.gzipEmpty + [UInt8](repeating: 0, count: count)
    #expect(try withFile(empty) { try contents($0) } == [])
  }

  @Test func otherBytesAreNot() throws {
    for rest in [[1], [UInt8](repeating: 0, count: 600) + [7], Array("rubbish after the data".utf8)] {
      try withFile(CompressedFixtures.gzip + rest) { path in
        #expect(throws: InputError.self) { try contents(path) }
      }
    }
  }

  @Test func aPaddedTarGzip() throws {
    let bytes = CompressedFixtures.tarGzip + [UInt8](repeating: 0, count: 5000)
    #expect(try withFile(bytes) { try contents($0) } == Array(CompressedFixtures.text.utf8))
  }
}
