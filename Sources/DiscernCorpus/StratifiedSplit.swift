/// A division of labelled texts into training and development that keeps the classes' shares.
///
/// The division depends only on the seed, the labels and the texts' numbers.
public struct StratifiedSplit: Sendable, Equatable {
  /// The indices of the training texts, ascending.
  public let training: [Int]
  /// The indices of the texts that are held out, ascending.
  public let development: [Int]

  /// Takes `fraction` of all texts, rounded to the nearest whole number, for development. Each class
  /// contributes its share, rounded by largest remainders (the lowest class first among equals), and keeps at
  /// least one text for training.
  ///
  /// - Parameters:
  ///   - labels: [texts] classes, at least 0.
  ///   - fraction: above 0 and below 1.
  /// - Throws: `CorpusError.splitImpossible`.
  public init(labels: [Int32], fraction: Double, seed: UInt64) throws(CorpusError) {
    let count = labels.count
    let wanted = try Self.wanted(fraction, of: count)
    var members: [Int32: [Int]] = [:]
    for (index, label) in labels.enumerated() { members[label, default: []].append(index) }
    let classes = members.keys.sorted().compactMap { members[$0] }
    guard wanted <= count - classes.count else {
      throw .splitImpossible(
        reason: "\(count) texts of \(classes.count) classes cannot give \(wanted) to development and keep "
          + "one of each class for training; lower --validation-fraction, or give more texts or --dev")
    }
    let sizes = Self.apportion(wanted, classes.map(\.count))
    var isDevelopment = [Bool](repeating: false, count: count)
    for (indices, size) in zip(classes, sizes) {
      let order = indices.map { (key: SplitMix64.value(seed: seed, index: UInt64($0)), index: $0) }
        .sorted { $0 < $1 }
      for (_, index) in order.prefix(size) { isDevelopment[index] = true }
    }
    training = (0..<count).filter { !isDevelopment[$0] }
    development = (0..<count).filter { isDevelopment[$0] }
  }

  /// The number of texts to be held out of `count`.
  static func wanted(_ fraction: Double, of count: Int) throws(CorpusError) -> Int {
    guard fraction > 0, fraction < 1 else {
      throw .splitImpossible(reason: "--validation-fraction is \(fraction), expected between 0 and 1")
    }
    let wanted = Int((fraction * Double(count)).rounded())
    guard wanted > 0 else {
      throw .splitImpossible(
        reason: "a fraction of \(fraction) of \(count) texts is none; raise --validation-fraction, or give "
          + "more texts or --dev")
    }
    return wanted
  }

  /// Divides `total` among classes of the given sizes: at least one text of each is left.
  private static func apportion(_ total: Int, _ sizes: [Int]) -> [Int] {
    let count = sizes.reduce(0, +)
    var given = sizes.map { total * $0 / count }
    var left = total - given.reduce(0, +)
    let byRemainder = sizes.indices.sorted {
      let (a, b) = (total * sizes[$0] % count, total * sizes[$1] % count)
      return a != b ? a > b : $0 < $1
    }
    while left > 0 {
      for index in byRemainder where left > 0 && given[index] < sizes[index] - 1 {
        given[index] += 1
        left -= 1
      }
    }
    return given
  }
}

/// SplitMix64 (Steele, Lea and Flood 2014) as a function of a counter.
enum SplitMix64 {
  /// Number `index` of the stream for `seed`.
  static func value(seed: UInt64, index: UInt64) -> UInt64 {
    mix(mix(seed &+ 0x9E37_79B9_7F4A_7C15) &+ (index &+ 1) &* 0x9E37_79B9_7F4A_7C15)
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
