/// The n-grams of letters (Unicode scalars) of words, as bytes.
///
/// For a word, with a space on each side, they are those of scikit-learn's `char_wb`: a word that is not
/// longer than n is one n-gram itself, and there are no longer ones. For a run in a script without spaces,
/// they are all n-grams from one letter on.
struct LetterGrams {
  private let shortest: Int
  private let longest: Int
  /// The word between its spaces, followed by zeros, which may be read with it.
  private var bytes: [UInt8] = []
  /// The start of each letter in `bytes`, and the end of the last.
  private var starts: [Int] = []

  init(_ configuration: NGramConfiguration) {
    shortest = configuration.shortestLetters
    longest = configuration.longestLetters
  }

  /// Calls `body` with each n-gram of a word, as often as it occurs.
  ///
  /// - Parameter body: may read seven bytes beyond the n-gram's.
  @inline(__always) mutating func forEach(
    ofWord word: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void
  ) {
    if longest == 0 { return }
    begin()
    bytes.append(0x20)
    bytes.append(contentsOf: word)
    bytes.append(0x20)
    conclude()
    let count = starts.count - 1
    bytes.withUnsafeBufferPointer { bytes in
      starts.withUnsafeBufferPointer { starts in
        for length in shortest...longest {
          if count <= length {
            body(UnsafeBufferPointer(rebasing: bytes[0..<starts[count]]))
            return
          }
          for first in 0...count - length {
            body(UnsafeBufferPointer(rebasing: bytes[starts[first]..<starts[first + length]]))
          }
        }
      }
    }
  }

  /// Calls `body` with each n-gram of a run of words that are written without spaces, and the byte of the run
  /// at which it begins.
  @inline(__always) mutating func forEach(
    ofRun run: some Sequence<UnsafeBufferPointer<UInt8>>,
    _ body: (UnsafeBufferPointer<UInt8>, Int) -> Void
  ) {
    if longest == 0 { return }
    begin()
    for word in run { bytes.append(contentsOf: word) }
    conclude()
    let count = starts.count - 1
    bytes.withUnsafeBufferPointer { bytes in
      starts.withUnsafeBufferPointer { starts in
        for length in 1...max(1, min(longest, count)) where length <= count {
          for first in 0...count - length {
            body(
              UnsafeBufferPointer(rebasing: bytes[starts[first]..<starts[first + length]]), starts[first])
          }
        }
      }
    }
  }

  private mutating func begin() {
    bytes.removeAll(keepingCapacity: true)
    starts.removeAll(keepingCapacity: true)
  }

  private mutating func conclude() {
    for (index, byte) in bytes.enumerated() where byte & 0xC0 != 0x80 { starts.append(index) }
    starts.append(bytes.count)
    for _ in 0..<8 { bytes.append(0) }
  }
}
