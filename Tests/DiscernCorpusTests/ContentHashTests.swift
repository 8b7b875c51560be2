import DiscernCorpus
import Testing

@Suite struct ContentHashTests {
  /// Made by mmh3 5 (github.com/hajimes/mmh3):
  /// ```python
  /// import mmh3
  /// for n in (0, 1, 7, 8, 9, 15, 16, 17, 31, 33, 100):
  ///     b = bytes((i * 37 + 11) % 256 for i in range(n))
  ///     print(n, [hex(x) for x in mmh3.hash64(b, 0, x64arch=True, signed=False)])
  /// ```
  @Test func equalsMurmurHash3() {
    let golden: [(Int, UInt64, UInt64)] = [
      (0, 0x0, 0x0), (1, 0x932f_c7cc_e617_f1e7, 0x7a43_4b81_6c45_08dc),
      (7, 0x8340_cc68_6662_983b, 0xa08f_38df_aa7f_f6f9), (8, 0xf0b1_4400_7f89_ced7, 0xd022_2183_2d7a_f9a1),
      (9, 0xdbb3_088e_aec8_a0b1, 0xcbde_2418_2efe_09a9), (15, 0x2906_f047_b67f_83ff, 0x49ca_338f_e770_1fac),
      (16, 0xda9c_6658_0c5e_f0fb, 0x885a_ae87_bb6c_5ff7), (17, 0x78b8_ee9a_775e_07d1, 0xe367_9030_1698_fce0),
      (31, 0xb1ca_061e_d4c5_532f, 0xcb69_2648_9e7b_3763), (33, 0x08b8_8a88_c309_9ba9, 0x15c0_6fbd_b5df_8af9),
      (100, 0x26e6_3bc8_eee0_b77a, 0xc05a_220b_b5b9_5ee4),
    ]
    for (count, low, high) in golden {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + 11) }
      let hash = bytes.withUnsafeBufferPointer { ContentHash($0) }
      #expect(hash == ContentHash(low: low, high: high), "\(count) bytes")
    }
  }

  @Test func foldingKeepsTheOrder() {
    let a = ContentHash(low: 1, high: 2)
    let b = ContentHash(low: 3, high: 4)
    var ab = ContentHash()
    ab.combine(a)
    ab.combine(b)
    var ba = ContentHash()
    ba.combine(b)
    ba.combine(a)
    #expect(ab != ba)
    #expect(ContentHash(low: 0xAB, high: 1).hexadecimal == "000000000000000100000000000000ab")
  }
}
