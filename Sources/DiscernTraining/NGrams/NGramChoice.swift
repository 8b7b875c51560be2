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
  /// The mean log loss of held-out texts; nil if there was nothing to choose.
  public internal(set) var logLoss: Double?
  /// An upper bound on the excess of the regularised loss over its minimum, as a share of the loss.
  public internal(set) var gap = 0.0
  /// The number of passes over the texts.
  public internal(set) var passes = 0
}

/// A candidate for a head's weighting and strength.
struct WideCandidate: Sendable, Equatable {
  let weighting: NGramConfiguration.Weighting
  let strength: Double

  var usesRatios: Bool { weighting != .tfidf }

  /// The candidates for a head, the default first.
  static func list(_ head: HeadConfiguration.Kind, _ configuration: NGramConfiguration)
    -> [WideCandidate]
  {
    let weightings: [NGramConfiguration.Weighting]
    if let weighting = configuration.weighting {
      weightings = [weighting]
    } else {
      switch head {
      // Among many classes some have few texts: their ratios say little, but cost as much as the others.
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
      // Each label is one more problem; measurements showed little gain from other strengths.
      case (.labels, _): strengths = [10]
      case (.classes, _): strengths = [3, 10]
      }
    }
    return weightings.flatMap { weighting in
      strengths.map { WideCandidate(weighting: weighting, strength: $0) }
    }
  }
}
