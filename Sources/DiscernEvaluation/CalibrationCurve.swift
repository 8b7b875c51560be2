/// The agreement of predictions' confidence with their accuracy (a reliability diagram).
///
/// The confidence of a prediction is its largest probability. Bins are equally wide over 0…1: bin k of K,
/// counted from 0, has the confidences in (k/K, (k+1)/K], and the first has 0, as in Guo, Pleiss, Sun and
/// Weinberger (2017), section 2.
public struct CalibrationCurve: Sendable, Equatable, Codable {
  /// One bin of confidences.
  public struct Bin: Sendable, Equatable, Codable {
    /// The number of predictions in the bin.
    public let count: Int
    /// Their mean confidence, 0…1; nil in an empty bin.
    public let confidence: Double?
    /// The share of them that are right, 0…1; nil in an empty bin.
    public let accuracy: Double?

    private enum CodingKeys: String, CodingKey { case count, confidence, accuracy }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(count, forKey: .count)
      try container.encode(confidence, forKey: .confidence)
      try container.encode(accuracy, forKey: .accuracy)
    }
  }

  /// The bins, from the lowest confidence to the highest.
  public let bins: [Bin]
  /// The mean over predictions of |accuracy − confidence| of their bin (equation 3 of the paper), 0…1.
  public let expectedCalibrationError: Double
  /// The largest |accuracy − confidence| of a bin that is not empty (equation 5), 0…1.
  public let maximumCalibrationError: Double

  /// The curve of confidences, each 0…1, and whether each prediction was right. Cost: O(n + bins).
  public init(confidences: [Double], isCorrect: [Bool], binCount: Int = 15) {
    precondition(
      confidences.count == isCorrect.count,
      "expected a flag for each of \(confidences.count) confidences, got \(isCorrect.count)")
    precondition(binCount > 0, "expected at least one bin, got \(binCount)")
    precondition(
      confidences.allSatisfy { $0 >= 0 && $0 <= 1 }, "a confidence is not between 0 and 1")
    var counts = [Int](repeating: 0, count: binCount)
    var correct = counts
    var sums = [Double](repeating: 0, count: binCount)
    for (confidence, isRight) in zip(confidences, isCorrect) {
      let bin = Self.bin(of: confidence, count: binCount)
      counts[bin] += 1
      sums[bin] += confidence
      if isRight { correct[bin] += 1 }
    }
    var expected = 0.0
    var maximum = 0.0
    bins = (0..<binCount).map { bin in
      guard counts[bin] > 0 else { return Bin(count: 0, confidence: nil, accuracy: nil) }
      let confidence = sums[bin] / Double(counts[bin])
      let accuracy = Double(correct[bin]) / Double(counts[bin])
      expected += abs(accuracy - confidence) * Double(counts[bin])
      maximum = max(maximum, abs(accuracy - confidence))
      return Bin(count: counts[bin], confidence: confidence, accuracy: accuracy)
    }
    expectedCalibrationError = confidences.isEmpty ? 0 : expected / Double(confidences.count)
    maximumCalibrationError = maximum
  }

  /// The bin of a confidence.
  static func bin(of confidence: Double, count: Int) -> Int {
    // The product may round across an edge, so the edges themselves decide.
    var bin = min(max(Int(confidence * Double(count)), 0), count - 1)
    while bin > 0, confidence <= Double(bin) / Double(count) { bin -= 1 }
    while bin < count - 1, confidence > Double(bin + 1) / Double(count) { bin += 1 }
    return bin
  }
}
