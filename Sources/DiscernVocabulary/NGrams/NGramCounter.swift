/// Receives the n-grams of a text as they are found.
protocol NGramSink {
  /// - Parameters:
  ///   - first: the first word that the n-gram touches.
  ///   - count: the number of words that it touches.
  mutating func add(_ feature: Int32, at first: Int, count: Int)
}

/// Counts the features of one text after the other, in memory that it reuses: 8 bytes per feature.
///
/// A value of pointers, so that the counting loop holds it in registers; `deallocate` frees them.
struct NGramCounter: NGramSink {
  private let counts: UnsafeMutablePointer<UInt16>
  /// The features of the text, each once, in order of first occurrence, and one place after them.
  private let features: UnsafeMutablePointer<Int32>
  private let values: UnsafeMutablePointer<UInt16>
  private var count = 0

  init(featureCount: Int) {
    counts = .allocate(capacity: featureCount + 1)
    counts.initialize(repeating: 0, count: featureCount + 1)
    features = .allocate(capacity: featureCount + 1)
    values = .allocate(capacity: featureCount + 1)
  }

  func deallocate() {
    counts.deallocate()
    features.deallocate()
    values.deallocate()
  }

  @inline(__always) mutating func add(_ feature: Int32, at first: Int, count words: Int) {
    let place = Int(feature)
    let old = counts[place]
    features[count] = feature
    count &+= old == 0 ? 1 : 0
    counts[place] = old == .max ? old : old &+ 1
  }

  /// Appends the text's row, and begins the next text.
  mutating func conclude(appendingTo rows: inout NGramRows) {
    for index in 0..<count {
      let feature = Int(features[index])
      values[index] = counts[feature]
      counts[feature] = 0
    }
    rows.features.append(contentsOf: UnsafeBufferPointer(start: features, count: count))
    rows.counts.append(contentsOf: UnsafeBufferPointer(start: values, count: count))
    rows.offsets.append(rows.features.count)
    count = 0
  }
}
