import DiscernCorpus

extension TrainingRecord {
  /// The names of what was read, without the folders that it was in.
  public struct Files: Codable, Hashable, Sendable {
    /// What was learned from.
    public let training: [String]
    /// Nil if a part of the training data was held out.
    public let development: [String]?
    /// Nil without texts without labels.
    public let unlabelled: [String]?

    init(_ training: Corpus, _ development: Corpus?, _ unlabelled: Corpus?) {
      self.training = training.paths.map(CardText.fileName)
      self.development = development.map { $0.paths.map(CardText.fileName) }
      self.unlabelled = unlabelled.map { $0.paths.map(CardText.fileName) }
    }
  }

  /// What a model gave on its development texts.
  public struct Measured: Codable, Hashable, Sendable {
    public let figures: ModelFigures
    /// Whether its n-grams have learned from these texts since, so that the saved model gives other figures.
    public internal(set) var hasLearnedSince: Bool
  }
}
