import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernTraining
import DiscernVocabulary

/// Encodes rows as examples for the towers.
struct MatchEncoding {
  let encoder: TextEncoder
  /// The frozen transformer that encodes each text once; nil: none.
  let transformer: TransformerFolder?

  /// - Parameter pretrained: the model whose words or pieces are used; nil: a vocabulary is built from the
  ///   rows.
  init(
    _ rows: MatchRows, _ options: MatchOptions, pretrained: PretrainedEncoder?,
    _ onStage: (MatchStage) -> Void, _ isInterrupted: () -> Bool
  ) throws(DiscernError) {
    transformer = pretrained?.transformerFolder
    let configuration = pretrained?.languageModel?.tokenizer ?? options.tokenizer
    let tokenizer = try wrapping(DiscernError.text) { () throws(TextError) in try Tokenizer(configuration) }
    var vocabulary = VocabularyBuilder().build()
    if let transformer {
      onStage(.transformer(transformer.model.configuration))
    } else if let model = pretrained?.languageModel {
      vocabulary = model.vocabulary
      onStage(.vocabulary(vocabulary, wasGiven: true))
    } else {
      vocabulary = try Self.counted(rows.left + rows.right, tokenizer, isInterrupted)
        .build(maximumSize: options.vocabularySize, minimumCount: options.minimumCount)
      onStage(.vocabulary(vocabulary, wasGiven: false))
    }
    var encoder = TextEncoder(
      tokenizer: tokenizer, vocabulary: vocabulary, maximumTokens: options.maximumTokens, truncation: .head)
    encoder.pieces = transformer?.tokenizer
    encoder.letters = transformer == nil ? options.network.letters : nil
    self.encoder = encoder
  }

  private static func counted(
    _ texts: [[UInt8]], _ tokenizer: Tokenizer, _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> VocabularyBuilder {
    var builder = VocabularyBuilder()
    var tokens = TokenBuffer()
    let session = try wrapping(DiscernError.text) { () throws(TextError) in try tokenizer.makeSession() }
    for (index, text) in texts.enumerated() {
      if index % 1000 == 0, isInterrupted() { throw .interrupted }
      try wrapping(DiscernError.text) { () throws(TextError) in
        try text.withUnsafeBufferPointer { text throws(TextError) in try session.tokenize(text, into: &tokens)
        }
      }
      tokens.withUnsafeTokens { utf8, ranges in
        for range in ranges { builder.add(UnsafeBufferPointer(rebasing: utf8[range.range])) }
      }
    }
    return builder
  }

  /// - Parameter part: the name of the part in progress reports.
  func examples(
    _ rows: MatchRows, _ data: MatchData, _ compute: Compute, part: String,
    _ onStage: (MatchStage) -> Void, _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> (examples: MatchExamples, summary: EncodingSummary) {
    var summary = EncodingSummary(lengthLimit: encoder.lengthLimit)
    var left = try encoded(rows.left, &summary, isInterrupted)
    var right = try encoded(rows.right, &summary, isInterrupted)
    summary.digest = Self.digest(left, right, rows)
    if let reading = rows.reading { onStage(.read(reading, summary, part: part)) }
    if rows.withoutPartner > 0 { onStage(.withoutSecondText(rows.withoutPartner, part: part)) }
    if let transformer {
      let count = left.count + right.count
      left.vectors = try transformer.vectors(
        left, compute, { onStage(.vectorsMade(texts: $0, of: count)) }, isInterrupted)
      let done = left.count
      right.vectors = try transformer.vectors(
        right, compute, { onStage(.vectorsMade(texts: done + $0, of: count)) }, isInterrupted)
    }
    let partners: MatchExamples.Partners
    switch data.kind {
    case .pairs: partners = .texts(right)
    case .labels: partners = .labels(rows.labels)
    case .vectors:
      guard let file = rows.features else { preconditionFailure("vectors were not read") }
      partners = .vectors(TextVectors(size: file.columns, values: file.values))
    }
    return (MatchExamples(left: left, partners), summary)
  }

  private func encoded(
    _ texts: [[UInt8]], _ summary: inout EncodingSummary, _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> EncodedTexts {
    let session = try wrapping(DiscernError.text) { () throws(TextError) in try encoder.makeSession() }
    var result = EncodedTexts()
    result.letters = encoder.noLetters(withKnown: true)
    var ids: [Int32] = []
    for (index, text) in texts.enumerated() {
      if index % 1000 == 0, isInterrupted() { throw .interrupted }
      ids.removeAll(keepingCapacity: true)
      let met = try wrapping(DiscernError.text) { () throws(TextError) in
        try text.withUnsafeBufferPointer { text throws(TextError) in
          try session.encode(text, appendingTo: &ids)
        }
      }
      summary.add(met)
      result.append(ids)
      session.appendLetters(to: &result.letters)
    }
    return result
  }

  /// A digest of everything in the examples.
  private static func digest(_ left: EncodedTexts, _ right: EncodedTexts, _ rows: MatchRows) -> String {
    var parts: [String] = []
    for texts in [left, right] {
      parts += [
        texts.offsets.withUnsafeBytes { FileDigest.of([$0]).sha256 },
        texts.tokenIDs.withUnsafeBytes { FileDigest.of([$0]).sha256 },
      ]
    }
    parts.append(rows.labels.withUnsafeBytes { FileDigest.of([$0]).sha256 })
    parts.append(FileDigest.of(rows.features?.values ?? []).sha256)
    return FileDigest.of(bytes: Array(parts.joined().utf8)).sha256
  }
}
