import DiscernModels
import DiscernVocabulary

/// How the wide model of a task was trained, for reports.
public struct NGramChoice: Sendable, Equatable, Codable {
  /// The task's name; empty for the only one.
  public internal(set) var task = ""
  /// The weighting of n-grams.
  public internal(set) var weighting = NGramConfiguration.Weighting.tfidf
  /// The inverse of the regularisation, C.
  public internal(set) var strength = 0.0
  /// The log loss of held-out texts; nil if nothing had to be chosen or measured.
  public internal(set) var logLoss: Double?
  /// An upper bound on how far the loss of all texts exceeds the minimum, as a share of it.
  public internal(set) var gap = 0.0
  /// The number of passes over the texts.
  public internal(set) var passes = 0
}

/// A candidate to choose from.
struct WideCandidate: Sendable, Equatable {
  let weighting: NGramConfiguration.Weighting
  let strength: Double

  var usesRatios: Bool { weighting != .tfidf }

  /// Those of a head, the default first.
  static func list(_ head: HeadConfiguration.Kind, _ configuration: NGramConfiguration)
    -> [WideCandidate]
  {
    let weightings: [NGramConfiguration.Weighting]
    if let weighting = configuration.weighting {
      weightings = [weighting]
    } else {
      switch head {
      // A ratio of a class with a handful of texts says little, and each costs as much as the rest.
      case .classes(let count) where count <= 20: weightings = [.nbTFIDF, .tfidf]
      default: weightings = [.tfidf]
      }
    }
    let strengths: [Double]
    if let strength = configuration.strength {
      strengths = [strength]
    } else {
      switch (head, configuration.weighting) {
      case (_, .nb): strengths = [0.1, 1]
      // Each label is one more problem; measurements showed little gain from another strength.
      case (.labels, _): strengths = [10]
      case (.classes, _): strengths = [3, 10]
      }
    }
    return weightings.flatMap { weighting in
      strengths.map { WideCandidate(weighting: weighting, strength: $0) }
    }
  }
}
