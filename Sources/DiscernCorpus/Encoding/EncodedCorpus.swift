import DiscernVocabulary

/// A corpus as ids: what training and evaluation read.
public struct EncodedCorpus: Sendable {
  public let texts: EncodedTexts
  /// [texts] ids of `labelSet`; empty for a corpus without labels.
  public let labels: [Int32]
  /// Nil for a corpus without labels.
  public let labelSet: LabelSet?
  /// [texts] where each text stands.
  public let locations: [RecordLocation]
  public let summary: EncodingSummary
  public let reading: ReadingReport

  public var count: Int { texts.count }
}

extension EncodedTexts {
  /// The texts of the given indices, in that order.
  public func selecting(_ indices: [Int]) -> EncodedTexts {
    var result = EncodedTexts()
    result.reserveCapacity(tokens: indices.reduce(0) { $0 + length($1) }, texts: indices.count)
    for index in indices { result.append(self[index]) }
    return result
  }
}
