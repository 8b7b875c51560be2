import DiscernVocabulary

/// A corpus as ids, the input of training and evaluation.
public struct EncodedCorpus: Sendable {
  /// The texts as ids.
  public package(set) var texts: EncodedTexts
  /// All their words; nil if not requested.
  package let words: WordTexts?
  /// The tasks and the texts' labels for each; empty for a corpus without labels.
  public let targets: [LabelTarget]
  /// [texts] the weight of each text; nil if all have the same.
  public let weights: [Float]?
  /// The groups of the texts; nil if none were requested.
  public let groups: TextGroups?
  /// The sketches for finding near copies; nil if not requested.
  package let sketches: TextSketches?
  /// [texts] the location of each text.
  public let locations: [RecordLocation]
  /// Findings from encoding.
  public let summary: EncodingSummary
  /// Findings from reading.
  public let reading: ReadingReport

  /// The number of texts.
  public var count: Int { texts.count }

  /// The labels of the first task.
  public var labelSet: LabelSet? { targets.first?.labelSet }
}

extension EncodedTexts {
  /// The texts of the given indices, in that order.
  public func selecting(_ indices: [Int]) -> EncodedTexts {
    var result = EncodedTexts()
    result.reserveCapacity(tokens: indices.reduce(0) { $0 + length($1) }, texts: indices.count)
    for index in indices { result.append(self[index]) }
    result.ngrams = ngrams?.selecting(indices)
    result.letters = letters?.selecting(indices)
    result.sentences = sentences?.selecting(indices)
    result.vectors = vectors?.selecting(indices)
    result.companions = companions.map { $0.selecting(indices) }
    return result
  }
}
