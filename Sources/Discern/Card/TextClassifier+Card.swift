import DiscernBundle
import DiscernCorpus
import DiscernEvaluation
import DiscernIO

extension TextClassifier {
  /// The folder to write.
  func folder(_ given: ModelCard?) -> ModelFolder<TrainingRecord> {
    var folder = ModelFolder(encoder: encoder, tasks: tasks, model: model, facts: record)
    folder.card = { path, content in card(given, at: path, content) }
    return folder
  }

  /// The card of a new model's folder, with the new model's facts: the given one, the existing one, or a new
  /// one.
  private func card(
    _ given: ModelCard?, at path: String, _ content: SavedContent
  ) -> (bytes: [UInt8]?, notes: [SaveNote]) {
    let place = ModelCard.path(ofModel: path)
    do throws(DiscernError) {
      let there = try ModelCard(ofModel: path)
      if let there, !ModelCardFile.isCard(Array(there.text.utf8)) {
        return (
          nil,
          [
            .cardIsLeft(
              path: place,
              reason: "it is not a card written by Discern; no figures are "
                + "added")
          ]
        )
      }
      let name = ModelCard.name(ofModel: path)
      let base = given ?? there ?? .begun(name: name)
      let card = try base.renewed(with: CardFacts(classifier: self, name: name, content: content))
      let tests = base.results.filter { $0.role == .test }.map(\.data)
      return (
        Array(card.text.utf8),
        tests.isEmpty ? [] : [.testsAreLeftOut(path: place, data: tests.map(DisplayText.escaped))]
      )
    } catch {
      // A problem with a card must not keep a model from being saved.
      return (nil, [.cardIsLeft(path: place, reason: "\(error)")])
    }
  }

  /// Writes measured figures on the card of this model's folder, replacing older ones for the same texts;
  /// creates the card if it does not exist.
  ///
  /// - Parameters:
  ///   - path: the folder that the classifier was read from.
  ///   - report: the figures.
  ///   - corpus: the texts that were measured.
  ///   - summary: the summary of the same texts.
  /// - Throws: `DiscernError.conflict` if the model is in one file, or if the card's marked lines are not in
  ///   pairs; `.folder`.
  public func updateCard(
    ofModel path: String, _ report: EvaluationReport, on corpus: Corpus, _ summary: EncodingSummary
  ) throws(DiscernError) {
    try ModelCard.requireUpdatable(ofModel: path)
    let content = try wrapping(DiscernError.bundle) { () throws(BundleError) in
      try SavedContent(ofModel: path)
    }
    let name = ModelCard.name(ofModel: path)
    let base = try ModelCard(ofModel: path) ?? .begun(name: name)
    let role: CardResult.Role =
      switch summary.digest {
      case record.developmentData?.digest: .development
      case record.trainingData.digest: .training
      default: .test
      }
    let result = CardResult(
      data: corpus.paths.map(CardText.fileName).joined(separator: ", "),
      part: corpus.part == .all ? nil : corpus.part.rawValue, digest: summary.digest, model: content.sha256,
      role: role, figures: ModelFigures(report))
    var facts = CardFacts(classifier: self, name: name, content: content)
    facts.measured =
      base.results.filter { $0.model == content.sha256 && !$0.isOfSameData(as: result) } + [result]
    let card = try base.renewed(with: facts)
    let place = ModelCard.path(ofModel: path)
    try wrapping(DiscernError.input) { () throws(InputError) in
      let file = try OutputFile(OutputTarget(path: place), .replacing)
      try file.write(Array(card.text.utf8))
      try file.finish()
    }
  }
}
