import DiscernCorpus

extension TrainingRecord {
  /// The names of the inputs, without their folders.
  public struct Files: Codable, Hashable, Sendable {
    /// The training data.
    public let training: [String]
    /// Nil if a part of the training data was held out.
    public let development: [String]?
    /// Nil without unlabelled texts.
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

  /// A model's results on its development texts.
  public struct Measured: Codable, Hashable, Sendable {
    /// The figures that were measured.
    public let figures: ModelFigures
    /// Whether its n-grams were then also trained on these texts, so that the saved model gives different
    /// figures.
    public internal(set) var hasLearnedSince: Bool
  }
}
