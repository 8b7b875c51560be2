import DiscernSystem
import Testing

@Test func formatsAreThoseOfPrintf() {
  #expect(String(format: "%.4f", 0.90254) == "0.9025")
  #expect(String(format: "%+.2f and %+.2f", 0.314, -0.5) == "+0.31 and -0.50")
  let floating = String(format: "%g %.3g %.1e %.0e", 0.5, 1234.5, 0.000_123_4, 25_000.0)
  #expect(floating == "0.5 1.23e+03 1.2e-04 2e+04")
  #expect(String(format: "%d:%02d min", 61, 5) == "61:05 min")
  #expect(String(format: "%d", Int.min) == "-9223372036854775808")
  #expect(String(format: "%5.1f|%-5d|", Float(2.5), 7) == "  2.5|7    |")
  #expect(String(format: "%@: %.1f %% of %@", "dev", 12.34, "α%d") == "dev: 12.3 % of α%d")
  #expect(String(format: "%f %f", Double.nan, -Double.infinity) == "nan -inf")
  #expect(String(format: "%.1f", 1e300).count == 303)
}

@Test func directivesWithoutAnArgumentOfTheirKindDoNotTrap() {
  #expect(String(format: "%d of %@") == "%d of %@")
  #expect(String(format: "%d", "text") == "text")
  #expect(String(format: "%@ %@", 3, 0.5) == "3 0.5")
  #expect(String(format: "half a directive %5") == "half a directive %5")
}
