import ArgumentParser

/// A number of bytes: `5000000`, or with `k`, `M`, `G` or `T` for powers of 1024.
struct ByteCount: ExpressibleByArgument {
  let bytes: Int

  init(_ bytes: Int) { self.bytes = bytes }

  init?(argument: String) {
    var digits = argument[...]
    var factor = 1
    if let power = argument.last.flatMap({ "kmgt".firstIndex(of: Character($0.lowercased())) }) {
      factor = 1 << (10 * ("kmgt".distance(from: "kmgt".startIndex, to: power) + 1))
      digits = digits.dropLast()
    }
    guard let number = Int(digits), number > 0 else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
    if overflow { return nil }
    self.bytes = bytes
  }

  var defaultValueDescription: String {
    for (unit, shift) in [("G", 30), ("M", 20)] where bytes % (1 << shift) == 0 {
      return "\(bytes >> shift)\(unit)"
    }
    return "\(bytes)"
  }
}
