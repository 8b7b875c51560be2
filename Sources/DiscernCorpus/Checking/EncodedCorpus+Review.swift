import DiscernVocabulary

extension EncodedCorpus {
  /// What looks wrong with the labels, judged by their names and how often they come.
  public var labelFindings: [DataCheck.Finding] {
    targets.enumerated().flatMap { index, target in
      let firsts = reading.inputs.compactMap { input in
        input.firstLabels.flatMap { index < $0.count ? $0[index] : nil }
      }
      let names = target.task.labels.names
      let counts = target.labels.counts(labelCount: names.count)
      return LabelReview(
        zip(names, counts).map { LabelReview.Label(name: $0, count: $1) }, firstLabels: firsts,
        isMultiLabel: target.task.isMultiLabel, task: target.task.name.isEmpty ? nil : target.task.name
      ).findings
    }
  }
}
