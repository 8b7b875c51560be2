import DiscernCorpus

/// Source sequences as ids, each with its target sequence.
package struct EncodedPairs: Sendable {
  /// Each of at least one token.
  package private(set) var sources = EncodedTexts()
  /// Without marks for beginning and end; may be empty.
  package private(set) var targets = EncodedTexts()

  package init() {}

  package var count: Int { sources.count }

  package mutating func append(_ source: some Sequence<Int32>, _ target: some Sequence<Int32>) {
    sources.append(source)
    targets.append(target)
  }

  package mutating func append(contentsOf other: EncodedPairs) {
    sources.append(contentsOf: other.sources)
    targets.append(contentsOf: other.targets)
  }

  /// Some of the pairs, in the given order.
  package func selecting(_ indices: [Int]) -> EncodedPairs {
    var result = EncodedPairs()
    for index in indices { result.append(sources[index], targets[index]) }
    return result
  }
}
