/// Counts the features of one text after the other, in memory that it keeps: 2 bytes a feature.
struct NGramCounter: ~Copyable {
  private let counts: UnsafeMutablePointer<UInt16>
  /// The features of the text, each once, in the order in which they came.
  private var features: UnsafeMutablePointer<Int32>
  private var values: UnsafeMutablePointer<UInt16>
  private var capacity = 1 << 12
  private var count = 0

  init(featureCount: Int) {
    counts = .allocate(capacity: max(1, featureCount))
    counts.initialize(repeating: 0, count: max(1, featureCount))
    features = .allocate(capacity: capacity)
    values = .allocate(capacity: capacity)
  }

  deinit {
    counts.deallocate()
    features.deallocate()
    values.deallocate()
  }

  /// Makes room for so many features more.
  @inline(__always) mutating func reserve(_ more: Int) {
    if count &+ more > capacity { grow(count + more) }
  }

  /// Counts a feature, for which there is room.
  @inline(__always) mutating func add(_ feature: Int32) {
    let old = counts[Int(feature)]
    features[count] = feature
    count &+= old == 0 ? 1 : 0
    counts[Int(feature)] = old == .max ? old : old &+ 1
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

  private mutating func grow(_ needed: Int) {
    let size = max(needed, 2 * capacity)
    let larger = UnsafeMutablePointer<Int32>.allocate(capacity: size)
    larger.update(from: features, count: count)
    features.deallocate()
    values.deallocate()
    features = larger
    values = .allocate(capacity: size)
    capacity = size
  }
}
