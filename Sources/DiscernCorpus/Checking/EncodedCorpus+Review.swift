import DiscernVocabulary

extension EncodedCorpus {
  /// Possible problems with the labels, judged by their names and frequencies.
  public var labelFindings: [DataCheck.Finding] {
    targets.enumerated().flatMap { index, target in
      let firsts = reading.inputs.compactMap { input in
        input.firstLabels.flatMap { index < $0.count ? $0[index] : nil }
      }
      let names = target.labelSet.names
      let counts = target.labels.counts(labelCount: names.count)
      return LabelReview(
        zip(names, counts).map { LabelReview.Label(name: $0, count: $1) }, firstLabels: firsts,
        takesLists: target.column.separator != nil,
        task: target.column.task.isEmpty ? nil : target.column.task
      ).findings
    }
  }
}
