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

    init(_ texts: TrainingSource, _ unlabelled: Corpus?) {
      switch texts {
      case .corpus(let corpus, let development):
        training = Self.names(corpus)
        self.development = development.map(Self.names)
      case .packed(let packed):
        training = packed.folder.content.sources
        development = packed.folder.content.developmentSources
      }
      self.unlabelled = unlabelled.map(Self.names)
    }

    static func names(_ corpus: Corpus) -> [String] { corpus.paths.map(CardText.fileName) }
  }

  /// What a model gave on its development texts.
  public struct Measured: Codable, Hashable, Sendable {
    public let figures: ModelFigures
    /// Whether its n-grams have learned from these texts since, so that the saved model gives other figures.
    public internal(set) var hasLearnedSince: Bool
  }
}
