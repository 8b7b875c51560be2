import DiscernIO
import Testing

/// RFC 3720, appendix B.4, and the usual check value; the first eight bytes take the path of eight at once.
@Test func castagnolisChecksumIsTheStandards() {
  #expect(CRC32.castagnoli(Array("123456789".utf8)) == 0xE306_9283)
  #expect(CRC32.castagnoli([]) == 0)
  #expect(CRC32.castagnoli(Array(repeating: 0, count: 32)) == 0x8A91_36AA)
  #expect(CRC32.castagnoli(Array(repeating: 0xFF, count: 32)) == 0x62A8_AB43)
  #expect(CRC32.castagnoli(Array(0...31)) == 0x46DD_794E)
}
