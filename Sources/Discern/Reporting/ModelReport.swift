import DiscernBundle
import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTensor
import DiscernVocabulary

/// A classifier's results on labelled texts: all the numbers that a report shows.
package struct ModelReport: Sendable {
  package let classifier: TextClassifier
  package let tasks: [TaskFindings]
  package let data: EncodingSummary
  package let reading: ReadingReport
  /// Nil if the training texts were not given.
  package let overlap: TextOverlap?
  package let bootstrap: Bootstrap

  /// The number of texts of each kind that are shown, over all tasks.
  package static let shownTexts = 12
  /// The number of suspected labels that are shown for a task.
  package static let shownSuspicions = 20

  /// - Parameters:
  ///   - corpus: read with the classifier's columns, or some of them; read several times.
  ///   - training: the model's training texts, to look for overlap.
  ///   - threshold: the minimum probability at which multi-label tasks give a label; nil: each label's own.
  /// - Throws: the errors of `evaluate`.
  package init(
    of classifier: TextClassifier, on corpus: Corpus, training: Corpus? = nil, threshold: Float? = nil,
    bootstrap: Bootstrap = Bootstrap(), compute: Compute = Compute()
  ) throws(DiscernError) {
    let (measured, data) = try classifier.measure(
      on: corpus, encoder: classifier.encoder, compute: compute)
    let overlap = try training.map { training throws(DiscernError) in
      try wrapping(DiscernError.corpus) { () throws(CorpusError) in
        try TextOverlap(
          training: training, measured: corpus, tokenizer: classifier.encoder.tokenizer,
          threads: compute.threadCount)
      }
    }
    let choices = measured.map {
      ReportChoice($0, threshold: threshold, shown: max(3, Self.shownTexts / measured.count))
    }
    let texts = try TextClassifier.texts(
      of: Set(choices.flatMap(\.rows)), data.locations, corpus)
    let explainer = try classifier.makeExplainer(compute: compute)
    var tasks: [TaskFindings] = []
    for choice in choices {
      tasks.append(
        try choice.findings(
          data, texts, explainer, bootstrap, overlap, hasNetwork: classifier.kind.hasNetwork,
          threshold: threshold))
    }
    self.classifier = classifier
    self.tasks = tasks
    self.data = data.summary
    reading = data.reading
    self.overlap = overlap
    self.bootstrap = bootstrap
  }
}

extension TextClassifier {
  /// The SHA-256 of everything that determines answers, the same for a folder and its packed file.
  package var contentDigest: String {
    var parts: [[UInt8]] = [tasks.flatMap { $0.labels.names }.joined(separator: "\0").utf8.map { $0 }]
    if !networks.isEmpty { parts.append(Array(weightsDigest.utf8)) }
    for tensor in model.ngrams?.tensors ?? [] {
      switch tensor.values {
      case .float32(let values): parts.append(Array(FileDigest.of(values).sha256.utf8))
      case .int8(let values): parts.append(values.map { UInt8(bitPattern: $0) })
      }
    }
    return FileDigest.of(bytes: parts.flatMap { $0 + [0] }).sha256
  }
}
