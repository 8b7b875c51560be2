import DiscernBundle
import DiscernCorpus
import DiscernEvaluation
import DiscernIO

extension TextClassifier {
  /// What is to be written.
  func folder(_ given: ModelCard?) -> ModelFolder<TrainingRecord> {
    var folder = ModelFolder(encoder: encoder, tasks: tasks, model: model, facts: record)
    folder.card = { path, content in card(given, at: path, content) }
    return folder
  }

  /// The card of a new model's folder: one that is given, or the one that is there, or one that is begun;
  /// with the new model's facts.
  private func card(
    _ given: ModelCard?, at path: String, _ content: SavedContent
  ) -> (bytes: [UInt8]?, notes: [SaveNote]) {
    let place = ModelCard.path(ofModel: path)
    do throws(DiscernError) {
      let there = try ModelCard(ofModel: path)
      if let there, !ModelCardFile.isCard(Array(there.text.utf8)) {
        return (nil, [.cardIsLeft(path: place, reason: "it is no card that Discern wrote; it gets none")])
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
      // Nothing about a card may keep a model from being saved.
      return (nil, [.cardIsLeft(path: place, reason: "\(error)")])
    }
  }

  /// Writes the figures that were measured on some texts on the card of this model's folder, in the place
  /// of older ones of the same texts; a card that is not there is begun.
  ///
  /// - Parameters:
  ///   - path: the folder that the classifier was read from.
  ///   - report: the figures.
  ///   - corpus: what was measured on.
  ///   - summary: of the same.
  /// - Throws: `DiscernError.conflict` where the model is in one file, or where the card's marked lines are
  ///   not in pairs; `.folder`.
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
