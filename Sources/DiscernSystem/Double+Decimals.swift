extension Double {
  /// The number as written by `printf` with a fixed number of decimals, with a point in every locale.
  package func text(decimals: Int) -> String { printed("%.*f", decimals) }

  /// The number as written by `printf` with a number of significant digits (`%g`), with a point in every
  /// locale.
  package func text(significantDigits: Int) -> String { printed("%.*g", significantDigits) }

  private func printed(_ format: String, _ digits: Int) -> String {
    // The largest number has 309 digits before the point.
    let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 330 + digits) { buffer in
      let count = withVaList([Int32(digits), self]) {
        vsnprintf(buffer.baseAddress, buffer.count, format, $0)
      }
      return String(decoding: buffer.prefix(Int(count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
    // A host program may have chosen a locale; only its decimal separator is not a digit, sign or letter.
    return String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) ? $0 : "." })
  }
}
