import DiscernModels
import DiscernVocabulary

/// How the wide model of a task was trained, to be told.
public struct NGramChoice: Sendable, Equatable, Codable {
  /// The task's name; empty for the only one.
  public internal(set) var task = ""
  public internal(set) var weighting = NGramConfiguration.Weighting.tfidf
  /// The inverse of the regularisation, C.
  public internal(set) var strength = 0.0
  /// The log loss of texts that were not learned from; nil where nothing was to be chosen or measured.
  public internal(set) var logLoss: Double?
  /// How far the loss of all texts is from the least possible one, at most, as a share of it.
  public internal(set) var gap = 0.0
  /// Visits of each text.
  public internal(set) var passes = 0
}

/// What is chosen among.
struct WideCandidate: Sendable, Equatable {
  let weighting: NGramConfiguration.Weighting
  let strength: Double

  var usesRatios: Bool { weighting != .tfidf }

  /// Those of a head, the one that is taken in doubt first.
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
      // Each label is one problem more; what another strength brings was measured to be little.
      case (.labels, _): strengths = [10]
      case (.classes, _): strengths = [3, 10]
      }
    }
    return weightings.flatMap { weighting in
      strengths.map { WideCandidate(weighting: weighting, strength: $0) }
    }
  }
}
