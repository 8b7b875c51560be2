import DiscernVocabulary
import Foundation
import Testing

@Suite struct CounterGeneratorTests {
  // The known answers that come with Random123 (kat_vectors, philox4x32 with 10 rounds).
  @Test func givesTheKnownAnswers() {
    #expect(
      CounterGenerator(seed: 0).block(.zero)
        == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      CounterGenerator(seed: .max).block(SIMD4(repeating: .max))
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      CounterGenerator(seed: 0x299f_31d0_a409_3822)
        .block(SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344))
        == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func normalDrawsHaveTheMomentsAskedFor() {
    var values = [Float](repeating: 0, count: 100_001)
    values.withUnsafeMutableBufferPointer {
      CounterGenerator(seed: 3).fillNormal($0, mean: 2, deviation: 0.5, purpose: 1, index: 7)
    }
    let count = Double(values.count)
    let mean = values.reduce(0) { $0 + Double($1) } / count
    func moment(_ order: Int) -> Double {
      values.reduce(0) { $0 + pow((Double($1) - 2) / 0.5, Double(order)) } / count
    }
    #expect(abs(mean - 2) < 0.005)
    #expect(abs(moment(2) - 1) < 0.02 && abs(moment(3)) < 0.05 && abs(moment(4) - 3) < 0.15)
  }

  @Test func streamsDifferByIndexAndPurposeAndSeed() {
    func draw(seed: UInt64, purpose: UInt32, index: UInt32) -> [Float] {
      var values = [Float](repeating: 0, count: 5)
      values.withUnsafeMutableBufferPointer {
        CounterGenerator(seed: seed).fillNormal($0, mean: 0, deviation: 1, purpose: purpose, index: index)
      }
      return values
    }
    let first = draw(seed: 1, purpose: 1, index: 1)
    #expect(first == draw(seed: 1, purpose: 1, index: 1))
    #expect(first != draw(seed: 2, purpose: 1, index: 1))
    #expect(first != draw(seed: 1, purpose: 2, index: 1))
    #expect(first != draw(seed: 1, purpose: 1, index: 2))
  }
}
