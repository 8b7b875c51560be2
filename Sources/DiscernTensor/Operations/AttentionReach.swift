/// The tokens of its text that a token attends to.
package enum AttentionReach: Sendable, Hashable {
  /// All of them.
  case all
  /// This many on each side (Beltagy et al. 2020, Longformer's local part).
  case window(Int)
  /// Those of its segment, which has a fixed number of tokens counted from the text's beginning, and some
  /// before it (Dai et al. 2019).
  case segments(length: Int, memory: Int)

  var isValid: Bool {
    switch self {
    case .all: true
    case .window(let size): size >= 0
    case .segments(let length, let memory): length > 0 && memory >= 0
    }
  }

  /// The positions, of `count`, that at least one of `places` attends to.
  func keys(of places: Range<Int>, among count: Int, isCausal: Bool) -> Range<Int> {
    var range: Range<Int>
    switch self {
    case .all: range = 0..<count
    case .window(let size):
      range = max(0, places.lowerBound - size)..<min(count, places.upperBound + min(size, count))
    case .segments(let length, let memory):
      let first = places.lowerBound / length * length - memory
      range = max(0, first)..<min(count, ((places.upperBound - 1) / length + 1) * length)
    }
    if isCausal { range = range.lowerBound..<min(range.upperBound, places.upperBound) }
    return range
  }

  /// The largest number of positions, of `count`, that a number of neighbours attend to together.
  func span(of neighbours: Int, among count: Int) -> Int {
    switch self {
    case .all: count
    case .window(let size): min(count, neighbours + 2 * min(size, count))
    case .segments(let length, let memory):
      min(count, memory + min(count, ((neighbours - 1) / min(length, count) + 2) * min(length, count)))
    }
  }

  /// How far a token attends backwards and forwards, at most.
  var distances: (back: Int, ahead: Int) {
    switch self {
    case .all: (.max, .max)
    case .window(let size): (size, size)
    case .segments(let length, let memory): (length - 1 + memory, length - 1)
    }
  }
}
