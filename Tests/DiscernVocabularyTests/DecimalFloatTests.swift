import DiscernVocabulary
import Foundation
import TestSupport
import Testing

@Suite struct DecimalFloatTests {
  private func parse(_ text: String) -> DecimalFloat.Result {
    Array(text.utf8).withUnsafeBufferPointer { DecimalFloat.parse($0) }
  }

  // Rounded with exact fractions, among them the points midway between two floats and their nearest
  // neighbours, by Python:
  //
  // import random, struct
  // from fractions import Fraction
  // def bits(x): return struct.unpack("<I", struct.pack("<f", x))[0]
  // def exact(b): return Fraction(struct.unpack("<f", struct.pack("<I", b))[0])
  // def nearest(text):
  //     x = abs(Fraction(text)); low, high = 0, 0x7F7FFFFF
  //     while low < high:                       # the largest float not above x
  //         middle = (low + high + 1) // 2
  //         if exact(middle) <= x: low = middle
  //         else: high = middle - 1
  //     if low < 0x7F7FFFFF:
  //         down, up = x - exact(low), exact(low + 1) - x
  //         if up < down or (up == down and low & 1): low += 1
  //     return low | (0x80000000 if text.startswith("-") else 0)
  // random.seed(5)
  // cases = ["0", "-0", "+1", ".5", "5.", "1e-5", "-1E+5", "00012.5000", "3.4028235e38", "1.17549435e-38",
  // "1e-45",
  //   "7e-46", "7.1e-46", "1.4e-45", "16777217", "16777219", "33554433.5", "1e-400", "0e999",
  //   "123456789012345678901234567890"]
  // for _ in range(20):                         # midpoints of two floats, exactly and a trace beside
  //     b = random.randrange(1 << 23, 150 << 23); m = (exact(b) + exact(b + 1)) / 2
  //     power = 0
  //     while m.denominator >> power > 1: power += 1
  //     digits = str(m.numerator * 5 ** power); text = digits + "e-" + str(power)
  //     cases += [text, digits + "0001e-" + str(power + 4), str(int(digits) - 1) + "e-" + str(power)] if
  //     len(digits) < 40 else []
  // for _ in range(16): cases.append(f"{random.uniform(-3, 3):.{random.randrange(3, 18)}f}")
  // for c in cases: print(f'("{c}", 0x{nearest(c):08X}),')
  private static let golden: [(String, UInt32)] = [
    ("0", 0x0000_0000),
    ("-0", 0x8000_0000),
    ("+1", 0x3F80_0000),
    (".5", 0x3F00_0000),
    ("5.", 0x40A0_0000),
    ("1e-5", 0x3727_C5AC),
    ("-1E+5", 0xC7C3_5000),
    ("00012.5000", 0x4148_0000),
    ("3.4028235e38", 0x7F7F_FFFF),
    ("1.17549435e-38", 0x0080_0000),
    ("1e-45", 0x0000_0001),
    ("7e-46", 0x0000_0000),
    ("7.1e-46", 0x0000_0001),
    ("1.4e-45", 0x0000_0001),
    ("16777217", 0x4B80_0000),
    ("16777219", 0x4B80_0002),
    ("33554433.5", 0x4C00_0000),
    ("1e-400", 0x0000_0000),
    ("0e999", 0x0000_0000),
    ("123456789012345678901234567890", 0x6FC7_7488),
    ("865383941650390625e-15", 0x4458_5892),
    ("8653839416503906250001e-19", 0x4458_5893),
    ("865383941650390624e-15", 0x4458_5892),
    ("93703097663819789886474609375e-31", 0x3C19_85EE),
    ("937030976638197898864746093750001e-35", 0x3C19_85EE),
    ("93703097663819789886474609374e-31", 0x3C19_85ED),
    ("16901168040931224822998046875e-30", 0x3C8A_7452),
    ("169011680409312248229980468750001e-34", 0x3C8A_7452),
    ("16901168040931224822998046874e-30", 0x3C8A_7451),
    ("985317626953125e-11", 0x4619_F4B4),
    ("9853176269531250001e-15", 0x4619_F4B5),
    ("985317626953124e-11", 0x4619_F4B4),
    ("20226443125e-4", 0x49F6_E7A2),
    ("202264431250001e-8", 0x49F6_E7A3),
    ("20226443124e-4", 0x49F6_E7A2),
    ("-1.32310580393333810", 0xBFA9_5B88),
    ("2.204754566", 0x400D_1AB3),
    ("-2.042374725851770", 0xC002_B644),
    ("-2.568409585710", 0xC024_60D3),
    ("0.70472", 0x3F34_6888),
    ("-2.2065548746984520", 0xC00D_3832),
    ("-2.968121176535352", 0xC03D_F5B3),
    ("-1.70711", 0xBFDA_8295),
    ("2.2344466", 0x400F_012C),
    ("-1.118092", 0xBF8F_1DA3),
    ("0.2353408132249", 0x3E70_FD2F),
    ("0.75438", 0x3F41_1F0C),
    ("2.64585600652799", 0x4029_55B4),
    ("-1.81872573644380431", 0xBFE8_CC01),
    ("-0.701", 0xBF33_74BC),
    ("-0.83286", 0xBF55_3650),
  ]

  @Test func roundsToTheNearestFloat() {
    for (text, bits) in Self.golden {
      #expect(parse(text) == .value(Float(bitPattern: bits)), "\(text)")
      if case .value(let value) = parse(text) { #expect(value.bitPattern == bits, "\(text)") }
    }
  }

  @Test func agreesWithTheLibraryOnRandomNumbers() {
    var generator = SeededGenerator(seed: 8)
    func digits(_ range: ClosedRange<Int>) -> String {
      (0..<Int.random(in: range, using: &generator)).map { _ in
        String(Int.random(in: 0...9, using: &generator))
      }.joined()
    }
    for _ in 0..<50_000 {
      var text = ["", "-", "+"].randomElement(using: &generator) ?? ""
      text += digits(1...4)
      if Bool.random(using: &generator) { text += "." + digits(0...12) }
      if Int.random(in: 0...3, using: &generator) == 0 {
        text += ["e", "E-", "e+"].randomElement(using: &generator) ?? ""
        text += String(Int.random(in: 0...34, using: &generator))
      }
      let expected = Float(text) ?? .nan
      guard case .value(let value) = parse(text) else {
        #expect(!expected.isFinite, "\(text)")
        continue
      }
      #expect(value.bitPattern == expected.bitPattern, "\(text)")
    }
  }

  @Test func shortestTextsOfAllKindsOfFloatsComeBack() {
    var generator = SeededGenerator(seed: 9)
    for _ in 0..<50_000 {
      let value = Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &generator))
      if value.isFinite { #expect(parse("\(value)") == .value(value)) }
      // Doubles midway between two floats: rounding twice would go wrong here.
      let middle = (Double(value) + Double(value.nextUp)) / 2
      if middle.isFinite, Float(middle).isFinite {
        #expect(parse("\(middle)") == .value(Float("\(middle)") ?? .nan))
      }
    }
  }

  @Test func nothingButPlainDecimalNumbersIsTaken() {
    let bad = [
      "", "+", "-", ".", "-.", "e5", ".e5", "1e", "1e+", "1e-", "--1", "+-1", "1.2.3", "1,5", "1 ", " 1",
      "1_0",
      "0x10", "0x1p3", "inf", "-inf", "Infinity", "nan", "NaN", "nan(1)", "1f", "1d5", "１", "1e5.0", "1\0",
      "−1",
      "1e5e5", "0b1", "1.#INF", "$1", "1%",
    ]
    for text in bad { #expect(parse(text) == .malformed, "\(text.debugDescription)") }
    for text in ["1e39", "-1e39", "3.4028236e38", "1e400", "-1e99999999999999999999", "9e38"] {
      #expect(parse(text) == .overflow, "\(text)")
    }
  }

  @Test func numbersAtEveryDistanceFromTheEndAreRead() {
    // The fast path for eight digits must not read beyond the field.
    for count in 0...12 {
      let text = "0." + String("123456789012".prefix(count))
      let bytes = Array((text + "99999999").utf8)
      let result = bytes.withUnsafeBufferPointer {
        DecimalFloat.parse(UnsafeBufferPointer(rebasing: $0[..<text.utf8.count]))
      }
      #expect(result == .value(Float(text) ?? .nan), "\(text)")
    }
  }
}
