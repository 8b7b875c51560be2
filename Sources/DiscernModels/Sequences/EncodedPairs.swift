import DiscernCorpus

/// Sequences as ids, each with the one that is to be written of it.
package struct EncodedPairs: Sendable {
  /// Each of at least one token.
  package private(set) var sources = EncodedTexts()
  /// Without marks of beginning and end; may be empty.
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

  /// Some of the pairs, in that order.
  package func selecting(_ indices: [Int]) -> EncodedPairs {
    var result = EncodedPairs()
    for index in indices { result.append(sources[index], targets[index]) }
    return result
  }
}
